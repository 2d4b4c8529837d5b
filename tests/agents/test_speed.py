import gc
import time

from jupyter_collab_agents.agents.notebook.analysis import Analysis
from jupyter_collab_agents.agents.notebook.report import check

from .scene import code, view

CELL = """import pandas as pd
df = pd.DataFrame({{"a": [1, 2], "b": [3, 4]}})
def f{n}(x, y=1):
    return x + y + rate_{n}
rate_{n} = {n}
df["c"] = [f{n}(a, b) for a, b in zip(df.a, df.b) if a > rate_{previous}]
total_{n} = df.groupby("a").agg(lambda s: s.mean()).sum()
print(f"{{total_{n}}} of {{rate_{n}}}")"""


def cost():
    """CPU seconds of one check of 500 such cells."""
    cells = [code(CELL.format(n=n, previous=max(0, n - 1)), n + 1) for n in range(500)]
    book = view(*cells)
    began = time.process_time()
    check(Analysis(book))
    return time.process_time() - began


def test_500_cells_are_checked_in_200_ms():
    gc.freeze()  # the test runner's own objects are none of the agent's cost
    try:
        assert any(cost() < 0.2 for _ in range(10))
    finally:
        gc.unfreeze()
