"""The gate around a document in this process: no server, no socket."""

from collections.abc import Sequence
from typing import Any

from jupyter_ydoc import YNotebook
from pycrdt import Doc

from jupyter_collab_agents.documents.gate.gate import Gate, Writer
from jupyter_collab_agents.documents.protection import FREE, Protected, PutBack


class HeldCells:
    """Locks as a test sets them: cells by holder, and the holder of the whole document."""

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}
        self.document: str | None = None
        self.told: list[tuple[str, PutBack]] = []

    def of(self, document_id: str, participant_id: str) -> Protected:
        """What others hold."""
        if not self.cells and self.document is None:
            return FREE
        return Protected(
            everything=self.document not in (None, participant_id),
            cells=frozenset(c for c, holder in self.cells.items() if holder != participant_id),
            held=frozenset(c for c, holder in self.cells.items() if holder == participant_id),
        )

    def put_back(self, document_id: str, participant_id: str, what: Sequence[PutBack]) -> None:
        """Remember it."""
        self.told += [(participant_id, one) for one in what]


class GatedRoom:
    """As much of a room as the gate needs."""

    room_id = "json:notebook:d1"

    def __init__(self, content: bytes, kind: str = "notebook") -> None:
        self.file_type = kind
        self.ydoc: Doc = Doc()
        self.ydoc.apply_update(content)
        self.locks = HeldCells()
        self.gate = Gate()
        self.gate.protection = self.locks
        self.wire: list[bytes] = []
        self.origins: list[Any] = []
        self._subscription = self.ydoc.observe(self._changed)

    def take(self, who: str, update: bytes) -> list[PutBack]:
        """An update of somebody."""
        return self.gate.apply(self, update, Writer(who, who))

    def _changed(self, event: Any) -> None:
        self.wire.append(event.update)
        origin = event.transaction.origin()
        self.origins.append(self.ydoc._origins.get(origin))


class Replica:
    """What one client has; ``outbox`` are its changes that nobody has yet."""

    def __init__(self, room: GatedRoom, who: str) -> None:
        self.room, self.who = room, who
        self.doc: Doc = Doc()
        self.doc.apply_update(room.ydoc.get_update())
        self.notebook = YNotebook(self.doc)
        self.outbox: list[bytes] = []
        self._subscription = self.doc.observe(self._changed)
        self._remote = False

    def send(self) -> list[PutBack]:
        """Give the room all that waits; what was put back."""
        waiting, self.outbox = self.outbox, []
        return [p for update in waiting for p in self.room.take(self.who, update)]

    def fetch(self) -> None:
        """Take all that the room has."""
        self._remote = True
        self.doc.apply_update(self.room.ydoc.get_update(self.doc.get_state()))
        self._remote = False

    def _changed(self, event: Any) -> None:
        if not self._remote:
            self.outbox.append(event.update)

    @property
    def sources(self) -> list[str]:
        """The text of every cell."""
        return [str(cell["source"]) for cell in self.notebook.ycells]


def content_of(*sources: str) -> bytes:
    """A notebook with code cells c0, c1, …"""
    notebook = YNotebook(Doc(client_id=0))
    cells = [
        {
            "id": f"c{i}",
            "cell_type": "code",
            "source": source,
            "metadata": {"n": i},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "out"}],
            "execution_count": 1,
        }
        for i, source in enumerate(sources)
    ]
    notebook.set({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    update: bytes = notebook.ydoc.get_update()
    return update
