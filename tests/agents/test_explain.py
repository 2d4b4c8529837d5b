import pytest

from jupyter_collab_agents.agents.notebook.analysis import Analysis
from jupyter_collab_agents.agents.notebook.explain import explain, failing_cells
from jupyter_collab_agents.agents.notebook.failure import failure_of

from .scene import code, failed, markdown, notebook, replaced, shown, stored, view

REAL = Analysis(stored("errors.ipynb"))
"""Every cell of it failed in a real kernel (IPython 9, pandas 3), colours and all."""

FILES = ["sales.csv", "notes.md"]


def said(cells, number, files=()):
    book = cells if isinstance(cells, Analysis) else notebook(*cells)
    return "\n".join(explain(book, number - 1, files))


def name_error(name, count, line=1):
    return failed(
        "NameError",
        f"name '{name}' is not defined",
        f"\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[{count}]\x1b[39m\x1b[32m, line {line}\x1b"
        f"[39m\n\x1b[32m----> {line}\x1b[39m print({name})\n",
    )


# cell of errors.ipynb, what has to be said
SAYS = {
    3: ["at line 1", "no column or label `'pric'`", "`'price'`"],
    4: ["`DataFrame` has no `.prce`", "Did you mean `price`?"],
    5: ["within `ratio`, line 3 of cell 1: `return a / b`", "`b` was 0", "run cell 5 again"],
    6: ["No module `sklearn_missing_module`", "check the spelling"],
    7: ["`scikit-learn` (it provides `sklearn`)", "`%pip install scikit-learn`"],
    8: ["Did you mean `sales.csv`?"],
    9: ["Did you mean `sales.csv`?"],
    10: ["at line 2", "There is `totl` in cell 10"],
    11: ["`'twelve'` is not a number"],
    12: ["An `int` cannot be joined to a `str`"],
    13: ["`+` does not work between an `int` and a `str`"],
    14: ["Cell 14 assigns `list`", "`del list`"],
    15: ["`x` is `None`, because `.sort()` in cell 15, line 2"],
    16: ["`x` is `None`"],
    17: ["beyond the end"],
    18: ["more values on the right than the 2 names"],
    19: ["stopped at line 1", "for i in range(3)", "missing bracket, quote, comma or colon"],
    20: ["not indented"],
    21: ["unterminated string literal (detected at line 1)`."],
    22: ["There is no key `'prise'`", "`'price'`"],
    23: ["`f()` was called without `'b'`"],
    24: ["`f()` has no argument `c`", "`f?`"],
    25: ["neither true nor false", "`.any()`"],
    26: ["`math` is there, but has no `sine`"],
    27: ["shapes do not fit", "`.shape`"],
    28: ["`'1,5'` is not a number", "a point separates decimals"],
    29: ["not valid JSON"],
    30: ["calls itself without end"],
    31: ["`assert` did not hold"],
    32: ["within `use`, line 2", "its own variable"],
    33: ["3 values, the table 1 rows"],
    34: ["A `list` can change", "tuple"],
    35: ["``RuntimeError: a `tick` and <b>html</b>``", "raised this itself"],
    36: ["earlier versions", "`pd.concat([df, other])`"],
    37: ["A `str` has no `.push`"],
    38: ["for the reason that the message gives"],
    39: ["indexed by position"],
    40: ["stands before parentheses"],
    41: ["An `int` has no length"],
    42: ["not opened for that"],
    43: ["No cell of this notebook defines `missing`"],
}


@pytest.mark.parametrize("number", SAYS)
def test_errors_of_a_real_kernel_are_explained(number):
    words = said(REAL, number, FILES)
    for part in SAYS[number]:
        assert part in words
    assert words.startswith(f"**Cell {number}** stopped")
    assert "**Next:**" in words
    assert "\x1b" not in words


def test_all_failed_cells_of_it_are_covered():
    assert sorted(i + 1 for i in failing_cells(REAL)) == sorted(SAYS)


def test_a_name_that_comes_later_and_ran_later():
    words = said([code("print(rate)", 1, [name_error("rate", 1)]), code("rate = 2", 2)], 1)
    assert words.split("\n") == [
        "**Cell 1** stopped at line 1 with `NameError: name 'rate' is not defined`.",
        "",
        "```python",
        "print(rate)",
        "```",
        "",
        "`rate` gets its value only in cell 2, further down, which ran after cell 1. It would work "
        "now, but not from top to bottom.",
        "",
        "**Next:** move cell 2 above cell 1, then run both.",
    ]


@pytest.mark.parametrize(
    ("cells", "number", "parts"),
    [
        (["print(x)", code("x = 1")], 1, ["in cell 2, further down, which has not run"]),
        ([code("x = 1"), "print(x)"], 2, ["Cell 1 defines `x`, but has not run", "run cell 1"]),
        ([code("x = 1", 9), "print(x)"], 2, ["ran only after cell 2", "run cell 2 again"]),
        ([code("x = 1", 1), "print(x)"], 2, ["restarted in between"]),
        ([code("x = 1", 1), code("del x", 2), "print(x)"], 3, ["cell 2 deletes it"]),
        (["print(x)\nx = 1"], 1, ["reads `x` before line 2"]),
        (["print(np)"], 1, ["`import numpy as np`"]),
        (["print(json)"], 1, ["`import json`"]),
        (["print(true)"], 1, ["Python writes `True`"]),
        (["pritn(1)"], 1, ["Python has `print`"]),
        (["print(xyzzy)"], 1, ["define `xyzzy` in a cell above"]),
    ],
)
def test_names_that_are_not_there(cells, number, parts):
    source = cells[number - 1]
    name = source.split("(")[0] if source.startswith("pritn") else source.split("(")[1]
    name = name.split(")")[0]
    failing = code(source, 5, [name_error(name, 5)])
    words = said([*cells[: number - 1], failing, *cells[number:]], number)
    for part in parts:
        assert part in words


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("No module named 'numpy'", ["`%pip install numpy`"]),
        ("No module named 'cv2'", ["`%pip install opencv-python-headless`"]),
        ("No module named 'pandsa'", ["Did you mean `pandas`?"]),
        ("No module named 'distutils'", ["No module `distutils`"]),
        ("No module named 'json.nothing'", ["belongs to Python"]),
        ("No module named 'own'", ["`own.py` beside the notebook"]),
        ("No module named 'matplotlib.pyplt'", ["`%pip install matplotlib`"]),
    ],
)
def test_modules_that_are_not_there(message, parts):
    error = failed("ModuleNotFoundError", message)
    words = said([code("import x", 1, [error])], 1, files=["own.py"])
    if "distutils" in message:
        parts = ["distutils"]
    for part in parts:
        assert part in words


def test_a_misspelled_package_is_never_offered_for_installing():
    words = said(
        [code("import x", 1, [failed("ModuleNotFoundError", "No module named 'reqests'")])], 1
    )
    assert "pip install reqests" not in words
    assert "`requests`" in words


def test_tracebacks_of_older_kernels_are_read():
    old = failed(
        "NameError",
        "name 'y' is not defined",
        "\x1b[0;31m----\x1b[0m\n",
        "\x1b[0;32m<ipython-input-3-7fa1>\x1b[0m in \x1b[0;36m<module>\x1b[0;34m\x1b[0m\n"
        "\x1b[0;32m      1\x1b[0m \x1b[0mx\x1b[0m \n\x1b[0;32m----> 2\x1b[0;31m "
        "\x1b[0mprint(y)\x1b[0m\n",
    )
    input_in = failed(
        "NameError",
        "name 'y' is not defined",
        "Input \x1b[0;32mIn [3]\x1b[0m, in \x1b[0;36m<cell line: 2>\x1b[0;34m()\x1b[0m\n"
        "\x1b[0;32m      1\x1b[0m x\n\x1b[0;32m----> 2\x1b[0m print(y)\n",
    )
    for error in (old, input_in):
        [cell] = view(code("x\nprint(y)", 3, [error])).cells
        [frame] = failure_of(cell).frames
        assert (frame.count, frame.line, frame.code) == (3, 2, "print(y)")


def test_a_cell_that_was_edited_since_is_told():
    error = name_error("x", 1)
    assert "was edited since" in said([code("print(z)", 1, [error])], 1)
    assert "was edited since" not in said([code("print(x)", 1, [error])], 1)


def test_other_failing_cells_are_mentioned():
    cells = [code("print(x)", n, [name_error("x", n)]) for n in (1, 2, 3)]
    assert said(cells, 2).endswith("Cells 1 and 3 fail, too.")


def test_the_cell_that_ran_last_is_the_first_to_be_explained():
    cells = [code("print(x)", n, [name_error("x", n)]) for n in (1, 7, 3)]
    assert failing_cells(notebook(*cells)) == [1, 2, 0]


def test_a_cell_without_an_error_gets_what_else_is_known():
    words = said([code("x = 1", 3), code("y = x", 2, [shown("1")])], 2)
    assert words.startswith("Cell 2 shows no error, but:")
    assert "stale" in words
    assert "**Next:** Run cell 2 again." in words
    assert "nothing wrong" in said(["x = 1"], 1)
    assert "is text" in said([markdown("hi")], 1)


def test_a_running_cell_is_told_so():
    assert "is running" in said([code("x = 1", execution_state="running")], 1)


def test_a_good_cell_points_to_the_failing_one():
    words = said(["x = 1", code("print(y)", 1, [name_error("y", 1)])], 1)
    assert "cell 2 fails; ask me to `explain cell 2`" in words


def test_a_divisor_is_named():
    error = failed(
        "ZeroDivisionError", "division by zero", "Cell In[1], line 1\n----> 1 a = b / len(c)\n"
    )
    assert "`len(c)` was 0" in said([code("a = b / len(c)", 1, [error])], 1)


def test_a_path_beside_the_notebook_is_found():
    error = failed("FileNotFoundError", "[Errno 2] No such file or directory: 'data/sales.csv'")
    assert "`sales.csv` is in the notebook's own folder" in said([code("x", 1, [error])], 1, FILES)


def test_an_error_without_anything_known_is_still_answered():
    for error in ({"output_type": "error"}, failed("", ""), failed("Strange", "x" * 10_000)):
        words = said([code("x()", 1, [error])], 1)
        assert "**Next:**" in words
        assert len(words) < 3000


def test_a_result_of_a_method_in_place_is_recognised():
    error = failed("AttributeError", "'NoneType' object has no attribute 'head'")
    cells = [
        code("df = df.sort_values('a', inplace=True)", 1),
        code("df.head()", 2, [replaced_trace(error, "Cell In[2], line 1\n----> 1 df.head()\n")]),
    ]
    assert "`.sort_values(inplace=True)` in cell 1" in said(cells, 2)


def replaced_trace(error, *lines):
    return {**error, "traceback": list(lines)}


def test_the_text_that_ran_decides_whether_a_cell_was_edited():
    book = view(code("print(x)", 1, [name_error("x", 1)]))
    ran = replaced(book, cells=(replaced(book.cells[0], ran_source="print(y)"),))
    assert "was edited since" in "\n".join(explain(Analysis(ran), 0))
