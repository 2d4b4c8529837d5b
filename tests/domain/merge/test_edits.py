from itertools import pairwise

import pytest
from hypothesis import given

from jupyter_collab_agents.domain.merge import Edit, apply_edits, minimal_edits
from jupyter_collab_agents.domain.merge.tokens import may_cut

from .test_tokens import between_flags
from .texts import changed, texts, versions


@given(versions())
def test_edits_lead_to_the_other_text(three):
    _, old, new = three
    edits = minimal_edits(old, new)
    assert apply_edits(old, edits) == new
    assert all(edit.end < after.start for edit, after in pairwise(edits))
    assert all(old[edit.start : edit.end] != edit.text for edit in edits)


@given(versions())
def test_one_by_one_they_are_applied_from_the_last(three):
    _, old, new = three
    text = old
    for edit in reversed(minimal_edits(old, new)):
        text = text[: edit.start] + edit.text + text[edit.end :]
    assert text == new


@given(versions())
def test_no_edit_tears_a_cluster(three):
    _, old, new = three
    grown = 0
    for edit in minimal_edits(old, new):
        start = edit.start + grown
        assert may_cut(old, edit.start) or between_flags(old, edit.start)
        assert may_cut(old, edit.end) or between_flags(old, edit.end)
        assert may_cut(new, start) or between_flags(new, start)
        assert may_cut(new, start + len(edit.text)) or between_flags(new, start + len(edit.text))
        grown += len(edit.text) - (edit.end - edit.start)


@given(texts.flatmap(lambda text: changed(text).map(lambda new: (text, new))))
def test_what_did_not_change_is_not_touched(pair):
    text, _ = pair
    assert minimal_edits(text, text) == []


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ("total = a + b", "total = a - b", [Edit(10, 11, "-")]),
        ("foo(x)", "foobar(x)", [Edit(3, 3, "bar")]),
        ("", "x", [Edit(0, 0, "x")]),
        ("x", "", [Edit(0, 1, "")]),
        ("e", "e\u0301", [Edit(0, 1, "e\u0301")]),
        ("a\r\nb", "a\nb", [Edit(1, 3, "\n")]),
        ("a\n", "a", [Edit(1, 2, "")]),
    ],
)
def test_edits_are_small(old, new, edits):
    assert minimal_edits(old, new) == edits


@pytest.mark.parametrize(
    "edits",
    [[Edit(0, 9, "")], [Edit(2, 1, "")], [Edit(1, 2, ""), Edit(0, 1, "")], [Edit(-1, 0, "")]],
)
def test_edits_out_of_order_or_beyond_the_text_are_refused(edits):
    with pytest.raises(ValueError, match="in order"):
        apply_edits("abc", edits)
