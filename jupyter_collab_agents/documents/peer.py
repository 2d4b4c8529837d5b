"""An agent in a live document, as a named collaborator: its own copy, its own caret.

It comes through the gate like everybody else, and needs no browser. Its edits are small: texts
that stay are not touched, so the carets of people stay where they are.
"""

import asyncio
from collections.abc import AsyncIterable, Callable
from contextlib import suppress
from typing import Any

from jupyter_ydoc import ydocs
from pycrdt import Array, Doc, Text

from ..domain.merge.edits import minimal_edits
from .caret import cursor, place_in
from .collaboration import Collaboration, NotSaved, save, until_no_transaction
from .gate.gate import Gate, Writer
from .lease import RoomLease
from .peer_seen import VISIBLE_UPDATES, Seen
from .peer_typing import Typing
from .protection import PutBack
from .text import apply_edits


class NoSuchCell(LookupError):
    """The cell is not (or no longer) in the notebook."""


class AgentPeer:
    """One agent in one document. Made by ``Peers.open`` (``peers.py``); ``close`` it in the end."""

    def __init__(
        self,
        *,
        lease: RoomLease,
        collaboration: Collaboration,
        gate: Gate,
        writer: Writer,
        seen: Seen,
    ) -> None:
        self.room = lease.room
        self.doc: Doc[Any] = Doc()
        self.doc.apply_update(self.room.ydoc.get_update())
        self.model: Any = ydocs.get(self.room.file_type, ydocs["file"])(self.doc)
        self._lease = lease
        self._collaboration = collaboration
        self._gate = gate
        self._writer = writer
        self._outgoing: list[bytes] = []
        self._is_listening = False
        self._hint = 0
        self._saving: asyncio.TimerHandle | None = None
        self._save_task: asyncio.Task[None] | None = None
        self._closed = False
        self._heard = self.room.ydoc.observe(self._hear)
        self._spoken = self.doc.observe(self._note)
        self.seen = seen
        seen.enter(self)

    # --- looking --------------------------------------------------------------------------

    def text_of(self, cell_id: str | None) -> Any:
        """The shared text of a cell, or (null) of a file. Raises ``NoSuchCell``."""
        if cell_id is None:
            return self.doc.get("source", type=Text)
        return self.model.ycells[self.index_of(cell_id)]["source"]

    def index_of(self, cell_id: str) -> int:
        """Where a cell is. Raises ``NoSuchCell``."""
        cells = self.model.ycells
        count = len(cells)
        # most often it is where it was when last looked for
        if self._hint < count and cells[self._hint].get("id") == cell_id:
            return self._hint
        for index in range(count):
            if cells[index].get("id") == cell_id:
                self._hint = index
                return index
        raise NoSuchCell(cell_id)

    # --- changing -------------------------------------------------------------------------

    async def change(self, work: Callable[[Any], None]) -> list[PutBack]:
        """Do ``work`` on the agent's model, as one transaction; what of it was put back.

        ``work`` gets the model (``YNotebook``, ``YUnicode`` …) and is not interrupted by others.
        """
        await until_no_transaction(self.room)
        self._outgoing.clear()
        try:
            with self.doc.transaction():
                work(self.model)
        finally:
            put_back = [
                one
                for update in self._outgoing
                for one in self._gate.apply(self.room, update, self._writer)
            ]
            self._outgoing.clear()
        self._save_later()
        return put_back

    async def set_text(self, cell_id: str | None, new: str) -> list[PutBack]:
        """Make the text of a cell (or file) another one, word by word, and show where."""

        def work(_: Any) -> None:
            shared = self.text_of(cell_id)
            old = str(shared)
            edits = minimal_edits(old, new)
            apply_edits(shared, old, [(edit.start, edit.end, edit.text) for edit in edits])

        put_back = await self.change(work)
        self.seen.show_caret(self.doc)
        return put_back

    async def type(
        self,
        cell_id: str | None,
        words: AsyncIterable[str],
        *,
        at: int | None = None,
        per_second: float | None = VISIBLE_UPDATES,
    ) -> list[PutBack]:
        """Type as it comes, at a character of a text or (null) at its end.

        The place moves with what people type before it. At most ``per_second`` updates are made,
        null lifts that. Raises ``NoSuchCell`` when the cell is taken away.
        """
        typing = Typing(self, cell_id, at, per_second)
        try:
            await typing.run(words)
        finally:
            typing.close()
        return typing.put_back

    # --- being seen -----------------------------------------------------------------------

    def select(self, cell_id: str | None, head: int, anchor: int | None = None) -> None:
        """Show a caret, or a selection, at characters of a text. Raises ``NoSuchCell``."""
        self.text_of(cell_id)

        def find(doc: Any) -> Any:
            if cell_id is None:
                return doc.get("source", type=Text)
            cells = doc.get("cells", type=Array)
            return next(cell["source"] for cell in cells if cell["id"] == cell_id)

        first = place_in(find, self.doc, head if anchor is None else anchor)
        self.seen.say(cursors=[cursor(first, place_in(find, self.doc, head))], cellId=cell_id)

    # --- saving and leaving ---------------------------------------------------------------

    async def save(self) -> None:
        """Write the document to its file now. Raises ``NotSaved``."""
        await save(self.room)

    async def close(self) -> None:
        """Leave: nobody sees the agent any more. Alone, it saves what it wrote."""
        if self._closed:
            return
        self._closed = True
        must_save = self._saving is not None
        self._stop_saving()
        self.seen.leave()
        self.doc.unobserve(self._spoken)
        self.room.ydoc.unobserve(self._heard)
        try:
            if must_save and self._is_alone():
                await self._try_to_save()
        finally:
            await self._gate.left(self.room)
            self._lease.release()

    # --- inside ---------------------------------------------------------------------------

    def _hear(self, event: Any) -> None:
        self._is_listening = True
        try:
            self.doc.apply_update(event.update)
        finally:
            self._is_listening = False

    def _note(self, event: Any) -> None:
        if not self._is_listening:
            self._outgoing.append(event.update)

    def _is_alone(self) -> bool:
        """Nobody is here who could have chosen how the document is saved."""
        states = self.room.awareness.states.values()
        return not any(state and not state.get("agent") for state in states)

    def _save_later(self) -> None:
        """Without people nobody else saves: the provider looks at what browsers want."""
        self._stop_saving()
        delay = self._collaboration.save_delay
        if delay is not None and self._is_alone():
            self._saving = asyncio.get_running_loop().call_later(delay, self._save_now)

    def _save_now(self) -> None:
        self._saving = None
        self._save_task = asyncio.ensure_future(self._try_to_save())

    async def _try_to_save(self) -> None:
        with suppress(NotSaved):  # the log has it, and the store of updates the text
            await self.save()

    def _stop_saving(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
