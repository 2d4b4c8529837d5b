"""What could not be merged, with everything that is needed to decide it."""

from enum import Enum
from typing import Any

from msgspec import Struct


class ConflictKind(str, Enum):
    """What two sides disagree on."""

    SOURCE = "source"
    """Texts: of a cell, or of a file (no ``cell_id``)."""
    DELETED_BY_US = "deleted_by_us"
    """They changed a cell that we deleted. ``base`` and ``theirs`` are the whole cell."""
    DELETED_BY_THEM = "deleted_by_them"
    """They deleted a cell that we changed. ``base`` and ``ours`` are the whole cell."""
    PLACE = "place"
    """Both moved a cell. The values are the id of the cell in front of it, None for the top."""
    CELL_TYPE = "cell_type"
    METADATA = "metadata"
    ATTACHMENTS = "attachments"
    OUTPUTS = "outputs"


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
