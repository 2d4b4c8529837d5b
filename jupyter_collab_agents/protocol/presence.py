"""Who is here, where, doing what. Ephemeral: never stored."""

from enum import Enum
from typing import Annotated

from msgspec import Meta

from .base import CellId, Command, Ephemeral, Millis, ParticipantId, Path, Position, Range, Wire


class Activity(str, Enum):
    """Derived by the server from connections and the time of the last sign of life."""

    ACTIVE = "active"
    IDLE = "idle"
    AWAY = "away"
    OFFLINE = "offline"


class Location(Wire, frozen=True):
    """A place in the workspace. ``cell_index`` is 0-based, for words like "cell 4"."""

    path: Path
    cell_id: CellId | None = None
    cell_index: Annotated[int, Meta(ge=0)] | None = None
    cursor: Position | None = None
    selection: Range | None = None


class PresenceState(Wire, frozen=True):
    """One participant, over all their connections; the place is that of the latest one."""

    participant_id: ParticipantId
    activity: Activity
    connections: int
    last_active: Millis
    location: Location | None
    following: ParticipantId | None
    doing: str | None


class UpdatePresence(Command, tag="presence.update", frozen=True):
    """Where I am (the mission's cursor_sync and selection_sync); replaces what I said before.

    ``active`` false means this tab is hidden or untouched: the update is no sign of life.
    """

    location: Location | None
    following: ParticipantId | None = None
    active: bool = True


class PresenceChanged(Ephemeral, tag="presence.changed", frozen=True):
    """A participant's presence is this now."""

    presence: PresenceState


class CellChangeKind(str, Enum):
    """What happened to a cell."""

    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    RAN = "ran"


class CellChange(Wire, frozen=True):
    """One cell's part of a report; counts are UTF-16 code units typed and removed."""

    cell_id: CellId | None
    kind: CellChangeKind
    inserted: Annotated[int, Meta(ge=0)] = 0
    removed: Annotated[int, Meta(ge=0)] = 0


class ReportEdit(Command, tag="edit.report", frozen=True):
    """Ephemeral: what I typed in the last moments, coalesced by my browser.

    The mission's code_change for people's own typing; never the text itself.
    """

    path: Path
    cells: Annotated[list[CellChange], Meta(max_length=200)]


class EditReported(Ephemeral, tag="edit.reported", frozen=True):
    """``actor`` changed these cells of ``path``."""

    actor: ParticipantId
    at: Millis
    path: Path
    cells: list[CellChange]
