"""What could not be merged, with everything that is needed to decide it."""

from typing import Any

from msgspec import Struct

from ...protocol.conflicts import ConflictKind


class Conflict(Struct, frozen=True, kw_only=True):
    """One disagreement. The merged document has ``ours``.

    ``start``: where ``ours`` begins in the merged text, in characters. ``key``: the way to the
    value, for metadata and attachments. None stands for a value that is not there.
    """

    kind: ConflictKind
    base: Any
    ours: Any
    theirs: Any
    cell_id: str | None = None
    key: tuple[str, ...] = ()
    start: int = 0


__all__ = ["Conflict", "ConflictKind"]
