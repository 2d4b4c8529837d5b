import pytest

from jupyter_collab_agents.agents.notebook.analysis import Analysis
from jupyter_collab_agents.agents.notebook.checks import findings
from jupyter_collab_agents.agents.notebook.findings import Kind
from jupyter_collab_agents.agents.notebook.report import check

from .scene import code, failed, markdown, notebook, replaced, shown, view


def found(*cells):
    """(cell as people count, kind, name) of each finding."""
    return [(f.index + 1, f.kind.value, f.name) for f in findings(notebook(*cells))]


def text(*cells):
    return "\n".join(f"{f.text} {f.todo}" for f in findings(notebook(*cells)))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["x = 1", "print(x)"], []),
        (["print(x)"], [(1, "undefined", "x")]),
        (["print(x)", "x = 1"], [(1, "order", "x")]),
        (["print(x)\nx = 1"], [(1, "order", "x")]),
        (["x = x + 1"], [(1, "order", "x")]),
        (["x = 1", "x = x + 1"], []),
        (["x = 1", "del x", "print(x)"], [(3, "undefined", "x")]),
        (["x = 1", "del x\nx = 2", "print(x)"], []),
        (["def f(): return rate", "f()", "rate = 1"], [(2, "order", "rate")]),
        (["def f(): return rate", "rate = 1", "f()"], []),
        (["def f(): return rate"], [(1, "undefined", "rate")]),
        (["def g(): return a", "def f(): return g()", "f()", "a = 1"], [(3, "order", "a")]),
        (["def f(): return f()", "f()"], []),
        (["class A:\n    def m(self): return late", "a = A()", "late = 1", "a.m()"], []),
        (["from math import *", "print(sin(x))"], []),
        (["print(x)", "from math import *"], [(1, "undefined", "x")]),
        (["%run setup.py", "print(x)"], []),
        (["x = (", "print(x)"], [(1, "syntax", None)]),
        (["%%bash\necho $x", "x = 1"], []),
        (["files = !ls", "print(files, _)"], []),
        (["def f():\n    global g\n    g = 1", "f()", "print(g)"], []),
        (["try:\n    import fast\nexcept ImportError:\n    fast = None", "fast"], []),
        (["for i in range(3): pass", "print(i)"], []),
        (["import pandas as pd", "pd = 3"], [(2, "redefined", "pd")]),
        (["list = [1]"], [(1, "redefined", "list")]),
        (["def f(): pass", "def f(): pass"], [(2, "redefined", "f")]),
        (["df = 1", "df = df + 1", "df = df * 2"], []),
        (["import numpy as np", "import numpy as np"], []),
        ([markdown("# x"), "print(x)"], [(2, "undefined", "x")]),
        ([], []),
    ],
)
def test_what_is_found(cells, expected):
    assert found(*cells) == expected


def test_a_name_that_is_nowhere_is_told_once_with_all_its_cells():
    [finding] = findings(notebook("a = z", "b = z", "c = z"))
    assert (finding.index, finding.also) == (0, (1, 2))
    assert "Also cells 2 and 3." in "\n".join(check(notebook("a = z", "b = z", "c = z")))


def test_a_slip_gets_a_suggestion():
    assert "Did you mean `total` (cell 1)?" in text("total = 1", "print(totl)")
    assert "Did you mean `tax_rate` (cell 1)?" in text("tax_rate = 1", "print(TaxRate)")
    assert "Did you mean" not in text("total = 1", "print(xyz)")


def test_an_order_finding_says_which_cell_to_move():
    words = text("print(rate)", "y = 2", "rate = 1")
    assert "only defined further down, in cell 3" in words
    assert "Move cell 3 above cell 1." in words


def test_a_call_that_needs_a_later_name_says_through_which_function():
    assert "`f` needs `rate`" in text("def f(): return rate", "f()", "rate = 1")


def test_a_deleted_name_says_who_deleted_it():
    assert "deleted by cell 2" in text("x = 1", "del x", "print(x)")


STALE = [code("x = 1", 5), code("y = x", 2, [shown("1")]), code("z = y", 3), code("w = x", 6)]


def test_a_cell_that_ran_before_its_input_changed_is_stale_and_so_is_what_follows():
    assert found(*STALE) == [(2, "stale", "x"), (3, "stale", "y")]
    assert "cell 1 changed `x` after it ran" in text(*STALE)


@pytest.mark.parametrize(
    ("cells", "stale"),
    [
        ([code("x = 1", 1), code("y = x", 2), code("x = 3", 3)], []),
        ([code("df = 1", 1), code("df['a'] = 2", 5), code("df.sum()", 3)], [3]),
        ([code("l = []", 1), code("l.append(2)", 5), code("len(l)", 3)], [3]),
        ([code("import numpy as np", 9), code("x = np.pi", 2)], []),
        ([code("def f(): return r", 1), code("r = 2", 5), code("f()", 3)], [3]),
        ([code("x = 1", 5), code("y = x", None)], []),
        ([code("x = 1", None), code("y = x", 3)], []),
        ([code("x = 1", 5), code("y = x", 3, execution_state="running")], []),
        ([code("x = 1", 5), code("y = x", 3, [failed("E", "no")])], []),
        ([code("x = 1", 9), code("x = 2", 2), code("y = x", 3)], []),
    ],
    ids=[
        "the value below is another one",
        "a changed column",
        "a changed list",
        "an import again",
        "through a function",
        "not run",
        "input not run",
        "running",
        "failed",
        "the last one above counts",
    ],
)
def test_stale_cells(cells, stale):
    assert [cell for cell, kind, _ in found(*cells) if kind == "stale"] == stale


def test_a_cell_that_was_edited_after_it_ran_is_told():
    book = view(code("x = 1", 1, [shown("1")]))
    [cell] = book.cells
    edited = replaced(book, cells=(replaced(cell, ran_source="x = 2"),))
    assert [f.kind for f in findings(Analysis(edited))] == [Kind.EDITED]
    same = replaced(book, cells=(replaced(cell, ran_source="x = 1"),))
    assert findings(Analysis(same)) == []


def test_a_result_without_a_run_number_is_told_as_edited():
    assert found(code("1", None, [shown("1")])) == [(1, "edited", None)]
    assert found(code("1", None, [shown("1")], execution_state="running")) == []


def test_a_failed_cell_is_told_unless_the_reason_is_known():
    error = failed("NameError", "name 'x' is not defined")
    assert found(code("print(x)", 1, [error]), code("x = 1", 2)) == [(1, "order", "x")]
    error = failed("ZeroDivisionError", "division by zero")
    assert found(code("1 / 0", 1, [error])) == [(1, "failed", None)]


def test_the_report_says_what_to_do_first():
    lines = check(notebook(*STALE, "print(unknown)"))
    assert lines[0] == "I read 5 code cells of `sales.ipynb` and found 3 things:"
    assert "- **cell 5**, line 1: `unknown` is not defined anywhere." in lines
    assert lines[lines.index("**Next:**") :] == [
        "**Next:**",
        "",
        "1. Run cell 2 again.",
        "2. Run cell 3 again.",
        "3. Define `unknown` above, or correct its spelling.",
    ]


def test_a_good_notebook_is_told_so():
    assert check(notebook("x = 1"))[0] == (
        "I read 1 code cell of `sales.ipynb` and found nothing wrong."
    )
    assert "no code cells" in check(notebook(markdown("hello")))[0]


def test_a_notebook_from_disk_is_told_so():
    book = Analysis(view("x = 1", live=False))
    assert "as saved on disk" in check(book)[0]


def test_a_long_list_is_cut():
    lines = check(notebook(*[f"print(unknown_{'x' * i})" for i in range(50)]))
    assert any("and 20 more" in line for line in lines)


def test_names_from_a_notebook_do_not_become_markdown():
    lines = check(notebook("x = 1", code("y", 1, [failed("E`](http://x)", "<img src=x>\n# big")])))
    assert not any(line.startswith("#") for line in lines)
    assert "``E`](http://x): <img src=x> # big``" in "\n".join(lines)
