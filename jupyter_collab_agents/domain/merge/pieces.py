"""Three sequences side by side: what stayed, who changed what, where two changes collide."""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from .changes import Change, Reads, changes, collide


class Side(Enum):
    """Whose version of a piece stands."""

    NOBODY = "nobody"
    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"
    CLASH = "clash"


class Piece(NamedTuple):
    """Corresponding stretches of the three sequences."""

    side: Side
    base: Sequence[str]
    ours: Sequence[str]
    theirs: Sequence[str]

    @property
    def merged(self) -> Sequence[str]:
        """What stands afterwards; ours where they clash."""
        return self.theirs if self.side is Side.THEIRS else self.ours


def pieces(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], reads: Reads | None = None
) -> list[Piece]:
    """The three sequences cut into pieces; joined, the parts of each are that sequence."""
    found: list[Piece] = []
    i = j = k = 0
    for mine, yours in _groups(base, ours, theirs, reads):
        parts = [*mine, *yours]
        start, end = min(c.start for c in parts), max(c.end for c in parts)
        if start > i:
            length = start - i
            found.append(
                Piece(Side.NOBODY, base[i:start], ours[j : j + length], theirs[k : k + length])
            )
            j, k = j + length, k + length
        j_end = j + end - start + _growth(mine)
        k_end = k + end - start + _growth(yours)
        o, t = ours[j:j_end], theirs[k:k_end]
        if mine and yours:
            side = Side.BOTH if o == t else Side.CLASH
        else:
            side = Side.OURS if mine else Side.THEIRS
        found.append(Piece(side, base[start:end], o, t))
        i, j, k = end, j_end, k_end
    if i < len(base):
        found.append(Piece(Side.NOBODY, base[i:], ours[j:], theirs[k:]))
    return _without_doubles(found)


def _growth(side: Sequence[Change]) -> int:
    return sum((c.to - c.at) - (c.end - c.start) for c in side)


def _groups(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], reads: Reads | None
) -> Iterator[tuple[list[Change], list[Change]]]:
    """Changes in order, with all that collide in one group; equal changes are one group, too."""
    mine, yours = changes(base, ours, reads), changes(base, theirs, reads)
    i = j = 0
    while i < len(mine) or j < len(yours):
        if j == len(yours):
            yield [mine[i]], []
            i += 1
            continue
        if i == len(mine):
            yield [], [yours[j]]
            j += 1
            continue
        o, t = mine[i], yours[j]
        if (o.start, o.end) == (t.start, t.end) and ours[o.at : o.to] == theirs[t.at : t.to]:
            yield [o], [t]
            i, j = i + 1, j + 1
        elif collide(o, t):
            first_i, first_j = i, j
            i, j = i + 1, j + 1
            while True:
                if i < len(mine) and collide(mine[i], yours[j - 1]):
                    i += 1
                elif j < len(yours) and collide(mine[i - 1], yours[j]):
                    j += 1
                else:
                    break
            yield mine[first_i:i], yours[first_j:j]
        elif o.high <= t.low:
            yield [o], []
            i += 1
        else:
            yield [], [t]
            j += 1


def _without_doubles(found: list[Piece]) -> list[Piece]:
    """If both took the same block away and put it in different places, it would stand twice."""
    gone = [
        list(piece.base)
        for piece in found
        if piece.side is Side.BOTH and not piece.ours and "".join(piece.base).strip()
    ]
    if not gone:
        return found
    again = [
        block for block in gone if any(p.side is Side.OURS and _holds(p.ours, block) for p in found)
    ]
    return [
        piece._replace(side=Side.CLASH)
        if piece.side is Side.THEIRS and any(_holds(piece.theirs, block) for block in again)
        else piece
        for piece in found
    ]


def _holds(seq: Sequence[str], block: list[str]) -> bool:
    first, length = block[0], len(block)
    return any(
        element == first and list(seq[at : at + length]) == block
        for at, element in enumerate(seq[: len(seq) - length + 1])
    )
