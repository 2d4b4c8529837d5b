"""What every word on the wire has in common.

Times are integer milliseconds since the Unix epoch (UTC), stamped by the server.
Identifiers are opaque strings; a participant's is ``user:<username>`` or ``agent:<name>``.
"""

from typing import Annotated

from msgspec import Meta, Struct

PROTOCOL_VERSION = 1
OLDEST_PROTOCOL_VERSION = 1

Ref = Annotated[str, Meta(min_length=1, max_length=64, description="unique for its author")]
ParticipantId = Annotated[str, Meta(min_length=1, max_length=200)]
SessionId = Annotated[str, Meta(min_length=1, max_length=64)]
MessageId = Annotated[str, Meta(min_length=1, max_length=64)]
RunId = Annotated[str, Meta(min_length=1, max_length=64)]
InviteId = Annotated[str, Meta(min_length=1, max_length=64)]
Path = Annotated[str, Meta(min_length=1, max_length=1024, description="relative to the root")]
CellId = Annotated[str, Meta(min_length=1, max_length=64)]
Millis = Annotated[int, Meta(ge=0, description="milliseconds since the epoch, UTC")]


class Wire(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value inside commands and events."""


class Command(Wire, frozen=True, tag_field="type"):
    """Asked by a client. ``ref`` makes a resend harmless: (author, ref) happens once."""

    ref: Ref


class Event(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Happened. Clients ignore fields they do not know, so an event may grow."""


class Durable(Event, frozen=True):
    """Stored before anybody sees it; ``seq`` is its place in the session's log.

    ``seq`` is 0 only between the decision and the commit.
    """

    seq: int
    at: Millis
    actor: ParticipantId


class Ephemeral(Event, frozen=True):
    """Told once, never stored, carries no ``seq``."""


class Position(Wire, frozen=True):
    """A caret: 0-based line and 0-based column in UTF-16 code units."""

    line: Annotated[int, Meta(ge=0, le=10_000_000)]
    column: Annotated[int, Meta(ge=0, le=10_000_000)]


class Range(Wire, frozen=True):
    """A selection, from its anchor to its head (either may come first in the text)."""

    anchor: Position
    head: Position
