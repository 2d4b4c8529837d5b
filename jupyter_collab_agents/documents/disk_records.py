"""What the disk guard must not lose, and whoever keeps it."""

from enum import Enum
from typing import Protocol

from msgspec import Struct

from ..domain.contents import Content
from ..domain.merge.conflicts import Conflict
from .origin import DISK


class Cause(str, Enum):
    """Why the disk and the document could not be brought together without a question."""

    DISK = "disk"
    """Both changed the same."""
    CUT_SHORT = "cut_short"
    """The file lost its end or everything."""
    UNREADABLE = "unreadable"
    """The file is no notebook, or no text, any more."""
    STALE = "stale"
    """Somebody saved a whole content that was made of a version nobody remembers."""
    RECOVERED = "recovered"
    """The document has text that was never saved when the server ended; the file has not."""
    UNSAVED = "unsaved"
    """So as well, but the file was changed since: the document is as the file."""


class Undecided(Struct, frozen=True):
    """A question for people. ``here``: what the document says now, merged as far as that went;
    ``there``: the side that it does not have, bytes if they cannot be read.

    ``conflicts`` are places in ``here``; with none, everything in which the two differ is asked.
    ``by``: a participant, or ``disk``.
    """

    document_id: str
    path: str
    cause: Cause
    here: Content
    there: Content | bytes
    conflicts: list[Conflict] = []
    by: str = DISK
    by_name: str = "The file on the disk"


class Mark(Struct, frozen=True):
    """What was last saved: the content's fingerprint, and how far the document's history had come
    (its state vector)."""

    content: str
    state: bytes


class Records(Protocol):
    """Where the guard keeps what must not be lost."""

    async def overwritten(self, document_id: str, path: str, content: Content) -> None:
        """The document, or the file, is about to change; it says this now."""

    async def shrinking(self, document_id: str, path: str, content: Content) -> None:
        """The file is about to get much smaller; it says this now."""

    async def undecided(self, question: Undecided) -> None:
        """A question for people."""

    async def note_saved(self, document_id: str, path: str, mark: Mark) -> None:
        """The document has all that the file has."""

    async def last_saved(self, document_id: str) -> Mark | None:
        """What was noted last."""
