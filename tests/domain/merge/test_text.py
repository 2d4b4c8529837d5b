import re

import pytest
from hypothesis import given

from jupyter_collab_agents.domain.merge import apply_edits, merge_texts

from .texts import marked, plain_texts, versions


@given(versions())
def test_without_a_change_on_one_side_the_other_side_stands(three):
    base, one, _ = three
    assert merge_texts(base, base, one).text == one
    assert merge_texts(base, one, base).text == one
    assert merge_texts(base, one, one).text == one
    assert not merge_texts(base, base, one).conflicts
    assert not merge_texts(base, one, one).edits


@given(versions())
def test_the_edits_make_the_merged_text_out_of_ours(three):
    base, ours, theirs = three
    merged = merge_texts(base, ours, theirs)
    assert apply_edits(ours, merged.edits) == merged.text


@given(versions())
def test_a_conflict_says_where_ours_stands(three):
    merged = merge_texts(*three)
    for conflict in merged.conflicts:
        end = conflict.start + len(conflict.ours)
        assert merged.text[conflict.start : end] == conflict.ours
        assert conflict.ours != conflict.theirs


@given(versions(plain_texts))
def test_the_sides_differ_only_in_what_stands_where_they_clash(three):
    base, one, other = three
    merged, mirrored = merge_texts(base, one, other), merge_texts(base, other, one)
    text = merged.text
    for conflict in reversed(merged.conflicts):
        end = conflict.start + len(conflict.ours)
        text = text[: conflict.start] + conflict.theirs + text[end:]
    assert text == mirrored.text
    assert [c.theirs for c in merged.conflicts] == [c.ours for c in mirrored.conflicts]


@given(marked())
def test_no_word_of_either_side_is_lost(three):
    base, ours, theirs = three
    merged = merge_texts(base, ours, theirs)
    result = set(merged.text.split())
    undecided = [set(f"{c.ours} {c.theirs}".split()) for c in merged.conflicts]
    known = result.union(*undecided)
    assert set(re.findall(r"o\w+", ours)) <= known
    assert set(re.findall(r"t\w+", theirs)) <= known
    assert set(base.split()) & set(ours.split()) & set(theirs.split()) <= known


@given(marked())
def test_what_one_side_deleted_comes_back_only_in_a_conflict(three):
    base, ours, theirs = three
    merged = merge_texts(base, ours, theirs)
    gone = set(base.split()) - (set(ours.split()) & set(theirs.split()))
    undecided = set(" ".join(c.ours for c in merged.conflicts).split())
    assert not gone & (set(merged.text.split()) - undecided)


BASE = "import os\n\ndef load(path):\n    return open(path)\n\ndef save(path, data):\n    pass\n"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "text"),
    [
        ("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n", "A\nb\nc\nD\n"),
        ("a\nb\n", "A\nb\n", "a\nB\n", "A\nB\n"),
        ("x = f(a, b)\n", "x = f(aa, b)\n", "x = f(a, bb)\n", "x = f(aa, bb)\n"),
        ("a b", "c b", "a d", "c d"),
        ("a\nb", "x\nb", "a\nb\nc", "x\nb\nc"),
        ("b", "b2", "b\nc", "b2\nc"),
        ("a\n", "a\nb\n", "a\nb\nc\n", "a\nb\nc\n"),
        ("", "same\n", "same\n", "same\n"),
        ("a\nb\nc\n", "a\nc\n", "a\nb\nC\n", "a\nC\n"),
        ("a b c d\n", "A b c d\n", "A b c D\n", "A b c D\n"),
        ("caf\u00e9 noir\n", "caf\u00e9 blanc\n", "un caf\u00e9 noir\n", "un caf\u00e9 blanc\n"),
        ("線上会議\n", "線下会議\n", "線上会談\n", "線下会談\n"),
        (BASE, BASE.replace("pass", "write()"), "import re\n" + BASE, None),
    ],
)
def test_what_merges(base, ours, theirs, text):
    merged = merge_texts(base, ours, theirs)
    assert not merged.conflicts
    assert merged.text == (text or "import re\n" + ours)


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("x = 1\n", "x = 2\n", "x = 3\n"),
        ("a\nb\nc\n", "a\nc\n", "a\nB\nc\n"),
        ("a\n", "a\nours\n", "a\ntheirs\n"),
        ("", "ours", "theirs"),
        ("keep the old words here\n", "all of it rewritten now\n", "keep the new words here\n"),
        ("x\nx\nx\n", "x\nx\n", "x\ny\nx\n"),
        ("foo\n", "foo\nfoo\n", "bar\n"),
    ],
    ids=[
        "same word",
        "deleted and changed",
        "both append",
        "both begin",
        "rewritten",
        "one of equal lines",
        "copied and changed",
    ],
)
def test_what_is_asked(base, ours, theirs):
    merged = merge_texts(base, ours, theirs)
    assert merged.text == ours
    assert not merged.edits
    assert len(merged.conflicts) == 1


def test_a_block_that_both_moved_elsewhere_does_not_stand_twice():
    block, rest = "moved = 1\nblock = 2\n", [f"line{n}\n" for n in range(9)]
    base = "".join([*rest[:4], block, *rest[4:]])
    ours, theirs = "".join([block, *rest]), "".join([*rest, block])
    merged = merge_texts(base, ours, theirs)
    assert merged.text == ours
    assert [c.theirs for c in merged.conflicts] == [block]


def test_a_conflict_is_the_lines_in_question_and_nothing_more():
    base = "one\ntwo = 2\nthree = 3\nfour\n"
    ours = "one\ntwo = 22\nthree = 30\nfour\n"
    theirs = "one\ntwo = 22\nthree = 33\nfour!\n"
    merged = merge_texts(base, ours, theirs)
    assert merged.text == "one\ntwo = 22\nthree = 30\nfour!\n"
    (conflict,) = merged.conflicts
    assert (conflict.base, conflict.ours, conflict.theirs) == (
        "three = 3\n",
        "three = 30\n",
        "three = 33\n",
    )


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "text"),
    [
        ("a\nb\n", "a\r\nb\r\n", "a\nB\n", "a\r\nB\r\n"),
        ("a\r\nb\r\n", "A\r\nb\r\n", "a\nb\n", "A\nb\n"),
        ("a\nb\r\nc\n", "a\nb\r\nC\n", "A\nb\r\nc\n", "A\nb\r\nC\n"),
    ],
)
def test_line_ends_are_kept_or_changed_as_one(base, ours, theirs, text):
    merged = merge_texts(base, ours, theirs)
    assert merged.text == text
    assert not merged.conflicts
