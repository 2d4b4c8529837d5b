import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.text import check_body, check_emoji, clean_name, strip_controls
from jupyter_collab_agents.protocol.errors import ErrorCode

from .scene import outcome, refused

ANY_TEXT = st.text(
    st.characters(codec=None)
    | st.sampled_from("\0\u200b\u202e\u2066\u2069\ud800\u0301\u200d\u3164 \n\te")
)


def name(raw):
    return clean_name(raw, what="The name")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Sales \n\t review ", "Sales review"),
        ("re\u0301sume\u0301", "résumé"),
        ("pay\u202egpj.exe", "paygpj.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("bell\x07\x00", "bell"),
        ("線\u3000上", "線 上"),
        ("half \ud800 of a pair", "half of a pair"),
    ],
)
def test_names_lose_what_cannot_be_seen(raw, clean):
    assert name(raw) == clean


@pytest.mark.parametrize("raw", ["", "  ", "\u200b\u202e", "\u3164", "\u2800\ufe0f"])
def test_a_name_needs_something_to_see(raw):
    with refused(ErrorCode.INVALID, "The name needs"):
        name(raw)


def test_a_name_has_at_most_200_characters():
    assert name("x" * 200) == "x" * 200
    with refused(ErrorCode.INVALID, "at most 200"):
        name("x" * 201)


@given(ANY_TEXT)
def test_a_clean_name_is_clean(raw):
    clean = outcome(name, raw)
    if isinstance(clean, Refusal):
        return
    assert name(clean) == clean
    assert 1 <= len(clean) <= 200
    assert clean == " ".join(clean.split())
    assert unicodedata.is_normalized("NFC", clean)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in clean)


def test_a_text_is_kept_as_it_was_written():
    body = "  a\r\n\tb\u200d é e\u0301 `x`  \n"
    assert check_body(body, 100) == body


def test_a_text_loses_the_controls_that_turn_it_around():
    assert check_body("a\u202eb\u2066c\u2069\u200f", 100) == "abc\u200f"


@pytest.mark.parametrize("raw", ["", " \n\t ", "\u200b \ufeff", "\u202e\u202c", "\u3164"])
def test_an_empty_text_is_refused(raw):
    with refused(ErrorCode.INVALID, "empty"):
        check_body(raw, 100)


def test_nul_and_broken_characters_are_refused():
    with refused(ErrorCode.INVALID, "NUL"):
        check_body("a\0b", 100)
    with refused(ErrorCode.INVALID, "broken"):
        check_body("a\ud83d", 100)


def test_the_limit_counts_bytes():
    assert check_body("é" * 50, 100) == "é" * 50
    with refused(ErrorCode.TOO_LARGE, "102 bytes; 100 are allowed"):
        check_body("é" * 51, 100)


@given(ANY_TEXT, st.integers(0, 50))
def test_a_checked_text_passes_again_unchanged(raw, limit):
    body = outcome(check_body, raw, limit)
    if isinstance(body, Refusal):
        assert body.code in {ErrorCode.INVALID, ErrorCode.TOO_LARGE}
        return
    assert check_body(body, limit) == body
    assert len(body.encode()) <= limit
    assert "\0" not in body


@given(st.lists(ANY_TEXT))
def test_cleaned_pieces_of_a_stream_make_the_cleaned_whole(pieces):
    assert "".join(map(strip_controls, pieces)) == strip_controls("".join(pieces))


@pytest.mark.parametrize(
    "emoji",
    [
        "👍",
        "❤️",
        "👩\u200d💻",
        "🏴\U000e0067\U000e0062\U000e007f",
        "1️⃣",
        "‼️",
        "🇩🇪",
        "👍🏽",
        "✓",
        "🫨",
    ],
)
def test_reactions_are_emoji(emoji):
    assert check_emoji(emoji) == emoji


@pytest.mark.parametrize(
    "raw",
    ["", "x", "+1", "<b>", " ", "👍 ", "\u202e👍", "👍" * 17, "\ufe0f", "12", "\ud83d", "👍\0"],
)
def test_reactions_are_nothing_else(raw):
    with refused(ErrorCode.INVALID, "one emoji"):
        check_emoji(raw)


@given(ANY_TEXT)
def test_checking_a_reaction_raises_refusals_only(raw):
    emoji = outcome(check_emoji, raw)
    assert emoji == raw or emoji.code is ErrorCode.INVALID
