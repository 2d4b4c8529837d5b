"""Texts as lines and words, cut only where a reader sees two things.

No cut falls inside a code point, a CRLF, or a cluster: a character with its combining marks, an
emoji sequence with its joiners, modifiers and variation selectors, a flag, a syllable of
conjoining Hangul. So what is put together from these pieces never tears one of them.
"""

import re
import unicodedata

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")

# ideographs and kana need no spaces between words: each stands for itself
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"\r\n|\s|[{_IDEOGRAPHS}]|(?:(?![{_IDEOGRAPHS}])\w)+|[\s\S]")

_JOINER = "\u200d"
_EXTENDING = re.compile(
    "[\u200c\u200d\ufe00-\ufe0f\u1160-\u11ff\ud7b0-\ud7fb"
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")


def split_lines(text: str) -> list[str]:
    """The lines with their ends (LF, CRLF or CR). Joined they are the text."""
    return _LINE.findall(text)


def split_words(text: str) -> list[str]:
    """Words, single spaces and single signs, glued so that no cluster is cut.

    Joined they are the text.
    """
    words: list[str] = _WORD.findall(text)
    if text.isascii():
        return words
    glued: list[str] = []
    for word in words:
        if glued and _belong_together(glued[-1], word):
            glued[-1] += word
        else:
            glued.append(word)
    return glued


def may_cut(text: str, at: int) -> bool:
    """Whether a position lies between two clusters (and not inside a CRLF)."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before.isascii() and after.isascii():
        return not (before == "\r" and after == "\n")
    if _FLAG_LETTER.match(before) and _FLAG_LETTER.match(after):
        return False
    return before in "\r\n" or not (before == _JOINER or extends(after))


def extends(char: str) -> bool:
    """Whether a character is drawn onto the one before it."""
    return bool(_EXTENDING.match(char)) or unicodedata.category(char) in {"Mn", "Mc", "Me"}


def _belong_together(before: str, after: str) -> bool:
    first, last = after[0], before[-1]
    if last in "\r\n":
        return False
    if _FLAG_LETTER.match(first) and _FLAG_LETTER.match(last):
        return len(before) % 2 == 1
    if last == _JOINER or (not first.isascii() and extends(first)):
        return True
    # the letters behind a mark go on with the word it stands in
    return after[0].isalnum() and before[0].isalnum() and not last.isascii() and extends(last)
