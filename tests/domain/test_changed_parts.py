"""What people are shown of a difference."""

import difflib
from random import Random

from jupyter_collab_agents.domain.changed_parts import changed_cells, changed_texts, unified
from jupyter_collab_agents.protocol.snapshots import ChangedPart, PartChange


def notebook(*cells):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def cell(cell_id, source, **fields):
    made = {"id": cell_id, "cell_type": "code", "source": source, "metadata": {}}
    return made | {"outputs": [], "execution_count": None} | fields


def test_equal_texts_have_no_parts():
    assert changed_texts("a\n", "a\n") == []


def test_changed_lines_come_with_three_around_them():
    old = "".join(f"{n}\n" for n in range(20))
    new = old.replace("10\n", "ten\n").replace("19\n", "19")
    (part,) = changed_texts(old, new)
    assert part.unified == (
        "@@ -8,7 +8,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n"
        "@@ -17,4 +17,4 @@\n 16\n 17\n 18\n-19\n+19\n\\ No newline at end of file\n"
    )


def test_added_and_removed_texts():
    assert unified("", "a\n") == "@@ -0,0 +1 @@\n+a\n"
    assert unified("a\nb\n", "") == "@@ -1,2 +0,0 @@\n-a\n-b\n"
    assert unified("x", "x") == ""


def applied(old: str, patch: str) -> str:
    """What ``patch`` makes of a text of which each line ends."""
    lines, out, at = old.splitlines(keepends=True), [], 0
    for row in patch.splitlines(keepends=True):
        if row.startswith("@@"):
            first, _, length = row.split()[1][1:].partition(",")
            start = int(first) - (length != "0")
            out += lines[at:start]
            at = start
        elif row.startswith("+"):
            out.append(row[1:])
        else:
            assert row[1:] == lines[at]
            out += [lines[at]] if row.startswith(" ") else []
            at += 1
    return "".join(out + lines[at:])


def test_the_lines_say_exactly_what_makes_one_of_the_other():
    random = Random(7)
    for _ in range(300):
        old, new = (
            "".join(random.choice("abcd") + "\n" for _ in range(random.randint(0, 25)))
            for _ in range(2)
        )
        assert applied(old, unified(old, new)) == new


def test_no_more_lines_change_than_with_the_standard_library():
    random = Random(8)
    for _ in range(100):
        old = [random.choice("abcdefgh") + "\n" for _ in range(30)]
        new = [line for line in old if random.random() < 0.8]
        theirs = [x for x in difflib.unified_diff(old, new, n=3) if x[:3] not in ("---", "+++")]
        ours = unified("".join(old), "".join(new)).splitlines()
        assert sum(x[0] in "+-" for x in ours) <= sum(x[0] in "+-" for x in theirs)


def test_cells_are_told_apart():
    old = notebook(cell("a", "x\n"), cell("b", "y"), cell("c", "z"), cell("d", "same"))
    new = notebook(
        cell("n", "new"),
        cell("a", "x2\n"),
        cell("c", "z", outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}]),
        cell("d", "same"),
    )
    assert changed_cells(old, new) == [
        ChangedPart(
            change=PartChange.ADDED,
            cell_id="n",
            index=0,
            unified="@@ -0,0 +1 @@\n+new\n\\ No newline at end of file\n",
        ),
        ChangedPart(
            change=PartChange.CHANGED,
            cell_id="a",
            index=1,
            unified="@@ -1 +1 @@\n-x\n+x2\n",
        ),
        ChangedPart(change=PartChange.CHANGED, cell_id="c", index=2, unified="", also=["outputs"]),
        ChangedPart(
            change=PartChange.REMOVED,
            cell_id="b",
            index=1,
            unified="@@ -1 +0,0 @@\n-y\n\\ No newline at end of file\n",
        ),
    ]


def test_a_moved_cell_is_said_to_have_moved():
    old = notebook(cell("a", "x"), cell("b", "y"), cell("c", "z"))
    new = notebook(cell("c", "z"), cell("a", "x"), cell("b", "y"))
    assert changed_cells(old, new) == [
        ChangedPart(change=PartChange.MOVED, cell_id="c", index=0, unified="")
    ]
