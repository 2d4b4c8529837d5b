"""From wishes to contents: bare notebooks, steps on cells, decisions."""

import pytest
from hypothesis import given

from jupyter_collab_agents.domain.contents import after, bare, decoded, encoded, for_people
from jupyter_collab_agents.domain.decided import decided
from jupyter_collab_agents.domain.edits import changes, touched, wanted
from jupyter_collab_agents.domain.merge import merge_notebooks, merge_texts
from jupyter_collab_agents.domain.merge import operations as ops
from jupyter_collab_agents.protocol.conflicts import Keep
from jupyter_collab_agents.protocol.edits import (
    CellType,
    DeleteCell,
    InsertCell,
    MoveCell,
    SetCellType,
    SetMetadata,
    SetSource,
)
from jupyter_collab_agents.protocol.errors import ErrorCode

from .merge.notebooks import abc, cell, ids, notebook, source, with_cell, with_source
from .merge.texts import versions
from .scene import refused


def mint(number):
    return f"new{number}"


# --- bare ---------------------------------------------------------------------------------------


def test_a_bare_notebook_has_neither_outputs_nor_trust():
    book = with_cell(
        abc(), "a", outputs=[1], execution_count=3, metadata={"trusted": True, "tags": []}
    )
    plain = bare(book)
    assert plain["cells"][0] == {
        "id": "a",
        "cell_type": "code",
        "source": "a = 1\n",
        "metadata": {"tags": []},
    }
    assert bare(plain) == plain
    assert bare(for_people(plain)) == plain


def test_every_cell_of_a_bare_notebook_has_an_id_of_its_own():
    book = notebook(cell("a"), cell("a", "x"), {"cell_type": "raw", "source": "y", "metadata": {}})
    assert len(set(ids(bare(book)))) == 3
    assert ids(bare(book)) == ids(bare(book))
    assert "id" not in bare(book, named=False)["cells"][2]


@pytest.mark.parametrize("content", ["", "é\ud800\r\n", bare(abc())])
def test_contents_are_kept_as_they_are(content):
    assert decoded(encoded(content)) == content


# --- steps --------------------------------------------------------------------------------------


def test_steps_make_the_content_that_is_wanted():
    base = {**bare(abc()), "nbformat_minor": 4}
    made = wanted(
        base,
        [
            InsertCell(after="a", source="x = 0"),
            InsertCell(after=None, source="# top", cell_type=CellType.MARKDOWN, cell_id="top"),
            SetSource(cell_id="new0", source="x = 1"),
            SetSource(cell_id="b", source="b = 20\n"),
            SetSource(cell_id="b", source="b = 200\n"),
            DeleteCell(cell_id="a"),
            MoveCell(cell_id="c", after="top"),
            SetCellType(cell_id="c", cell_type=CellType.RAW),
            SetMetadata(cell_id=None, key="title", value="T"),
            SetMetadata(cell_id="b", key="gone", removed=True),
        ],
        mint,
    )
    assert ids(made) == ["top", "c", "new0", "b"]
    assert [c["source"] for c in made["cells"]] == ["# top", "c = 3\n", "x = 1", "b = 200\n"]
    assert (made["cells"][1]["cell_type"], made["metadata"]) == ("raw", {"title": "T"})
    assert made["nbformat_minor"] == 4


@pytest.mark.parametrize(
    "step",
    [
        DeleteCell(cell_id="nobody"),
        MoveCell(cell_id="a", after="nobody"),
        SetSource(cell_id="nobody", source=""),
        InsertCell(after="nobody", source=""),
        InsertCell(after=None, source="", cell_id="a"),
    ],
)
def test_steps_on_cells_that_are_not_there_are_refused(step):
    with refused(ErrorCode.INVALID, "There is no cell"):
        wanted(bare(abc()), [step], mint)


def test_a_text_takes_no_steps():
    with refused(ErrorCode.INVALID, "no cells"):
        wanted("text", [], mint)


def test_changes_are_counted_as_browsers_count():
    base = abc()
    theirs = with_source(base, "a", "a = '👩'\n")
    theirs["cells"].append(cell("d", "dé"))
    del theirs["cells"][1]
    steps = merge_notebooks(base, base, theirs).operations
    found = {(c.cell_id, c.kind.value): (c.inserted, c.removed) for c in changes(steps)}
    assert found == {("a", "edited"): (4, 1), ("b", "removed"): (0, 0), ("d", "added"): (2, 0)}
    assert touched(steps) == {"a", "b"}


def test_a_notice_names_so_many_cells():
    assert len(changes([ops.DeleteCell(f"c{n}") for n in range(500)])) == 200


# --- decisions ----------------------------------------------------------------------------------


@given(versions())
def test_every_text_can_be_decided_either_way(three):
    base, ours, theirs = three
    merged = merge_texts(base, ours, theirs)
    text = merged.text
    for conflict in reversed(merged.conflicts):  # the last first: the others stay in place
        assert decided(text, conflict, Keep.CURRENT, "", None) == text
        both = decided(text, conflict, Keep.BOTH, "", None)
        assert conflict.ours in both
        assert conflict.theirs in both
        assert decided(text, conflict, Keep.EDITED, conflict.ours, None) == text
        text = decided(text, conflict, Keep.INCOMING, "", None)
    if merged.conflicts and not any("\r" in version for version in three):
        assert text == merge_texts(base, theirs, ours).text


def test_a_decision_merges_with_what_happened_since():
    base = bare(notebook(cell("a", "one = 1\ntwo = 2\nthree = 3\n")))
    ours = bare(with_source(base, "a", "one = 10\ntwo = 2\nthree = 3\n"))
    theirs = bare(with_source(base, "a", "one = 20\ntwo = 2\nthree = 3\n"))
    merged = merge_notebooks(base, ours, theirs)
    (conflict,) = merged.conflicts
    content = bare(merged.notebook)
    chosen = decided(content, conflict, Keep.INCOMING, "", None)
    now = bare(with_source(content, "a", "one = 10\ntwo = 2\nthree = 33\n"))
    done = merge_notebooks(content, now, chosen)
    assert source(done.notebook, "a") == "one = 20\ntwo = 2\nthree = 33\n"
    assert not done.conflicts


def test_operations_keep_ids_also_where_the_format_has_none():
    book = {**bare(abc()), "nbformat_minor": 2}
    assert ids(after(book, [ops.DeleteCell("b")])) == ["a", "c"]
