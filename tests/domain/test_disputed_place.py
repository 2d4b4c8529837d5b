"""ED7: a conflict shows the text that stands in its place now, and nothing beside it."""

import random

import pytest

from jupyter_collab_agents.domain.disputed_place import place_now, source_of
from jupyter_collab_agents.domain.merge.conflicts import Conflict, ConflictKind


def conflict(before: str, ours: str) -> Conflict:
    return Conflict(
        kind=ConflictKind.SOURCE, base="", ours=ours, theirs="t\n", start=before.index(ours)
    )


BEFORE = "top\na1\nb1\nc1\nend\n"
OURS = "a1\nb1\nc1\n"


@pytest.mark.parametrize(
    ("now", "start", "shown"),
    [
        (BEFORE, 4, OURS),
        ("top\na1\nb1\nc1x\nend\n", 4, "a1\nb1\nc1x\n"),
        ("top\nxa1\nb1\nc1\nend\n", 4, "xa1\nb1\nc1\n"),
        ("new\ntop\na1\nb1\nend\n", 8, "a1\nb1\n"),
        ("top\nnew\na1\nb1\nc1\nend\n", 8, OURS),
        ("top\na1\nb1\nc1\nnew\nend\n", 4, OURS),
        ("top!\na1\nb1\nc1\nend!\n", 5, OURS),
        ("top\nend\n", 4, ""),
        ("top\na1\nnew\nb1\nc1\n", 4, "a1\nnew\nb1\nc1\n"),
    ],
)
def test_what_is_disputed_is_found_again(now: str, start: int, shown: str) -> None:
    assert place_now(conflict(BEFORE, OURS), BEFORE, now) == (start, shown)


def test_text_that_comes_back_where_ours_had_nothing_is_shown() -> None:
    nothing = Conflict(kind=ConflictKind.SOURCE, base="a\n", ours="", theirs="t\n", start=4)
    assert place_now(nothing, "top\nend\n", "top\nnew\nend\n") == (4, "new\n")


def test_what_is_written_elsewhere_is_never_part_of_it() -> None:
    """Whole lines are written before and behind; deciding then replaces the disputed ones only."""
    for seed in range(300):
        chance = random.Random(seed)
        ours = "".join(f"o{n}é\n" for n in range(chance.randint(1, 3)))
        front = [f"f{n}\n" for n in range(chance.randint(0, 4))]
        back = [f"b{n}\n" for n in range(chance.randint(0, 4))]
        before = "".join(front) + ours + "".join(back)
        for lines in (front, back):
            for n in range(chance.randint(0, 3)):
                lines.insert(chance.randint(0, len(lines)), f"n{seed}{n}\n")
        found = place_now(conflict(before, ours), before, "".join(front) + ours + "".join(back))
        assert found == (len("".join(front)), ours), seed


def test_a_cell_that_is_gone_has_no_text() -> None:
    notebook = {"cells": [{"id": "a", "source": "x"}]}
    assert (source_of(notebook, "a"), source_of(notebook, "b")) == ("x", None)
    assert source_of("text", None) == "text"
