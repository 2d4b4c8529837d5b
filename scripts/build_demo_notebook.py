"""Write the demo's notebook by really running it, in the order in which its story happened.

Cell 7 uses ``tax_rate`` before cell 8 defines it and fails. Cell 3 was changed and run again
after cell 4, so cell 4 still shows the result for the region of before.
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FILES = Path(__file__).resolve().parent.parent / "jupyter_collab_agents" / "demo" / "files"

TITLE = """\
# Sales review

Half a year of orders from three regions. Prices include tax.
Open questions are in `notes.md`."""

LOAD = """\
import pandas as pd

sales = pd.read_csv("sales.csv", parse_dates=["date"])
sales.head()"""

SELECT = """\
region = "{region}"
selected = sales[sales["region"] == region]
len(selected)"""

MONTHLY = """\
monthly = selected.groupby(selected["date"].dt.month)["amount"].sum()
monthly"""

CHART = """\
by_region = sales.groupby("region")["amount"].sum().sort_values()
by_region.plot.barh(figsize=(6, 2), xlabel="amount", ylabel="", title="Orders by region");"""

TAX = """\
## Without tax"""

NET = """\
total = sales["amount"].sum()
net = total / (1 + tax_rate)
round(net, 2)"""

RATE = """\
tax_rate = 0.19"""

BEST = """\
sales.groupby("product")["units"].sum().nlargest(3)"""

RUN_ORDER = ["load", "select", "monthly", "chart", "net", "rate", "best", "select"]


def build() -> nbformat.NotebookNode:
    """The notebook with the outputs of a real kernel."""
    cells = {
        "title": new_markdown_cell(TITLE, id="title"),
        "load": new_code_cell(LOAD, id="load"),
        "select": new_code_cell(SELECT.format(region="North"), id="select"),
        "monthly": new_code_cell(MONTHLY, id="monthly"),
        "chart": new_code_cell(CHART, id="chart"),
        "tax": new_markdown_cell(TAX, id="tax"),
        "net": new_code_cell(NET, id="net", metadata={"tags": ["raises-exception"]}),
        "rate": new_code_cell(RATE, id="rate"),
        "best": new_code_cell(BEST, id="best"),
    }
    notebook: nbformat.NotebookNode = new_notebook(
        cells=list(cells.values()),
        metadata={
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
            },
            "language_info": {
                "name": "python",
                "file_extension": ".py",
                "mimetype": "text/x-python",
                "pygments_lexer": "ipython3",
                "codemirror_mode": {"name": "ipython", "version": 3},
            },
        },
    )
    client = NotebookClient(notebook, resources={"metadata": {"path": str(FILES)}})
    positions = list(cells)
    seen: set[str] = set()
    with client.setup_kernel():
        for name in RUN_ORDER:
            if name in seen:
                cells[name]["source"] = SELECT.format(region="South")
            seen.add(name)
            client.execute_cell(cells[name], positions.index(name))
    for cell in cells.values():
        cell["metadata"] = {}
    return notebook


if __name__ == "__main__":
    nbformat.write(build(), FILES / "Sales review.ipynb")
