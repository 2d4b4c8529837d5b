"""What the hub asks of whoever keeps the documents; it knows them by this only."""

from typing import Protocol

from ..protocol.documents import WatchDocuments
from ..protocol.frames import AnyDocumentCommand
from ..protocol.sessions import SessionState
from .connection import Connection
from .live_session import LiveSession


class DocumentDoor(Protocol):
    """Commands of documents that come up a session's socket."""

    async def command(self, connection: Connection, command: AnyDocumentCommand) -> None:
        """See it through: durable when it returns. Raises ``Refusal``, ``StoreUnavailable``."""

    async def watch(self, connection: Connection, command: WatchDocuments) -> None:
        """Tell the connection how documents stand, now and whenever that changes.

        Raises ``Refusal``.
        """


def lists_file(state: SessionState, path: str) -> bool:
    """Is the session about this file?"""
    return path == state.active_file or path in state.files


def has_file(session: LiveSession, path: str) -> bool:
    """Is the session about this file, or is somebody in it at this file?"""
    return lists_file(session.state, path) or any(
        connection.presence.location is not None and connection.presence.location.path == path
        for connection in session.connections
    )
