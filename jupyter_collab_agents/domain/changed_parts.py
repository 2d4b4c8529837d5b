"""What differs between two contents of a document, for people to read."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..protocol.snapshots import ChangedPart, PartChange
from .merge.difference import Hunk, difference, longest_rising
from .merge.identity import cell_keys, matched_keys
from .merge.shape import cells_of
from .merge.tokens import split_lines
from .merge.values import same

CONTEXT = 3
_NO_END = "\\ No newline at end of file"
_FIELDS = ("cell_type", "outputs", "metadata", "attachments")


def changed_texts(old: str, new: str) -> list[ChangedPart]:
    """Of a file."""
    if old == new:
        return []
    return [ChangedPart(change=PartChange.CHANGED, unified=unified(old, new))]


def changed_cells(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[ChangedPart]:
    """Of a notebook; those that stand in the new one in its order, then those that are gone.

    Raises ``NotAMergeableNotebook``.
    """
    before, after = cells_of(old), cells_of(new)
    old_keys = cell_keys(before)
    new_keys = matched_keys(after, before, old_keys)
    was = dict(zip(old_keys, before, strict=True))
    moved = _moved(old_keys, new_keys)
    parts: list[ChangedPart] = []
    for index, (key, cell) in enumerate(zip(new_keys, after, strict=True)):
        if key not in was:
            text = unified("", cell["source"])
            parts.append(_part(PartChange.ADDED, key, index, text))
            continue
        also = [f for f in _FIELDS if not same(was[key].get(f), cell.get(f))]
        text = unified(was[key]["source"], cell["source"])
        if text or also:
            parts.append(_part(PartChange.CHANGED, key, index, text, also))
        elif key in moved:
            parts.append(_part(PartChange.MOVED, key, index, ""))
    for index, (key, cell) in enumerate(zip(old_keys, before, strict=True)):
        if key not in new_keys:
            parts.append(_part(PartChange.REMOVED, key, index, unified(cell["source"], "")))
    return parts


def unified(old: str, new: str) -> str:
    """The changed lines with three around them, as ``diff -u`` writes them; "" if equal."""
    before, after = split_lines(old), split_lines(new)
    return "".join(
        line for group in _groups(difference(before, after)) for line in _hunk(before, after, group)
    )


def _groups(hunks: Sequence[Hunk]) -> Iterator[list[Hunk]]:
    group = list(hunks[:1])
    for one, other in pairwise(hunks):
        if other.start - one.end > 2 * CONTEXT:
            yield group
            group = []
        group.append(other)
    if group:
        yield group


def _hunk(before: list[str], after: list[str], group: Sequence[Hunk]) -> Iterator[str]:
    start = max(group[0].start - CONTEXT, 0)
    end = min(group[-1].end + CONTEXT, len(before))
    at = group[0].at - (group[0].start - start)
    to = group[-1].to + (end - group[-1].end)
    yield f"@@ -{_span(start, end)} +{_span(at, to)} @@\n"
    line = start
    for hunk in group:
        yield from (_line(" ", text) for text in before[line : hunk.start])
        yield from (_line("-", text) for text in before[hunk.start : hunk.end])
        yield from (_line("+", text) for text in after[hunk.at : hunk.to])
        line = hunk.end
    yield from (_line(" ", text) for text in before[line:end])


def _span(start: int, end: int) -> str:
    length = end - start
    first = start + 1 if length else start
    return str(first) if length == 1 else f"{first},{length}"


def _line(sign: str, text: str) -> str:
    return (
        f"{sign}{text}" if text.endswith("\n") else f"{sign}{text}\n\\ No newline at end of file\n"
    )


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    place = {key: at for at, key in enumerate(old)}
    common = [key for key in new if key in place]
    stayed = {common[at] for at in longest_rising([place[key] for key in common])}
    return set(common) - stayed


def _part(
    change: PartChange, key: str, index: int, text: str, also: Sequence[str] = ()
) -> ChangedPart:
    return ChangedPart(change=change, unified=text, cell_id=key, index=index, also=list(also))
