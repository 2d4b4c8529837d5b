"""A notebook as people keep it, with the edits of its history, written by hand.

Any two edits may happen at the same time, if they do not need each other.
"""

import random
from collections.abc import Iterator
from itertools import permutations

from .generated_notebooks import case
from .mix import NOTEBOOKS, Case
from .steps import (
    Delete,
    Insert,
    Metadata,
    Move,
    Replace,
    Run,
    Step,
    Type,
    new_cell,
    new_notebook,
)

REVIEW = new_notebook(
    [
        new_cell("title", "# Sales review\n\nOne year of orders, by region and month.", "markdown"),
        new_cell("imports", "import pandas as pd\nimport matplotlib.pyplot as plt"),
        new_cell("load", 'sales = pd.read_csv("sales.csv")\nsales.head()'),
        new_cell(
            "clean",
            'sales = sales.dropna(subset=["price", "region"])\n'
            'sales["month"] = sales["date"].str[:7]\n'
            'sales["total"] = sales["price"] * sales["pieces"]',
        ),
        new_cell("clean-note", "Rows without a price are test orders.", "markdown"),
        new_cell("by-region", 'regions = sales.groupby("region")["total"].sum()\nregions'),
        new_cell(
            "plot-region",
            'regions.plot(kind="bar", color="steelblue", title="By region")\nplt.show()',
        ),
        new_cell("by-month", 'months = sales.groupby("month")["total"].sum()\nmonths'),
        new_cell(
            "plot-month", 'months.plot(kind="line", color="black", title="By month")\nplt.show()'
        ),
        new_cell("growth", "growth = months.pct_change()\ngrowth.describe()"),
        new_cell("todo", "- check March\n- ask about the east\n- send to Zoë", "markdown"),
        new_cell("scratch", "sales.sample(5)"),
    ]
)

EDITS: dict[str, Step] = {
    "title year": Replace("title", "One year", "Two years"),
    "title place": Replace("title", "by region and month", "by region, shop and month"),
    "title name": Replace("title", "# Sales review", "# Review of sales"),
    "numpy": Replace(
        "imports", "import pandas as pd\n", "import numpy as np\nimport pandas as pd\n"
    ),
    "style": Replace("imports", "as plt", 'as plt\nplt.style.use("ggplot")'),
    "file": Replace("load", '"sales.csv"', '"data/sales.csv"'),
    "dates": Replace("load", 'csv")\n', 'csv", parse_dates=["date"])\n'),
    "head": Replace("load", "sales.head()", "sales.tail()"),
    "subset": Replace("clean", '["price", "region"]', '["price", "region", "date"]'),
    "month": Replace("clean", 'sales["date"].str[:7]', 'sales["date"].str.slice(0, 7)'),
    "net": Replace("clean", 'sales["pieces"]', 'sales["pieces"] * 0.81'),
    "round": Replace("clean", '* sales["pieces"]', '* sales["pieces"].round()'),
    "note": Replace("clean-note", "test orders", "orders of testers"),
    "mean": Replace("by-region", ".sum()\nregions", ".mean()\nregions"),
    "sorted": Replace("by-region", "\nregions", "\nregions.sort_values()"),
    "colour": Replace("plot-region", '"steelblue"', '"tomato"'),
    "other colour": Replace("plot-region", '"steelblue"', '"seagreen"'),
    "bars": Replace("plot-region", '"bar"', '"barh"'),
    "plot title": Replace("plot-region", '"By region"', '"Sales by region"'),
    "save": Replace("plot-region", "plt.show()", 'plt.savefig("regions.png")'),
    "line": Replace("plot-month", '"line"', '"area"'),
    "month colour": Replace("plot-month", '"black"', '"navy"'),
    "growth": Replace("growth", "pct_change()", "pct_change().dropna()"),
    "describe": Replace("growth", "describe()", "tail(12)"),
    "asked": Replace("todo", "ask about the east", "ask Håkon about the east"),
    "sent": Replace("todo", "send to Zoë", "send to Zoë and 線上"),
    "check": Insert("clean", "check", "assert (sales.total >= 0).all()"),
    "top": Insert("by-region", "top", "regions.nlargest(3)"),
    "shops": Insert("by-month", "shops", 'sales.groupby("shop").total.sum()'),
    "summary": Insert("growth", "summary", "summary = growth.mean()"),
    "after title": Insert("title", "contents", "from IPython.display import display"),
    "no scratch": Delete("scratch"),
    "no note": Delete("clean-note"),
    "no growth": Delete("growth"),
    "todo first": Move("todo", "title"),
    "months first": Move("by-month", "clean"),
    "scratch up": Move("scratch", "load"),
    "imports last": Move("imports", "growth"),
    "tags": Metadata("load", "tags", ["slow"]),
    "hide": Metadata("plot-month", "jupyter", {"source_hidden": True}),
    "fold": Metadata("load", "collapsed", True),
    "authors": Metadata(None, "authors", [{"name": "Zoë"}]),
    "raw": Type("todo", "raw"),
    "run": Run("growth", 7),
}


def history_notebooks() -> Iterator[Case]:
    """As many pairs of each class as the mix says, chosen by a seed."""
    pairs = [(a, b, kind_of(a, b)) for a, b in permutations(EDITS.values(), 2)]
    for kind, share in NOTEBOOKS.items():
        fitting = [(a, b) for a, b, found in pairs if found == kind]
        chosen = random.Random(kind).sample(fitting, share.histories)
        for number, (ours, theirs) in enumerate(chosen):
            yield case(
                f"{kind}, review.ipynb {number}",
                kind,
                REVIEW,
                ([ours], [theirs]),
                [_said(ours), _said(theirs)],
                share.overlaps,
            )


def _said(step: Step) -> frozenset[str]:
    """Words that only this step brings in."""
    if not isinstance(step, Insert):
        return frozenset()
    return frozenset({step.source})


def kind_of(ours: Step, theirs: Step) -> str | None:
    """The class of two steps, or None where they are of two classes at once."""
    steps = (ours, theirs)
    kinds = {type(step) for step in steps}
    same_cell = _cell(ours) == _cell(theirs)
    if Run in kinds and not kinds <= {Run, Replace}:
        return None
    if kinds == {Insert}:
        return "notebook: cells inserted"
    if Insert in kinds:
        return None if {Move, Delete} & kinds else "notebook: cells inserted"
    if kinds & {Metadata, Type}:
        plain = kinds <= {Metadata, Type, Replace}
        return "notebook: metadata and types" if plain else None
    if kinds == {Move, Replace}:
        return "notebook: a moved cell changed" if same_cell else "notebook: a cell moved"
    if Move in kinds:
        return None
    if Delete in kinds:
        if not same_cell:
            return "notebook: cells deleted"
        return "notebook: a cell deleted and changed" if Replace in kinds else None
    if not same_cell:
        return "notebook: different cells"
    if isinstance(ours, Replace) and isinstance(theirs, Replace):
        return _in_one_cell(ours, theirs)
    return None


def _in_one_cell(ours: Replace, theirs: Replace) -> str | None:
    source: str = next(c["source"] for c in REVIEW["cells"] if c["id"] == ours.cell)
    mine, yours = sorted(
        (source.index(step.find), source.index(step.find) + len(step.find))
        for step in (ours, theirs)
    )
    if mine == yours:
        return "notebook: the same word"
    if yours[0] < mine[1]:
        return None
    if "\n" in source[mine[0] : yours[1]]:
        lines = "\n" in source[mine[1] : yours[0]]
        return "notebook: different lines of a cell" if lines else None
    return "notebook: other words of one line"


def _cell(step: Step) -> str | None:
    return step.cell
