"""One participant's presence out of all their connections."""

from collections.abc import Sequence

from msgspec import Struct

from ..protocol.presence import Activity, Location, PresenceState


class ConnectionPresence(Struct, frozen=True):
    """What one tab said last; ``last_active`` is its last sign of life (ms)."""

    last_active: int
    location: Location | None
    following: str | None


def summarise(  # noqa: PLR0917 (the times come in their order)
    participant_id: str,
    connections: Sequence[ConnectionPresence],
    now: int,
    idle_after: int,
    away_after: int,
    doing: str | None = None,
) -> PresenceState:
    """The place and activity of the tab that was used last. All times in ms.

    Agents have no connection: one that is ``doing`` something is active. ``last_active`` is
    0 for somebody without a connection, since nobody keeps it.
    """
    if not connections:
        return PresenceState(
            participant_id=participant_id,
            activity=Activity.OFFLINE if doing is None else Activity.ACTIVE,
            connections=0,
            last_active=0 if doing is None else now,
            location=None,
            following=None,
            doing=doing,
        )
    latest = connections[0]
    for connection in connections:
        if connection.last_active >= latest.last_active:
            latest = connection
    silent = now - latest.last_active
    if doing is not None or silent < idle_after:
        activity = Activity.ACTIVE
    elif silent < away_after:
        activity = Activity.IDLE
    else:
        activity = Activity.AWAY
    return PresenceState(
        participant_id=participant_id,
        activity=activity,
        connections=len(connections),
        last_active=latest.last_active,
        location=latest.location,
        following=latest.following,
        doing=doing,
    )
