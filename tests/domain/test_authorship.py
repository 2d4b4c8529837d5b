"""Who wrote which stretch of a text, and a text as if a run had done nothing."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text, UndoManager

from jupyter_collab_agents.domain.authorship import (
    Gone,
    Parts,
    Span,
    Stretch,
    aligned,
    changed,
    forgotten,
    stretches,
    touched_by,
    whole,
    without,
)
from jupyter_collab_agents.domain.merge.edits import Edit, apply_edits

RUN = "agent:a/r1"


def play(text: str, *edits: tuple[int, int, str, str | None]) -> tuple[str, Parts]:
    """A text of Ann's after edits of others."""
    parts = whole(text, "user:ann")
    for start, end, new, author in edits:
        edit = Edit(start, end, new)
        remember = author is not None and author.startswith("agent:")
        parts = changed(parts, text, [edit], author, remember=remember)
        text = apply_edits(text, [edit])
    return text, parts


def said(text: str, parts: Parts) -> list[tuple[str, str | None]]:
    return [(text[s.start : s.end], s.author) for s in stretches(parts)]


def test_each_stretch_has_its_author() -> None:
    text, parts = play("hello world", (5, 5, " dear", "user:ben"), (0, 1, "J", "user:ben"))
    assert said(text, parts) == [
        ("J", "user:ben"),
        ("ello", "user:ann"),
        (" dear", "user:ben"),
        (" world", "user:ann"),
    ]
    assert stretches(parts)[0] == Stretch(0, 1, "user:ben")


def test_what_a_run_did_is_undone_and_what_others_did_stays() -> None:
    text, parts = play(
        "a = 1",
        (4, 5, "100", RUN),
        (7, 7, "\nb = 2", "user:ben"),
        (13, 13, "\nc = a", RUN),
        (19, 19, " + b", "user:ben"),
    )
    assert text == "a = 100\nb = 2\nc = a + b"
    parts, text = without(parts, text, RUN)
    assert text == "a = 1\nb = 2 + b"
    assert said(text, parts) == [("a = 1", "user:ann"), ("\nb = 2 + b", "user:ben")]
    assert not touched_by(parts, RUN)


def test_its_own_words_that_a_run_took_out_again_do_not_come_back() -> None:
    text, parts = play("ab", (1, 1, "XYZ", RUN), (2, 3, "", RUN), (0, 1, "", RUN))
    assert text == "XZb"
    assert without(parts, text, RUN)[1] == "ab"


def test_words_of_one_run_that_another_took_out_are_not_brought_back_for_nobody() -> None:
    other = "agent:b/r2"
    text, parts = play("ab", (1, 1, "XYZ", RUN), (0, 4, "", other))
    assert text == "b"
    parts, text = without(parts, text, RUN)
    assert (text, parts) == ("b", (Gone(other, "a", (Span("user:ann", 1),)), Span("user:ann", 1)))
    assert without(parts, text, other)[1] == "ab"


def test_taking_back_one_run_leaves_the_other() -> None:
    other = "agent:b/r2"
    text, parts = play("ab", (1, 1, "X", RUN), (2, 2, "Y", other))
    assert without(parts, text, RUN)[1] == "aYb"
    assert without(parts, text, other)[1] == "aXb"


def test_what_is_forgotten_cannot_come_back() -> None:
    text, parts = play("ab", (0, 1, "", RUN))
    assert without(forgotten(parts, [RUN]), text, RUN)[1] == "b"


def test_a_text_that_changed_while_nobody_looked() -> None:
    text, parts = play("one two three", (4, 7, "2", RUN))
    now = "zero one 2 three!"
    parts = aligned(parts, text, now, None)
    assert said(now, parts) == [
        ("zero ", None),
        ("one ", "user:ann"),
        ("2", RUN),
        (" three", "user:ann"),
        ("!", None),
    ]
    assert without(parts, now, RUN)[1] == "zero one two three!"


ALPHABET = st.text(st.sampled_from("ab\né😀"), max_size=3)
WHO = st.sampled_from(["user:ann", "user:ben", RUN, "agent:b/r2", None])


@given(ALPHABET, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), ALPHABET, WHO)))
def test_parts_are_as_long_as_the_text(text: str, steps: list[Any]) -> None:
    parts = whole(text, "user:ann")
    for at, length, new, author in steps:
        start = at % (len(text) + 1)
        end = min(start + length, len(text))
        edit = Edit(start, end, new)
        parts = changed(parts, text, [edit], author, remember=author == RUN)
        text = apply_edits(text, [edit])
        assert sum(p.size for p in parts if isinstance(p, Span)) == len(text)
    parts, text = without(parts, text, RUN)
    assert sum(p.size for p in parts if isinstance(p, Span)) == len(text)
    assert not touched_by(parts, RUN)


class Letter:
    """As an independent model has it: letters stay in their list, also when they are deleted."""

    def __init__(self, letter: str, author: str) -> None:
        self.letter, self.author = letter, author
        self.deleted_by: str | None = None


def history(seed: int, who: list[str]) -> Iterator[tuple[str, int, int, str, str]]:
    """Random edits: (who, start, end, new, text before)."""
    rng = random.Random(seed)
    text = "".join(rng.choices("abc\n é😀", k=12))
    fresh = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 2)
    yield "user:ann", 0, 0, text, ""
    for _ in range(14):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice([0, 0, 1, 3]))
        new = next(fresh) if end == start else ""
        yield rng.choice(who), start, end, new, text
        text = text[:start] + new + text[end:]


@pytest.mark.parametrize("first", range(0, 2000, 500))
def test_it_is_what_is_left_when_a_runs_letters_and_deletions_are_left_out(first: int) -> None:
    """GR1."""
    for seed in range(first, first + 500):
        letters: list[Letter] = []
        parts: Parts = ()
        for who, start, end, new, text in history(seed, [RUN, "user:ben"]):
            alive = [letter for letter in letters if letter.deleted_by is None]
            for letter in alive[start:end]:
                letter.deleted_by = who
            at = letters.index(alive[start]) if start < len(alive) else len(letters)
            letters[at:at] = [Letter(letter, who) for letter in new]
            edit = Edit(start, end, new)
            parts = changed(parts, text, [edit], who, remember=who == RUN)
            now = apply_edits(text, [edit])
        expected = "".join(
            letter.letter
            for letter in letters
            if letter.author != RUN and letter.deleted_by in (None, RUN)
        )
        assert without(parts, now, RUN)[1] == expected, seed


def undone_by_the_library(seed: int, who: list[str]) -> tuple[str, str]:
    """What the library's undo by origin makes of a run, and what we make of it."""
    doc: Doc = Doc()
    shared: Any = doc.get("t", type=Text)
    undoing = UndoManager(scopes=[shared], capture_timeout_millis=0)
    undoing.include_origin(RUN)
    parts: Parts = ()
    for author, start, end, new, text in history(seed, who):
        with doc.transaction(origin=author):
            at = len(text[:start].encode())
            if end > start:
                del shared[at : at + len(text[start:end].encode())]
            if new:
                shared.insert(at, new)
        edit = Edit(start, end, new)
        parts = changed(parts, text, [edit], author, remember=author == RUN)
        now = apply_edits(text, [edit])
        assert str(shared) == now
    while undoing.can_undo():
        undoing.undo()
    return str(shared), without(parts, now, RUN)[1]


def test_it_is_what_the_librarys_undo_makes_of_it() -> None:
    """GR1: always where only the run wrote; else it keeps words of others that the undo loses."""
    for seed in range(300):
        theirs, ours = undone_by_the_library(seed, [RUN])
        assert ours == theirs, seed
    both = [undone_by_the_library(seed, [RUN, "user:ben"]) for seed in range(300)]
    assert sum(theirs == ours for theirs, ours in both) > 270
    assert all(not Counter(theirs) - Counter(ours) for theirs, ours in both)
