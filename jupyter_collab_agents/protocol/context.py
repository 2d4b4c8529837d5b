"""The shared context: a small versioned key/value store of the session, given to agents."""

from typing import Annotated, Any

from msgspec import Meta

from .base import Command, Durable, Millis, ParticipantId, Wire

Key = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[\w][\w.\-/ ]*$")]
Version = Annotated[int, Meta(ge=0)]


class ContextEntry(Wire, frozen=True):
    """A value, any JSON up to 16 KiB, and where it came from. Versions start at 1."""

    value: Any
    version: int
    at: Millis
    by: ParticipantId


class SetContext(Command, tag="context.set", frozen=True):
    """Compare and set: ``base_version`` must be the current version, 0 for a new key."""

    key: Key
    value: Any
    base_version: Version


class DeleteContext(Command, tag="context.delete", frozen=True):
    """Compare and delete."""

    key: Key
    base_version: Version


class ContextChanged(Durable, tag="context.changed", frozen=True):
    """A key has another value."""

    key: Key
    value: Any
    version: int


class ContextDeleted(Durable, tag="context.deleted", frozen=True):
    """A key is gone; ``version`` is the one that was deleted."""

    key: Key
    version: int
