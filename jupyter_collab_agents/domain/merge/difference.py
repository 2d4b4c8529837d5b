"""What changed between two sequences.

Exact (a longest common subsequence) up to ``EXACT`` comparisons, in which a row of them costs one
operation on a large integer. Longer sequences are first cut at the elements that occur once in
both. What cannot be cut either counts as replaced: the cost stays linear in hostile input.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

EXACT = 25_000_000
_SCANS = 24
"""How often, on average, an element may be looked at while cutting."""

_Span = tuple[int, int, int, int]


class Hunk(NamedTuple):
    """``old[start:end]`` became ``new[at:to]``; one of them may be empty."""

    start: int
    end: int
    at: int
    to: int


def difference(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """The hunks in order; between two of them at least one element is unchanged."""
    hunks: list[Hunk] = []
    i = j = 0
    for start, at, length in _matches(old, new):
        if start > i or at > j:
            hunks.append(Hunk(i, start, j, at))
        i, j = start + length, at + length
    if i < len(old) or j < len(new):
        hunks.append(Hunk(i, len(old), j, len(new)))
    return hunks


def _matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Stretches that stay, as (index in old, index in new, length), in order."""
    found: list[tuple[int, int, int]] = []
    scans = _SCANS * (len(old) + len(new))
    todo: list[_Span] = [(0, len(old), 0, len(new))]
    while todo:
        i, i_end, j, j_end = todo.pop()
        start, at = i, j
        while i < i_end and j < j_end and old[i] == new[j]:
            i, j = i + 1, j + 1
        if i > start:
            found.append((start, at, i - start))
        end = i_end
        while i < i_end and j < j_end and old[i_end - 1] == new[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
        if i_end < end:
            found.append((i_end, j_end, end - i_end))
        size = (i_end - i) * (j_end - j)
        if not size:
            continue
        if size <= EXACT:
            found += _longest_common(old[i:i_end], new[j:j_end], i, j)
            continue
        scans -= i_end - i + j_end - j
        if scans > 0:
            todo += _between_anchors(old, new, (i, i_end, j, j_end), found)
    found.sort()
    return found


def _longest_common(
    old: Sequence[str], new: Sequence[str], i: int, j: int
) -> list[tuple[int, int, int]]:
    """A longest common subsequence, element by element.

    One row of the table is an integer in which a bit is 0 where the length grows.
    """
    if len(old) > len(new):
        return [(a, b, 1) for b, a, _ in _longest_common(new, old, j, i)]
    places: dict[str, int] = {}
    for column, element in enumerate(old):
        places[element] = places.get(element, 0) | 1 << column
    row = full = (1 << len(old)) - 1
    rows: list[int] = []
    for element in new:
        hits = row & places.get(element, 0)
        row = ((row + hits) | (row - hits)) & full
        rows.append(row)
    matches: list[tuple[int, int, int]] = []
    column, line = len(old), len(new)
    while column and line:
        if rows[line - 1] >> (column - 1) & 1:
            column -= 1
            continue
        line -= 1
        if not line or rows[line - 1] >> (column - 1) & 1:
            column -= 1
            matches.append((i + column, j + line, 1))
    return matches


def _between_anchors(
    old: Sequence[str], new: Sequence[str], span: _Span, found: list[tuple[int, int, int]]
) -> list[_Span]:
    """Anchors are elements that occur once in both, in the longest order they share."""
    i, i_end, j, j_end = span
    in_old = Counter(old[i:i_end])
    in_new = Counter(new[j:j_end])
    where = {old[k]: k for k in range(i, i_end) if in_old[old[k]] == 1}
    pairs = [(where[new[k]], k) for k in range(j, j_end) if in_new[new[k]] == 1 and new[k] in where]
    spans: list[_Span] = []
    for index in longest_rising([a for a, _ in pairs]):
        a, b = pairs[index]
        found.append((a, b, 1))
        spans.append((i, a, j, b))
        i, j = a + 1, b + 1
    if spans:
        spans.append((i, i_end, j, j_end))
    return spans


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """Indices of a longest strictly rising subsequence."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(number)
            last.append(index)
        else:
            ends[length] = number
            last[length] = index
    chain: list[int] = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]
