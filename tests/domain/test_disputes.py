"""Where no common base is known, everything that differs is a question."""

from random import Random

from jupyter_collab_agents.domain.disputes import disputed_cells, disputed_texts
from jupyter_collab_agents.domain.merge.conflicts import ConflictKind


def cell(cell_id, source):
    return {"id": cell_id, "cell_type": "code", "source": source, "metadata": {}}


def notebook(*cells):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def test_deciding_all_for_the_other_side_gives_the_other_side():
    random = Random(4)
    for _ in range(300):
        ours, theirs = (
            "".join(random.choice("abcé") + random.choice(["\n", ""]) for _ in range(12))
            for _ in range(2)
        )
        text = ours
        for conflict in reversed(disputed_texts(ours, theirs)):
            end = conflict.start + len(conflict.ours)
            assert text[conflict.start : end] == conflict.ours
            text = text[: conflict.start] + conflict.theirs + text[end:]
        assert text == theirs


def test_equal_contents_leave_no_question():
    assert disputed_texts("a\n", "a\n") == []
    assert disputed_cells(notebook(cell("a", "x")), notebook(cell("a", "x"))) == []


def test_cells_are_asked_about_one_by_one():
    ours = notebook(cell("a", "x\n"), cell("mine", "m"))
    theirs = notebook(cell("a", "y\n"), cell("yours", "z"))
    found = disputed_cells(ours, theirs)
    assert [(c.kind, c.cell_id) for c in found] == [
        (ConflictKind.SOURCE, "a"),
        (ConflictKind.DELETED_BY_THEM, "mine"),
        (ConflictKind.DELETED_BY_US, "yours"),
    ]
    assert (found[0].ours, found[0].theirs, found[0].start) == ("x\n", "y\n", 0)
    assert (found[1].ours, found[1].theirs) == (cell("mine", "m"), None)
    assert (found[2].ours, found[2].theirs) == (None, cell("yours", "z"))
