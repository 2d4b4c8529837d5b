import pytest
from hypothesis import given

from jupyter_collab_agents.domain.merge.tokens import may_cut, split_lines, split_words

from .texts import texts

WOMAN_CODER = "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}"
FLAGS = "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7"


@given(texts)
def test_pieces_joined_are_the_text(text):
    assert "".join(split_lines(text)) == text
    assert "".join(split_words(text)) == text


def between_flags(text, at):
    """Here ``may_cut`` says no although it would be right: it does not count."""
    return all("\U0001f1e6" <= char <= "\U0001f1ff" for char in text[at - 1 : at + 1])


@given(texts)
def test_words_are_cut_only_where_a_cut_is_allowed(text):
    at = 0
    for word in split_words(text)[:-1]:
        at += len(word)
        assert may_cut(text, at) or between_flags(text, at)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = f(a_1)", ["x", " ", "=", " ", "f", "(", "a_1", ")"]),
        ("a\r\nb\n", ["a", "\r\n", "b", "\n"]),
        ("e\u0301te\u0301 x", ["e\u0301te\u0301", " ", "x"]),
        (WOMAN_CODER + "!", [WOMAN_CODER, "!"]),
        (FLAGS, [FLAGS[:2], FLAGS[2:]]),
        ("線上x1", ["線", "上", "x1"]),
        ("हिन्दी में", ["हिन्दी", " ", "में"]),
        ("שלום world", ["שלום", " ", "world"]),
        ("1\ufe0f\u20e3", ["1\ufe0f\u20e3"]),
        ("\u0301a", ["\u0301", "a"]),
    ],
)
def test_words(text, words):
    assert split_words(text) == words


def test_lines_end_with_what_ends_them_and_nothing_else_does():
    assert split_lines("a\r\nb\rc\nd\u2028e\x0bf") == ["a\r\n", "b\r", "c\n", "d\u2028e\x0bf"]


@pytest.mark.parametrize(
    "whole",
    [
        "\r\n",
        "e\u0301",
        WOMAN_CODER,
        FLAGS[:2],
        "\N{THUMBS UP SIGN}\U0001f3fd",
        "각",
        "\u2764\ufe0f",
    ],
)
def test_a_cluster_is_never_cut(whole):
    assert not any(may_cut(whole, at) for at in range(1, len(whole)))
    assert may_cut(whole, 0)
    assert may_cut(whole, len(whole))
