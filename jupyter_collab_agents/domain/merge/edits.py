"""The least that must be typed to make one text out of another."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from .difference import EXACT, difference
from .tokens import may_cut, split_lines, split_words


class Edit(Struct, frozen=True, gc=False):
    """``text[start:end]`` becomes ``text``. Positions are characters (code points)."""

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text after edits, given in ascending order and in positions of the text before."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        if not at <= edit.start <= edit.end <= len(text):
            raise ValueError("Edits must lie within the text, in order and apart from each other.")
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def minimal_edits(old: str, new: str) -> list[Edit]:
    """Edits from one text to another, ascending: lines first, words within changed lines.

    Whoever applies them one by one begins with the last. What did not change is not touched, so
    that cursors and authors stay. No edit begins or ends inside a cluster (see ``tokens``).
    """
    return list(_edits_between(old, new)) if old != new else []


def _edits_between(old: str, new: str) -> Iterator[Edit]:
    before, after = split_lines(old), split_lines(new)
    at = line = 0
    for hunk in difference(before, after):
        at += sum(map(len, before[line : hunk.start]))
        gone = "".join(before[hunk.start : hunk.end])
        yield from edits_within(gone, "".join(after[hunk.at : hunk.to]), at)
        at += len(gone)
        line = hunk.end


def edits_within(old: str, new: str, offset: int) -> Iterator[Edit]:
    """Word by word, for a stretch that begins at ``offset``."""
    before, after = split_words(old), split_words(new)
    if not before or not after or len(before) * len(after) > EXACT:
        yield from _trimmed(old, new, offset)
        return
    at, word = offset, 0
    for hunk in difference(before, after):
        at += sum(map(len, before[word : hunk.start]))
        gone = "".join(before[hunk.start : hunk.end])
        yield from _trimmed(gone, "".join(after[hunk.at : hunk.to]), at)
        at += len(gone)
        word = hunk.end


def _trimmed(old: str, new: str, offset: int) -> Iterable[Edit]:
    """One edit without what both texts begin and end with."""
    if old == new:
        return ()
    shorter = min(len(old), len(new))
    front = 0
    while front < shorter and old[front] == new[front]:
        front += 1
    while not (may_cut(old, front) and may_cut(new, front)):
        front -= 1
    back = 0
    while back < shorter - front and old[-1 - back] == new[-1 - back]:
        back += 1
    while not (may_cut(old, len(old) - back) and may_cut(new, len(new) - back)):
        back -= 1
    return (Edit(offset + front, offset + len(old) - back, new[front : len(new) - back]),)
