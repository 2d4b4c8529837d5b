import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.agents.notebook.analysis import Analysis
from jupyter_collab_agents.agents.notebook.explain import explain
from jupyter_collab_agents.agents.notebook.outline import outline
from jupyter_collab_agents.agents.notebook.report import check
from jupyter_collab_agents.agents.notebook.view import view_of
from jupyter_collab_agents.agents.notebook.words import capital, cells, code, code_block, plain


def test_cells_are_read_as_nbformat_writes_them():
    content = {
        "cells": [
            {"id": "a", "cell_type": "markdown", "source": ["# One\n", "two"]},
            {
                "id": "b",
                "cell_type": "code",
                "source": "x",
                "execution_count": 3.0,
                "outputs": [{"output_type": "stream", "text": "hi"}],
                "execution_state": "idle",
            },
        ]
    }
    first, second = view_of("a.ipynb", True, content).cells
    assert (first.source, first.index, first.execution_count) == ("# One\ntwo", 0, None)
    assert (second.execution_count, second.execution_state) == (3, "idle")
    assert second.outputs[0]["text"] == "hi"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
OUTPUT = st.fixed_dictionaries(
    {},
    optional={
        "output_type": st.sampled_from(["error", "stream", 3]),
        "ename": JSON | st.sampled_from(["NameError", "KeyError", "TypeError", "SyntaxError"]),
        "evalue": JSON | st.text(),
        "traceback": JSON | st.lists(st.sampled_from(["Cell In[1], line 1\n----> 1 x", "\x1b[0m"])),
        "data": JSON | st.dictionaries(st.just("text/html"), JSON),
    },
)
CELL = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON,
        "cell_type": st.sampled_from(["code", "markdown", "raw", None]),
        "source": JSON | st.sampled_from(["x = y", "print(x)", "def f(): return z", "# a\n## b"]),
        "execution_count": JSON | st.integers(0, 5),
        "outputs": JSON | st.lists(OUTPUT, max_size=2),
        "execution_state": JSON,
    },
)


@given(st.fixed_dictionaries({"cells": st.lists(CELL, max_size=5) | JSON}))
def test_no_notebook_is_too_strange(content):
    book = Analysis(view_of("a.ipynb", False, content))
    for lines in (check(book), outline(book)):
        assert lines
        assert not any("\n" in line for line in lines)
    for cell in book.view.cells:
        assert explain(book, cell.index)


@given(st.text())
def test_quoted_code_stays_one_span(text):
    span = code(text)
    ticks = span[: len(span) - len(span.lstrip("`"))]
    inner = span[len(ticks) : -len(ticks)]
    assert ticks
    assert "\n" not in span
    assert ticks not in inner.strip("`") or not inner.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\u202eb\u200bc\x00", "abc"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\x1b]0;title\x07x", "x"),
    ],
)
def test_colours_and_invisible_signs_are_removed(text, shown):
    assert plain(text) == shown


def test_a_block_is_fenced_longer_than_what_it_holds():
    assert code_block("x = '```'")[0] == "````python"


def test_cells_are_named_as_people_count():
    assert cells([3]) == "cell 4"
    assert cells([0, 2]) == "cells 1 and 3"
    assert cells(list(range(9))) == "cells 1, 2, 3, 4, 5, 6 and 3 more"
    assert capital("cell 4") == "Cell 4"
