"""Who wrote which stretch of a text, and what a run took out of it: pure bookkeeping.

A text's parts stand in its order. Positions and sizes are characters (code points).
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from .merge.edits import Edit, minimal_edits

Author = str | None
"""Where a change came from (``documents/origin.py``); null where nobody knows."""


class Span(Struct, frozen=True, tag="span"):
    """A stretch of one author."""

    author: Author
    size: int


class Gone(Struct, frozen=True, tag="gone"):
    """What a run took out at this place, so that it can be put back. Takes no room in the text.

    ``spans`` say who had written ``text``.
    """

    by: str
    text: str
    spans: tuple[Span, ...]


Part = Span | Gone
Parts = tuple[Part, ...]


class Stretch(Struct, frozen=True):
    """``text[start:end]`` is by ``author``."""

    start: int
    end: int
    author: Author


def whole(text: str, author: Author) -> Parts:
    """A text of one author."""
    return (Span(author, len(text)),) if text else ()


def changed(
    parts: Parts, text: str, edits: Sequence[Edit], author: Author, *, remember: bool
) -> Parts:
    """The parts after ascending edits of ``text`` by ``author``.

    ``remember``: what is taken out of others' words is kept (a run of an agent).
    """
    walk = _Walk(parts)
    after: list[Part] = []
    for edit in edits:
        after += walk.until(edit.start)
        gone = walk.until(edit.end)
        by = author if remember else None
        after += _left_of(gone, text[edit.start : edit.end], by)
        if edit.text:
            after.append(Span(author, len(edit.text)))
    after += walk.rest()
    return joined(after)


def aligned(parts: Parts, text: str, now: str, author: Author) -> Parts:
    """The parts of what ``text`` has become while nobody looked, by ``author``."""
    if text == now:
        return parts
    return changed(parts, text, minimal_edits(text, now), author, remember=False)


def stretches(parts: Parts) -> list[Stretch]:
    """Who wrote what, from the first character to the last."""
    found: list[Stretch] = []
    at = 0
    for part in parts:
        if isinstance(part, Span):
            if found and found[-1].author == part.author:
                found[-1] = Stretch(found[-1].start, at + part.size, part.author)
            else:
                found.append(Stretch(at, at + part.size, part.author))
            at += part.size
    return found


def without(parts: Parts, text: str, run: str) -> tuple[Parts, str]:
    """Parts and text as if ``run`` had done nothing; what others did stays."""
    kept: list[Part] = []
    words: list[str] = []
    at = 0
    for part in parts:
        if isinstance(part, Span):
            if part.author != run:
                kept.append(part)
                words.append(text[at : at + part.size])
            at += part.size
            continue
        gone = _without_words_of(part, run)
        if gone.by == run:
            kept += gone.spans
            words.append(gone.text)
        elif gone.text:
            kept.append(gone)
    return joined(kept), "".join(words)


def touched_by(parts: Parts, run: str) -> bool:
    """Whether a run has left anything here."""
    return any(part.author == run if isinstance(part, Span) else part.by == run for part in parts)


def others_wrote(parts: Parts, run: str) -> bool:
    """Whether there is anything of others than ``run`` in the text."""
    return any(isinstance(part, Span) and part.author != run for part in parts)


def runs_in(parts: Parts) -> set[str]:
    """Authors that have left something in the text or taken something out of it."""
    return {
        author
        for part in parts
        if (author := part.author if isinstance(part, Span) else part.by) is not None
    }


def forgotten(parts: Parts, runs: Iterable[str]) -> Parts:
    """Without what these runs took out: it can no longer be put back."""
    old = set(runs)
    return joined([p for p in parts if isinstance(p, Span) or p.by not in old])


def joined(parts: Iterable[Part]) -> Parts:
    """Neighbours of one author as one."""
    whole: list[Part] = []
    for part in parts:
        last = whole[-1] if whole else None
        if isinstance(part, Span):
            if part.size == 0:
                continue
            if isinstance(last, Span) and last.author == part.author:
                whole[-1] = Span(part.author, last.size + part.size)
                continue
        elif isinstance(last, Gone) and last.by == part.by:
            spans = [s for s in joined(last.spans + part.spans) if isinstance(s, Span)]
            whole[-1] = Gone(part.by, last.text + part.text, tuple(spans))
            continue
        whole.append(part)
    return tuple(whole)


class _Walk:
    """Goes through parts from the beginning, in pieces as they are asked for."""

    def __init__(self, parts: Parts) -> None:
        self._left = list(reversed(parts))
        self._at = 0

    def until(self, end: int) -> list[Part]:
        """Everything before the character ``end``, and what was taken out there."""
        found: list[Part] = []
        while self._left:
            part = self._left[-1]
            if isinstance(part, Gone):
                found.append(self._left.pop())
                continue
            room = end - self._at
            if room <= 0:
                break
            self._left.pop()
            if part.size > room:
                self._left.append(Span(part.author, part.size - room))
                part = Span(part.author, room)
            found.append(part)
            self._at += part.size
        return found

    def rest(self) -> list[Part]:
        """Everything else."""
        return self._left[::-1]


def _left_of(taken: Sequence[Part], text: str, by: Author) -> list[Part]:
    """What stays, in its order, where parts are taken out: what was taken out there before and,
    if ``by`` says whose memory it is, these words, but for its own."""
    left: list[Part] = []
    at = 0
    for part in taken:
        if isinstance(part, Gone):
            left.append(part)
            continue
        if by is not None and part.author != by:
            left.append(Gone(by, text[at : at + part.size], (part,)))
        at += part.size
    return left


def _without_words_of(gone: Gone, run: str) -> Gone:
    if all(span.author != run for span in gone.spans):
        return gone
    words: list[str] = []
    at = 0
    for span in gone.spans:
        if span.author != run:
            words.append(gone.text[at : at + span.size])
        at += span.size
    return Gone(gone.by, "".join(words), tuple(s for s in gone.spans if s.author != run))
