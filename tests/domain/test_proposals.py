"""A proposed content as hunks: any choice of them, in any order, onto what the document says."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_collab_agents.domain.contents import bare
from jupyter_collab_agents.domain.fitting import MOST_LOOKS, Fitting
from jupyter_collab_agents.domain.merge import merge_notebooks, merge_texts
from jupyter_collab_agents.domain.proposals import parts_of, with_parts
from jupyter_collab_agents.protocol.proposals import HunkFit, HunkKind

words = st.sampled_from(["a = 1", "b = 2", "", "print(a)", "für 😀", "  return x", "a = 1"])
texts = st.lists(words, max_size=6).flatmap(
    lambda lines: st.sampled_from(["\n".join(lines), "\n".join([*lines, ""]), "\r\n".join(lines)])
)
metadata = st.dictionaries(st.sampled_from(["tags", "x"]), st.integers(0, 2), max_size=2)


@st.composite
def cells(draw, names):
    return {
        "id": draw(names),
        "cell_type": draw(st.sampled_from(["code", "markdown"])),
        "source": draw(texts),
        "metadata": draw(metadata),
    }


@st.composite
def notebooks(draw):
    found = draw(
        st.lists(cells(st.sampled_from("abcdef")), max_size=5, unique_by=lambda cell: cell["id"])
    )
    return notebook(*found, metadata=draw(metadata))


def notebook(*those, metadata=None):
    return bare({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata or {}, "cells": [*those]})


def cell(name, source, kind="code", **metadata):
    return {"id": name, "cell_type": kind, "source": source, "metadata": metadata}


@st.composite
def changed(draw, base):
    """Another version of a notebook."""
    those = copy.deepcopy(base["cells"])
    if those and draw(st.booleans()):
        those.pop(draw(st.integers(0, len(those) - 1)))
    if those and draw(st.booleans()):
        those.insert(draw(st.integers(0, len(those))), those.pop())
    for one in those:
        if draw(st.booleans()):
            one["source"] = draw(texts)
        if draw(st.booleans()):
            one["metadata"] = draw(metadata)
        if draw(st.integers(0, 4)) == 0:
            one["cell_type"] = "markdown" if one["cell_type"] == "code" else "code"
    for name in draw(st.lists(st.sampled_from("xyz"), max_size=2, unique=True)):
        those.insert(draw(st.integers(0, len(those))), draw(cells(st.just(name))))
    return notebook(*those, metadata=draw(metadata))


pairs = notebooks().flatmap(lambda base: st.tuples(st.just(base), changed(base)))


@given(pairs)
@settings(max_examples=100, deadline=None)
def test_all_hunks_are_the_proposed_notebook_and_none_the_base(pair):
    base, proposed = pair
    parts = parts_of(base, proposed)
    assert with_parts(base, proposed, []) == base
    assert with_parts(base, proposed, parts) == proposed
    assert [part.hunk_id for part in parts] == [f"h{n}" for n in range(1, len(parts) + 1)]


@given(texts, texts)
@settings(max_examples=100, deadline=None)
def test_all_hunks_are_the_proposed_text_and_none_the_base(base, proposed):
    parts = parts_of(base, proposed)
    assert with_parts(base, proposed, []) == base
    assert with_parts(base, proposed, parts) == proposed
    assert bool(parts) == (base != proposed)


@given(pairs, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_accepted_one_by_one_in_any_order_they_come_to_the_proposed_notebook(pair, chance):
    """PP3: each acceptance is a merge, and nobody else edits."""
    base, proposed = pair
    parts = parts_of(base, proposed)
    now, accepted = base, []
    for part in chance.sample(parts, len(parts)):
        assert Fitting(base, proposed, accepted, now).fit(part) is HunkFit.FITS
        before = with_parts(base, proposed, accepted)
        accepted.append(part)
        merged = merge_notebooks(before, now, with_parts(base, proposed, accepted))
        assert not merged.conflicts
        now = bare(merged.notebook)
    assert now == proposed


@given(pairs)
@settings(max_examples=100, deadline=None)
def test_what_is_there_already_is_told(pair):
    """PP4"""
    base, proposed = pair
    for part in parts_of(base, proposed):
        assert Fitting(base, proposed, [], proposed).fit(part) is HunkFit.THERE


BASE = notebook(cell("a", "one\ntwo\nthree\nfour\nfive\n"), cell("b", "x"), cell("c", "y"))


def test_lines_apart_are_hunks_apart():
    """PP1"""
    proposed = notebook(cell("a", "ONE\ntwo\nthree\nfour\nFIVE\nsix\n"), *BASE["cells"][1:])
    first, last = parts_of(BASE, proposed)
    assert (first.kind, first.cell_id) == (HunkKind.TEXT, "a")
    assert (first.line, first.lines, first.new_line, first.new_lines) == (0, 1, 0, 1)
    assert (last.line, last.lines, last.new_line, last.new_lines) == (4, 1, 4, 2)
    only_last = with_parts(BASE, proposed, [last])
    assert only_last["cells"][0]["source"] == "one\ntwo\nthree\nfour\nFIVE\nsix\n"


def test_cells_as_a_whole_are_hunks():
    """PP1"""
    proposed = notebook(
        cell("c", "y", "markdown", tags=["t"]),
        cell("a", BASE["cells"][0]["source"]),
        cell("n", "z"),
    )
    kinds = [(part.kind.value, part.cell_id) for part in parts_of(BASE, proposed)]
    assert sorted(kinds) == sorted(
        [
            ("delete", "b"),
            ("move", "c"),
            ("cell_type", "c"),
            ("metadata", "c"),
            ("insert", "n"),
        ]
    )


def test_a_new_cell_stands_behind_the_nearest_of_those_that_are_there():
    """PP1"""
    proposed = notebook(*BASE["cells"][:2], cell("n", "1"), cell("m", "2"), BASE["cells"][2])
    first, second = parts_of(BASE, proposed)
    assert [c["id"] for c in with_parts(BASE, proposed, [second])["cells"]] == ["a", "b", "m", "c"]
    assert [c["id"] for c in with_parts(BASE, proposed, [first, second])["cells"]] == list("abnmc")


def test_a_hunk_is_stale_when_the_text_under_it_is_another_one():
    """PP4"""
    proposed = notebook(cell("a", "ONE\ntwo\nthree\nfour\nFIVE\n"), *BASE["cells"][1:])
    first, last = parts_of(BASE, proposed)
    now = notebook(cell("a", "uno\ntwo\nthree\nfour\nfive\n"), *BASE["cells"][1:])
    fitting = Fitting(BASE, proposed, [], now)
    assert (fitting.fit(first), fitting.fit(last)) == (HunkFit.STALE, HunkFit.FITS)


def test_a_hunk_of_a_deleted_cell_is_stale_and_a_deletion_of_a_changed_one():
    """PP4"""
    proposed = notebook(cell("a", "ONE\ntwo\nthree\nfour\nfive\n"), BASE["cells"][2])
    delete, text = parts_of(BASE, proposed)
    now = notebook(cell("b", "changed"), BASE["cells"][2])
    fitting = Fitting(BASE, proposed, [], now)
    assert (delete.kind, fitting.fit(delete)) == (HunkKind.DELETE, HunkFit.STALE)
    assert fitting.fit(text) is HunkFit.STALE


def test_others_may_edit_beside_a_hunk():
    """PP3"""
    base, proposed = "a = 1\nb = 2\nc = 3\n", "a = 1\nb = 22\nc = 3\n"
    (part,) = parts_of(base, proposed)
    now = "# mine\na = 1\nb = 2\nc = 4\n"
    assert Fitting(base, proposed, [], now).fit(part) is HunkFit.FITS
    merged = merge_texts(base, now, with_parts(base, proposed, [part]))
    assert merged.text == "# mine\na = 1\nb = 22\nc = 4\n"


@given(pairs, st.data())
@settings(max_examples=100, deadline=None)
def test_looking_at_all_is_as_looking_at_each(pair, data):
    """PP4: what nobody touched needs no merge."""
    base, proposed = pair
    fitting = Fitting(base, proposed, [], data.draw(changed(base)))
    parts = parts_of(base, proposed)
    together = fitting.fits(parts)
    for part in parts:
        alone = fitting.fit(part)
        assert together[part.hunk_id] is alone or alone is HunkFit.STALE


def test_many_hunks_of_a_long_text_are_looked_at_soon():
    """PP4"""
    lines = [f"line {n}\n" for n in range(20_000)]
    base = "".join(lines)
    proposed = "".join(line.upper() if n % 50 == 0 else line for n, line in enumerate(lines))
    now = "".join(f"{line}typed\n" if n % 4999 == 7 else line for n, line in enumerate(lines))
    parts = parts_of(base, proposed)
    assert len(parts) == 400
    fits = Fitting(base, proposed, [], now).fits(parts, most=0)
    assert set(fits.values()) == {HunkFit.FITS}
    assert len(fits) == 400


def test_only_so_many_places_that_others_changed_are_looked_at():
    """PP4"""
    lines = [f"line {n}\n" for n in range(400)]
    base = "".join(lines)
    proposed = "".join(line.upper() if n % 2 else line for n, line in enumerate(lines))
    now = "".join(line.replace("line", "row") if n % 2 else line for n, line in enumerate(lines))
    fits = Fitting(base, proposed, [], now).fits(parts_of(base, proposed))
    assert len(fits) == MOST_LOOKS
    assert set(fits.values()) == {HunkFit.STALE}
