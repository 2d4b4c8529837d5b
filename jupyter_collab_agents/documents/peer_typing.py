"""Words that come one after the other, typed into a text as people do."""

import asyncio
from collections.abc import AsyncIterable
from typing import TYPE_CHECKING, Any

from .place import Place
from .protection import PutBack
from .text import bytes_in

if TYPE_CHECKING:
    from .peer import AgentPeer


class Typing:
    """One stream of words into one text, at most ``per_second`` updates; null lifts that."""

    def __init__(
        self, peer: "AgentPeer", cell_id: str | None, at: int | None, per_second: float | None
    ) -> None:
        self._peer = peer
        self._cell_id = cell_id
        self._gap = None if per_second is None else 1 / per_second
        self._waiting = ""
        self._came = asyncio.Event()
        self.put_back: list[PutBack] = []
        text = peer.text_of(cell_id)
        whole = str(text)
        self._place = Place(text, bytes_in(whole if at is None else whole[:at]))

    async def run(self, words: AsyncIterable[str]) -> None:
        """Type all of them. Raises what ``words`` raises, when all before it is typed."""
        if self._gap is None:
            async for piece in words:
                await self._write(piece)
            return
        reading = asyncio.ensure_future(self._read(words))
        try:
            while self._waiting or not reading.done():
                await self._came.wait()
                self._came.clear()
                waiting, self._waiting = self._waiting, ""
                await self._write(waiting)
                if not reading.done():
                    await asyncio.wait([reading], timeout=self._gap)
        finally:
            reading.cancel()
        await reading

    def close(self) -> None:
        """The place in the text is no longer needed."""
        self._place.close()

    async def _read(self, words: AsyncIterable[str]) -> None:
        try:
            async for piece in words:
                self._waiting += piece
                self._came.set()
        finally:
            self._came.set()

    async def _write(self, words: str) -> None:
        if not words:
            return

        def work(_: Any) -> None:
            text = self._peer.text_of(self._cell_id)
            if not self._place.is_in(text):
                self._place.close()
                self._place = Place(text, len(text))
            self._place.insert(words)

        self.put_back += await self._peer.change(work)
        self._peer.seen.show_caret(self._peer.doc)
