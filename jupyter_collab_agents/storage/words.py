"""Words of a text and of a search, so that every store finds the same messages.

A word is a run of letters and digits. Case is folded, and the accents of Latin letters; other
scripts are compared as they are written. This follows SQLite's ``unicode61`` tokenizer, which
cuts and folds on its own, so that only cutting must agree, not every rare letter.
"""

import re
import unicodedata
from collections.abc import Sequence

MAX_WORDS = 64
"""Words of a search that count; a longer one is cut, for its cost grows with every word."""

_WORD = re.compile(r"[^\W_][^\W_]*(?:[\u0300-\u0331]+[^\W_]*)*")
_COMBINING = re.compile(r"[\u0300-\u0331]+")


def query_words(query: str) -> list[str]:
    """The different words of a search, in order, at most ``MAX_WORDS``."""
    return list(dict.fromkeys(_WORD.findall(query)))[:MAX_WORDS]


def folded_words(text: str) -> list[str]:
    """Every word of a text, folded for comparison."""
    return [fold(word) for word in _WORD.findall(text)]


def fold(word: str) -> str:
    """``"École"`` becomes ``"ecole"``; an accent counts as one only on a Latin letter."""
    if word.isascii():
        return word.lower()
    return "".join(_fold_letter(letter) for letter in _COMBINING.sub("", word))


def _fold_letter(letter: str) -> str:
    if letter == "\N{GREEK SMALL LETTER FINAL SIGMA}":
        return "\N{GREEK SMALL LETTER SIGMA}"
    base = unicodedata.normalize("NFD", letter)[0]
    return base.lower() if base.isascii() else letter.lower()


def has_all(text_words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Is each wanted word the beginning of some word of the text? Both are folded."""
    return all(any(word.startswith(start) for word in text_words) for start in wanted)
