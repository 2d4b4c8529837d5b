"""Documents: files of this server as everybody sees them, whatever session they are in."""

from typing import Annotated

from msgspec import Meta

from .base import Command, Ephemeral, Path, Wire
from .conflicts import ConflictSummary
from .locks import DocumentId, Lock
from .proposals import ProposalSummary


class DocumentState(Wire, frozen=True):
    """What stands about a document now: locks, open proposals and conflicts. ``seq`` counts the
    changes of it."""

    document_id: DocumentId
    path: Path
    seq: int
    locks: list[Lock]
    proposals: list[ProposalSummary]
    conflicts: list[ConflictSummary]


class WatchDocuments(Command, tag="document.watch", frozen=True):
    """Ephemeral: the files that this connection has open; replaces what it watched before."""

    paths: Annotated[list[Path], Meta(max_length=100)]


class DocumentChanged(Ephemeral, tag="document.changed", frozen=True):
    """A document stands so now.

    Told to every connection that watches it (also at once, in answer to ``document.watch``)
    and to every session that has the file.
    """

    document: DocumentState
