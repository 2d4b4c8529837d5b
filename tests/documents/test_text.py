"""Characters, bytes and UTF-16 units."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from jupyter_collab_agents.documents.text import (
    apply_edits,
    bytes_in,
    counts_bytes,
    difference,
    units_in,
)

WORDS = st.text(st.sampled_from("ab\n é漢😀e\u0301א"), max_size=40)


def shared(text: str) -> Any:
    made: Any = Doc().get("source", type=Text)
    made.insert(0, text)
    return made


def test_shared_texts_count_bytes() -> None:
    assert counts_bytes(Text)


@given(WORDS, WORDS)
def test_the_difference_turns_one_text_into_the_other(before: str, after: str) -> None:
    text = shared(before)
    apply_edits(text, before, difference(before, after))
    assert str(text) == after


def test_the_difference_is_one_stretch() -> None:
    assert difference("one two three", "one 2 three") == [(4, 7, "2")]
    assert difference("aaa", "aaaa") == [(3, 3, "a")]
    assert difference("same", "same") == []


@pytest.mark.parametrize("seed", range(50))
def test_several_edits_count_in_characters_of_the_text_before(seed: int) -> None:
    rng = random.Random(seed)
    before = "".join(rng.choice("ab\né漢😀") for _ in range(30))
    cuts = sorted(rng.sample(range(31), 6))
    edits = [(cuts[i], cuts[i + 1], rng.choice(["", "X", "é😀"])) for i in (0, 2, 4)]
    expected = before
    for start, end, new in reversed(edits):
        expected = expected[:start] + new + expected[end:]
    text = shared(before)
    apply_edits(text, before, edits)
    assert str(text) == expected


def test_lengths() -> None:
    assert (bytes_in("aé漢😀"), units_in("aé漢😀")) == (10, 5)
