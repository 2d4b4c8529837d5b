"""Everything in which two contents differ, as questions: where no common base is known."""

from collections.abc import Mapping
from typing import Any

from .merge.conflicts import Conflict, ConflictKind
from .merge.difference import difference
from .merge.identity import cell_keys, matched_keys
from .merge.shape import cells_of
from .merge.tokens import split_lines


def disputed_texts(ours: str, theirs: str, cell_id: str | None = None) -> list[Conflict]:
    """One conflict for each changed stretch of lines."""
    mine, yours = split_lines(ours), split_lines(theirs)
    found: list[Conflict] = []
    for hunk in difference(mine, yours):
        current = "".join(mine[hunk.start : hunk.end])
        found.append(
            Conflict(
                kind=ConflictKind.SOURCE,
                cell_id=cell_id,
                base=current,
                ours=current,
                theirs="".join(yours[hunk.at : hunk.to]),
                start=sum(map(len, mine[: hunk.start])),
            )
        )
    return found


def disputed_cells(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Conflict]:
    """Sources that differ, and cells that only one side has. Raises ``NotAMergeableNotebook``."""
    mine, yours = cells_of(ours), cells_of(theirs)
    keys = cell_keys(mine)
    their_keys = matched_keys(yours, mine, keys)
    theirs_by = dict(zip(their_keys, yours, strict=True))
    found: list[Conflict] = []
    for key, cell in zip(keys, mine, strict=True):
        other = theirs_by.get(key)
        if other is None:
            found.append(
                Conflict(
                    kind=ConflictKind.DELETED_BY_THEM,
                    cell_id=key,
                    base=cell,
                    ours=cell,
                    theirs=None,
                )
            )
        elif other["source"] != cell["source"]:
            found += disputed_texts(cell["source"], other["source"], key)
    known = set(keys)
    for key, cell in theirs_by.items():
        if key not in known:
            found.append(
                Conflict(
                    kind=ConflictKind.DELETED_BY_US, cell_id=key, base=cell, ours=None, theirs=cell
                )
            )
    return found
