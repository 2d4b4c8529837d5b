"""How people see an agent in a document: in both lists of people, with a caret."""

import asyncio
from collections.abc import Mapping
from typing import Any

from .caret import caret_after_own, cursor
from .collaboration import Collaboration
from .gate.gate import Gate
from .gate.names import EVERYBODY

VISIBLE_UPDATES = 30.0
"""Per second: what the eyes of people can follow."""
RENEW = 15.0
"""Seconds until an agent says again that it is there; after 30 it would count as gone."""


class Seen:
    """What one agent says of itself in the room of a document, and in that of everybody.

    It has no say in whether the document is saved by itself: that is people's choice.
    """

    def __init__(
        self,
        collaboration: Collaboration,
        gate: Gate,
        room: Any,
        *,
        identity: Mapping[str, Any],
        path: str,
    ) -> None:
        self._collaboration = collaboration
        self._gate = gate
        self._room = room
        self._path = path
        self._state: dict[str, Any] = {"user": dict(identity), "autosave": False, "agent": True}
        self._speaker: Any = None
        self._caret_at = 0.0
        self._caret_timer: asyncio.TimerHandle | None = None
        self._renewing: asyncio.Task[None] | None = None

    def enter(self, speaker: Any) -> None:
        """From now on the agent is there; ``speaker`` has its ``doc``."""
        self._speaker = speaker
        self._gate.on_everybody.append(self._introduce)
        self.say()
        self._introduce_again()
        self._renewing = asyncio.create_task(self._renew())

    def say(self, **more: Any) -> None:
        """Tell the room the agent's state, with these fields changed."""
        self._state = {**self._state, **more}
        self._gate.say(self._room, self._speaker, self._speaker.doc.client_id, self._state)

    def show_caret(self, doc: Any) -> None:
        """The caret behind what was typed last; at most as often as eyes follow."""
        if self._caret_timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._caret_at + 1 / VISIBLE_UPDATES - loop.time()
        if wait <= 0:
            self._show_caret_now(doc)
        else:
            self._caret_timer = loop.call_later(wait, self._show_caret_now, doc)

    def leave(self) -> None:
        """The agent is gone from all lists."""
        if self._renewing is not None:
            self._renewing.cancel()
            self._gate.on_everybody.remove(self._introduce)
        if self._caret_timer is not None:
            self._caret_timer.cancel()
        for room in (self._room, self._collaboration.rooms.get(EVERYBODY)):
            if room is not None:
                self._gate.take_leave(room, self._speaker)

    # --- inside ---------------------------------------------------------------------------

    def _introduce(self, everybody: Any) -> None:
        kind = "notebook" if self._room.file_type == "notebook" else "editor"
        state = {
            "user": self._state["user"],
            "current": f"{kind}:{self._path}",
            "documents": [self._path],
        }
        self._gate.say(everybody, self._speaker, self._speaker.doc.client_id, state)

    def _introduce_again(self) -> None:
        # the room is there when the first page has come
        if (everybody := self._collaboration.rooms.get(EVERYBODY)) is not None:
            self._introduce(everybody)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW)
            self.say()
            self._introduce_again()

    def _show_caret_now(self, doc: Any) -> None:
        self._caret_timer = None
        self._caret_at = asyncio.get_running_loop().time()
        place = caret_after_own(doc)
        self.say(cursors=[cursor(place, place)])
