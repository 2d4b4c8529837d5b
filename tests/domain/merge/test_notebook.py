from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.domain.merge import (
    ConflictKind,
    NotAMergeableNotebook,
    merge_notebooks,
)
from jupyter_collab_agents.domain.merge.operations import (
    DeleteCell,
    EditSource,
    InsertCell,
    MoveCell,
    SetOutputs,
    SetValue,
    apply_operations,
)

from .notebooks import abc, cell, ids, notebook, ordered, source, with_cell, with_source
from .texts import changed, plain_texts


@st.composite
def books(draw):
    count = draw(st.integers(0, 5))
    return notebook(*(cell(f"c{n}", draw(plain_texts)) for n in range(count)))


@st.composite
def changed_book(draw, book, mark):
    copy = deepcopy(book)
    for change in draw(st.lists(st.integers(0, 5), max_size=4)):
        cells = copy["cells"]
        at = draw(st.integers(0, len(cells)))
        if change == 0:
            cells.insert(at, cell(f"{mark}{len(cells)}{at}", draw(plain_texts)))
        elif cells:
            one = cells[min(at, len(cells) - 1)]
            match change:
                case 1:
                    cells.remove(one)
                case 2:
                    cells.remove(one)
                    cells.insert(draw(st.integers(0, len(cells))), one)
                case 3:
                    one["metadata"] = {**one["metadata"], draw(st.sampled_from("kl")): mark}
                case _:
                    one["source"] = draw(changed(one["source"]))
    if len(set(ids(copy))) < len(copy["cells"]):
        return book
    return copy


@st.composite
def three_books(draw):
    base = draw(books())
    return base, draw(changed_book(base, "o")), draw(changed_book(base, "t"))


@given(three_books())
def test_without_a_change_on_one_side_the_other_side_stands(three):
    base, one, _ = three
    assert merge_notebooks(base, base, one).notebook == one
    assert merge_notebooks(base, one, base).notebook == one
    assert merge_notebooks(base, one, one).notebook == one
    assert not merge_notebooks(base, one, one).operations
    assert not merge_notebooks(base, base, one).conflicts


@given(three_books())
def test_the_operations_make_the_merged_notebook_out_of_ours(three):
    base, ours, theirs = three
    before = deepcopy(ours)
    merged = merge_notebooks(base, ours, theirs)
    assert apply_operations(ours, merged.operations) == merged.notebook
    assert ours == before


@given(three_books())
def test_every_cell_of_either_side_is_there_or_deleted_by_the_other_or_asked_about(three):
    base, ours, theirs = three
    merged = merge_notebooks(base, ours, theirs)
    there, asked = set(ids(merged.notebook)), {c.cell_id for c in merged.conflicts}
    known = set(ids(base))
    for mine, yours in ((ours, theirs), (theirs, ours)):
        lost = set(ids(mine)) - there
        assert lost <= known - set(ids(yours)) or lost <= asked
    assert there <= set(ids(ours)) | set(ids(theirs))


@given(three_books())
def test_an_edit_of_a_cell_is_in_it_or_in_a_conflict(three):
    base, ours, theirs = three
    merged = merge_notebooks(base, ours, theirs)
    asked = {c.cell_id for c in merged.conflicts}
    for book, other in ((ours, theirs), (theirs, ours)):
        for one in book["cells"]:
            key = one["id"]
            if key in asked or key not in ids(base):
                continue
            if one["source"] == source(base, key):
                continue
            assert key in ids(merged.notebook)
            if key in ids(other) and source(other, key) == source(base, key):
                assert source(merged.notebook, key) == one["source"]


@given(three_books())
def test_a_move_is_seen_or_asked_about(three):
    base, ours, theirs = three
    merged = merge_notebooks(base, ours, theirs)
    if any(c.kind is ConflictKind.PLACE for c in merged.conflicts):
        return
    everywhere = set(ids(base)) & set(ids(ours)) & set(ids(theirs)) & set(ids(merged.notebook))
    orders = [[i for i in ids(b) if i in everywhere] for b in (base, ours, theirs, merged.notebook)]
    if orders[1] == orders[0]:
        assert orders[3] == orders[2]
    if orders[2] == orders[0]:
        assert orders[3] == orders[1]


def test_edits_of_different_cells_touch_only_those():
    base = abc()
    merged = merge_notebooks(
        base, with_source(base, "a", "a = 10\n"), with_source(base, "c", "c = 30\n")
    )
    assert [type(step) for step in merged.operations] == [EditSource]
    assert merged.operations[0].cell_id == "c"
    assert source(merged.notebook, "a") == "a = 10\n"


def test_edits_of_one_cell_merge_as_texts():
    base = notebook(cell("a", "x = f(a, b)\n"))
    merged = merge_notebooks(
        base, with_source(base, "a", "x = f(a, c)\n"), with_source(base, "a", "y = f(a, b)\n")
    )
    assert source(merged.notebook, "a") == "y = f(a, c)\n"
    assert not merged.conflicts


def test_a_word_that_both_changed_is_asked_about_and_stays_as_ours():
    base = abc()
    merged = merge_notebooks(
        base, with_source(base, "a", "a = 5\n"), with_source(base, "a", "a = 6\n")
    )
    assert source(merged.notebook, "a") == "a = 5\n"
    (conflict,) = merged.conflicts
    assert (conflict.kind, conflict.cell_id) == (ConflictKind.SOURCE, "a")
    assert (conflict.base, conflict.ours, conflict.theirs) == ("a = 1\n", "a = 5\n", "a = 6\n")


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ("abc", "axbc", "axbc"),
        ("aybc", "axbc", "ayxbc"),
        ("abc", "xabc", "xabc"),
        ("bc", "axbc", "xbc"),
        ("abc", "cab", "cab"),
        ("cab", "cab", "cab"),
        ("abyc", "abxzc", "abyxzc"),
        ("acb", "abxc", "acbx"),
        ("ab", "acb", "ab"),
        ("abc", "ac", "ac"),
        ("ac", "ab", "a"),
        ("abcx", "bac", "bacx"),
    ],
)
def test_orders(ours, theirs, merged):
    base = abc()
    done = merge_notebooks(base, ordered(base, *ours), ordered(base, *theirs))
    assert "".join(ids(done.notebook)) == merged
    assert not done.conflicts


@pytest.mark.parametrize(("ours", "theirs"), [("cab", "acb"), ("bac", "acb"), ("acb", "bac")])
def test_moves_that_do_not_fit_together_are_asked_about(ours, theirs):
    base = abc()
    done = merge_notebooks(base, ordered(base, *ours), ordered(base, *theirs))
    assert "".join(ids(done.notebook)) == ours
    assert {c.kind for c in done.conflicts} == {ConflictKind.PLACE}


def test_a_cell_that_one_moved_and_the_other_edited_is_both():
    base = abc()
    done = merge_notebooks(base, with_source(base, "c", "c = 9\n"), ordered(base, "c", "a", "b"))
    assert ids(done.notebook) == ["c", "a", "b"]
    assert source(done.notebook, "c") == "c = 9\n"
    assert [type(step) for step in done.operations] == [MoveCell]


def test_a_deleted_cell_that_nobody_changed_goes_also_if_it_was_run():
    base = abc()
    ours = with_cell(base, "b", execution_count=7)
    done = merge_notebooks(base, ours, ordered(base, "a", "c"))
    assert done.operations == [DeleteCell("b")]


def test_deleted_here_and_changed_there_is_asked_about_both_ways():
    base = abc()
    edited, without = with_source(base, "b", "b = 22\n"), ordered(base, "a", "c")
    done = merge_notebooks(base, edited, without)
    assert source(done.notebook, "b") == "b = 22\n"
    assert [c.kind for c in done.conflicts] == [ConflictKind.DELETED_BY_THEM]
    assert done.conflicts[0].ours["source"] == "b = 22\n"
    done = merge_notebooks(base, without, edited)
    assert ids(done.notebook) == ["a", "c"]
    assert [c.kind for c in done.conflicts] == [ConflictKind.DELETED_BY_US]
    assert done.conflicts[0].theirs["source"] == "b = 22\n"


def test_outputs_stay_as_ours_unless_asked_for():
    base = abc()
    ran = with_cell(base, "a", outputs=[{"output_type": "stream", "text": "1"}], execution_count=1)
    assert not merge_notebooks(base, base, ran).operations
    done = merge_notebooks(base, base, ran, outputs=True)
    assert [type(step) for step in done.operations] == [SetOutputs]
    assert done.notebook == ran
    other = with_cell(base, "a", execution_count=2)
    done = merge_notebooks(base, other, ran, outputs=True)
    assert done.notebook == other
    assert [c.kind for c in done.conflicts] == [ConflictKind.OUTPUTS]


def test_metadata_merge_key_by_key_also_inside():
    base = notebook(cell("a", metadata_={}), kernelspec={"name": "python3"})
    base = with_cell(base, "a", metadata={"jupyter": {"x": 1}, "tags": ["t"]})
    ours = with_cell(base, "a", metadata={"jupyter": {"x": 1, "y": 2}, "tags": ["t", "u"]})
    theirs = with_cell(base, "a", metadata={"jupyter": {"z": 3}, "tags": ["v"], "new": None})
    theirs["metadata"] = {"kernelspec": {"name": "python3"}, "title": "T"}
    done = merge_notebooks(base, ours, theirs)
    assert done.notebook["cells"][0]["metadata"] == {
        "jupyter": {"y": 2, "z": 3},
        "tags": ["t", "u"],
        "new": None,
    }
    assert done.notebook["metadata"]["title"] == "T"
    (conflict,) = done.conflicts
    assert (conflict.kind, conflict.key) == (ConflictKind.METADATA, ("tags",))
    assert {(s.cell_id, s.key) for s in done.operations if isinstance(s, SetValue)} == {
        ("a", "jupyter"),
        ("a", "new"),
        (None, "title"),
    }


def test_a_number_and_a_truth_value_are_different_metadata():
    base = with_cell(abc(), "a", metadata={"n": 1})
    theirs = with_cell(base, "a", metadata={"n": True})
    done = merge_notebooks(base, base, theirs)
    assert done.notebook["cells"][0]["metadata"]["n"] is True


def test_a_change_of_type_brings_the_fields_of_the_type():
    base = abc()
    theirs = with_cell(base, "a", cell_type="markdown")
    theirs["cells"][0] = {
        k: v for k, v in theirs["cells"][0].items() if k not in {"outputs", "execution_count"}
    }
    ours = with_source(base, "a", "# a\n")
    done = merge_notebooks(base, ours, theirs)
    assert done.notebook["cells"][0] == cell("a", "# a\n", "markdown")
    done = merge_notebooks(base, with_cell(ours, "a", cell_type="raw"), theirs)
    assert done.notebook["cells"][0]["cell_type"] == "raw"
    assert [c.kind for c in done.conflicts] == [ConflictKind.CELL_TYPE]


def test_the_same_new_cell_comes_once():
    base = abc()
    one = ordered(base, "a", "x", "b", "c")
    assert not merge_notebooks(base, one, deepcopy(one)).operations


# ids that are missing, doubled or no ids


def without_ids(book, minor=4):
    copy = deepcopy(book)
    copy["nbformat_minor"] = minor
    for one in copy["cells"]:
        del one["id"]
    return copy


def test_notebooks_without_ids_are_matched_by_what_the_cells_say():
    base = abc()
    ours, theirs = with_source(base, "a", "a = 10\n"), ordered(base, "a", "x", "b", "c")
    theirs = with_source(theirs, "c", "c = 30\n")
    done = merge_notebooks(*(without_ids(book) for book in (base, ours, theirs)))
    assert [c["source"] for c in done.notebook["cells"]] == [
        "a = 10\n",
        "x = 'new'\n",
        "b = 2\n",
        "c = 30\n",
    ]
    assert all("id" not in c for c in done.notebook["cells"])
    assert not done.conflicts


def test_where_the_format_has_no_ids_made_ones_do_not_tell_cells_apart():
    base, ours, theirs = abc(), abc(), with_source(abc(), "b", "b = 20\n")
    for book, mark in ((base, "first"), (ours, "second"), (theirs, "first")):
        book["nbformat_minor"] = 4
        for number, one in enumerate(book["cells"]):
            one["id"] = f"{mark}{number}"
    ours["cells"][0]["source"] = "a = 10\n"
    done = merge_notebooks(base, ours, theirs)
    assert [c["source"] for c in done.notebook["cells"]] == ["a = 10\n", "b = 20\n", "c = 3\n"]
    assert [step.cell_id for step in done.operations] == ["second1"]


def test_ids_that_an_editor_dropped_are_found_again():
    base = abc()
    theirs = without_ids(with_source(base, "b", "b = 20\n"), 5)
    done = merge_notebooks(base, with_source(base, "a", "a = 10\n"), theirs)
    assert ids(done.notebook) == ["a", "b", "c"]
    assert [type(step) for step in done.operations] == [EditSource]
    assert source(done.notebook, "b") == "b = 20\n"


def test_a_copied_cell_with_the_same_id_becomes_a_new_cell():
    base = abc()
    theirs = deepcopy(base)
    theirs["cells"].insert(1, {**theirs["cells"][0], "source": "copy = 1\n"})
    done = merge_notebooks(base, with_source(base, "a", "a = 10\n"), theirs)
    assert len(set(ids(done.notebook))) == 4
    assert [c["source"] for c in done.notebook["cells"]][:2] == ["a = 10\n", "copy = 1\n"]
    assert [type(step) for step in done.operations] == [InsertCell]


def test_doubled_ids_in_ours_are_told_apart():
    base = abc()
    ours = deepcopy(base)
    ours["cells"].append(cell("a", "another = 1\n"))
    done = merge_notebooks(base, ours, with_source(base, "c", "c = 30\n"))
    assert source(done.notebook, "c") == "c = 30\n"
    assert [c["source"] for c in done.notebook["cells"]][-1] == "another = 1\n"
    assert len(set(ids(done.notebook))) == 4


@pytest.mark.parametrize("bad", [7, "", "x" * 65, "sp ace", None, ["a"]])
def test_what_is_no_id_counts_as_missing(bad):
    base = abc()
    theirs = with_source(base, "a", "a = 10\n")
    theirs["cells"][0]["id"] = bad
    done = merge_notebooks(base, base, theirs)
    assert ids(done.notebook) == ["a", "b", "c"]
    assert source(done.notebook, "a") == "a = 10\n"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"nbformat": 3, "worksheets": []}, "format 4"),
        ({"nbformat": 4}, "no list of cells"),
        (notebook("text"), "Cell 1 is not an object"),
        (notebook(cell("a"), {"cell_type": "heading"}), "Cell 2 is none of code"),
        (notebook({**cell("a"), "source": [1]}), "source that is not a text"),
        (notebook({**cell("a"), "metadata": []}), "metadata that are not an object"),
        ({**notebook(), "metadata": None}, "metadata are not an object"),
    ],
)
def test_what_is_no_notebook_is_refused_in_words(bad, words):
    with pytest.raises(NotAMergeableNotebook, match=words):
        merge_notebooks(notebook(), notebook(), bad)


def test_sources_may_be_lists_of_lines():
    base = abc()
    theirs = with_source(base, "a", ["a = 1\n", "more\n"])
    assert source(merge_notebooks(base, base, theirs).notebook, "a") == "a = 1\nmore\n"
