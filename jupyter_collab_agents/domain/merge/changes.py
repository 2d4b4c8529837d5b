"""The hunks of one side, and where in the base each could stand as well.

A line inserted beside its equal may be the first or the second of the two: the same change can
be told in several places. Such a change occupies all of them, so that an edit of the other side
in between is a question for people instead of a guess.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .difference import difference

_LOOKS = 10_000
"""How many elements may be looked at to choose among the places of one change."""

Reads = Callable[[Sequence[str]], bool]
"""Whether inserted or deleted elements read as a whole."""


class Change(NamedTuple):
    """``base[start:end]`` became ``side[at:to]``; it could stand anywhere in ``low .. high``."""

    start: int
    end: int
    at: int
    to: int
    low: int
    high: int

    @property
    def grows(self) -> bool:
        """Whether more elements came than went."""
        return self.to - self.at > self.end - self.start


def changes(base: Sequence[str], side: Sequence[str], reads: Reads | None = None) -> list[Change]:
    """What a side changed, each as far down as it can stand, or as far as it ``reads`` well."""
    hunks = difference(base, side)
    settled: list[Change] = []
    for number, hunk in enumerate(hunks):
        floor = settled[-1].end + 1 if settled else 0
        ceiling = hunks[number + 1].start - 1 if number + 1 < len(hunks) else len(base)
        if hunk.start == hunk.end:
            moves = _moves(side, hunk.at, hunk.to, hunk.start - floor, ceiling - hunk.end)
            up, down = _narrowed(
                side[hunk.at + moves.start : hunk.to + moves.stop - 1], moves, reads
            )
        elif hunk.at == hunk.to:
            moves = _moves(base, hunk.start, hunk.end, hunk.start - floor, ceiling - hunk.end)
            up, down = _narrowed(
                base[hunk.start + moves.start : hunk.end + moves.stop - 1], moves, reads
            )
        else:
            up = down = 0
        low, (start, end, at, to) = hunk.start + up, (place + down for place in hunk)
        settled.append(Change(start, end, at, to, low, end))
    return settled


def collide(ours: Change, theirs: Change) -> bool:
    """Whether two changes overlap, or touch so that their order would be a guess.

    Touching changes keep their order in the base; only where both add something at the same
    place does the base not say what comes first.
    """
    if ours.low < theirs.high and theirs.low < ours.high:
        return True
    touch = ours.high == theirs.low or theirs.high == ours.low
    return touch and ours.grows and theirs.grows


def _moves(seq: Sequence[str], start: int, end: int, above: int, below: int) -> range:
    """By how much ``seq[start:end]`` can move up (< 0) and down without changing the result."""
    up = down = 0
    while -up < above and seq[start + up - 1] == seq[end + up - 1]:
        up -= 1
    while down < below and seq[start + down] == seq[end + down]:
        down += 1
    return range(up, down + 1)


def _narrowed(reach: Sequence[str], moves: range, reads: Reads | None) -> tuple[int, int]:
    """The highest and the lowest move after which the block reads well.

    ``reach``: all elements that the block covers somewhere.
    """
    size = len(reach) - len(moves) + 1
    good = [moves[0], moves[-1]]
    if reads is not None and len(moves) > 1 and len(moves) * size <= _LOOKS:
        good = [by for at, by in enumerate(moves) if reads(reach[at : at + size])] or good
    return good[0], good[-1]


def reads_as_block(lines: Sequence[str]) -> bool:
    """Whether lines of code begin at their outermost level (``def`` before its body)."""
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    return not indents or indents[0] == min(indents)
