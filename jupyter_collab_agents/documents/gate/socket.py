"""The socket of one page for one room: the provider's own, with the gate before everything.

Everything that a page can send comes through ``__anext__``, in order, with the room and the person
at hand: that is where the gate stands. The provider's room never sees a message that has not
passed.
"""

import asyncio
import json
from typing import Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server_ydoc.handlers import YDocWebSocketHandler
from jupyter_server_ydoc.rooms import DocumentRoom
from jupyter_server_ydoc.utils import LogLevel
from pycrdt import YMessageType, YSyncMessageType, create_sync_message
from tornado.websocket import WebSocketHandler

from ..collaboration import answer_sync_error, until_no_transaction
from ..room_life import close_room
from .admission import Admission, NotHere
from .awareness import is_awareness
from .gate import Malformed, Missing, Unfit, Writer, update_in
from .names import EVERYBODY, document_name
from .reader import Reader
from .update import check_question, read_state, read_update, read_update_aside

MAX_WAITING = 256
"""Messages of one socket that may wait for their turn; then the socket is not read."""
MAX_OF_READER = 2**20
"""Bytes of an update of somebody who may only read: all of it would be put back."""
MAX_FAULTS = 5
"""Messages that make no sense until a socket is closed."""
PING = 30.0
PATIENCE = 1.0
"""Seconds that a page has to say good-bye."""
RAW = 2
"""The kind of message in which a page asks to save."""
PASSED_ON = (YMessageType.SYNC, YMessageType.AWARENESS)


class DocumentSocket(YDocWebSocketHandler, Admission):  # type: ignore[misc]
    """What is refused is dropped; the room and everybody else in it go on."""

    _refusal: NotHere | None = None
    _watch: asyncio.Task[None] | None = None

    def initialize(self, **options: Any) -> None:
        """``door``: what the gate needs; everything else comes from the provider."""
        self._keep_door(options["door"])
        super().initialize(**self.door.collaboration.socket_options())
        self._free = asyncio.Semaphore(MAX_WAITING)
        self._faults = 0
        self._is_greeted = False
        self._over = asyncio.Event()
        self._asked_for_all = False

    @property
    def max_message_size(self) -> int:
        """Longer messages end the socket with 1009."""
        return self.door.max_message

    @property
    def ping_interval(self) -> float:
        """Seconds between signs of life: who is gone does not stay in the lists of people."""
        return PING

    @property
    def ping_timeout(self) -> float:
        """Seconds to wait for an answer."""
        return PING

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        """As JupyterLab's other sockets."""
        return bool(WebSocketMixin.check_origin(self, origin_to_satisfy_tornado or None))

    async def prepare(self) -> None:  # type: ignore[override]
        """Let in whoever may come in; only then there is a room."""
        try:
            await super().prepare()
        except NotHere as refusal:
            self._refusal = refusal

    @ws_authenticated
    @authorized(action="read", resource="contents")  # type: ignore[untyped-decorator]
    async def get(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Upgrade, for whoever may read the files."""
        await WebSocketHandler.get(self, *args, **kwargs)

    async def open(self, room_id: str) -> None:
        """Take part in the room."""
        if self._refusal is not None:
            self._say_why_and_close(str(self._refusal))
            return
        if isinstance(self.room, DocumentRoom) and self._was_removed():
            self.close(1012)  # while this page was on its way in: it comes back at once
            return
        name = document_name(self._room_id)
        if name is not None:
            await self.door.gate.opening(name.document_id)
        await super().open(room_id)
        if name is not None and isinstance(self.room, DocumentRoom) and self.room.ready:
            self.door.gate.opened(self.room)
        if self._is_over():
            return
        self.door.gate.sockets.add(self)
        self._watch = asyncio.create_task(self._stay_admitted())
        if self._room_id == EVERYBODY:
            self.door.gate.came(self.room)

    async def on_message(self, message: str | bytes) -> None:
        """A message of the page; the next one is read when this one has its place."""
        if self._is_over() or isinstance(message, str) or len(message) < 2:
            return
        if message[0] == RAW:
            await self._on_raw(message)
            return
        if message[0] not in PASSED_ON:
            return  # of no kind that the provider knows; it may be none that it can read
        await self._free.acquire()
        await super().on_message(message)

    async def send(self, message: bytes) -> None:
        """To the page, while it is there."""
        if self._is_over():
            return
        await super().send(message)
        if not self._is_greeted:
            # the first message says that this page is among those who hear everything
            self._is_greeted = True
            await self._greet()

    def on_close(self) -> None:
        """The page is gone, and everybody sees it."""
        self.door.gate.sockets.discard(self)
        self._over.set()
        if self._watch is not None:
            self._watch.cancel()
        if self._refusal is not None:
            return
        self._take_leave()
        super().on_close()

    async def __anext__(self) -> bytes:
        """The next message that the room may have."""
        while True:
            message: bytes = await super().__anext__()
            self._free.release()
            try:
                passed = await self._pass(message)
            except Malformed as fault:
                self._fault(str(fault))
            except Unfit as fault:
                await self._unfit(fault, message)
            except Exception:
                # a fault of ours: this page's next message is served all the same
                self.log.exception("a message for room %s was not handled", self._room_id)
                self._fault("it could not be handled")
            else:
                if passed is not None:
                    return passed

    async def _clean_room(self) -> None:
        """The last one has left: a while later the room is removed, and nothing in it lost."""
        if self._cleanup_delay is not None:
            await asyncio.sleep(self._cleanup_delay)
            if await close_room(self.door.collaboration, self.room):
                self._emit(LogLevel.INFO, "clean", "Room deleted.")

    async def dismiss(self) -> None:
        """The server stops: the page comes back when there is one again."""
        connection = self.ws_connection
        self.close(1012, "The server is stopping.")
        try:
            async with asyncio.timeout(PATIENCE):
                await self._over.wait()
        except TimeoutError:
            if connection is not None:
                connection.stream.close()
            await self._over.wait()

    # --- inside ---------------------------------------------------------------------------

    def _was_removed(self) -> bool:
        return self.door.collaboration.rooms.get(self._room_id) is not self.room

    async def _pass(self, message: bytes) -> bytes | None:
        if is_awareness(message):
            return self._awareness(message)
        if message[0] != YMessageType.SYNC:
            return None
        update = update_in(message)
        if update is None:
            if message[1] == YSyncMessageType.SYNC_STEP1:
                check_question(message)
                return message
            return None
        if isinstance(self.room, DocumentRoom):
            await self._apply(update, is_everything=message[1] == YSyncMessageType.SYNC_STEP2)
            return None
        # forks and timelines; the room of everybody has no document to write into
        if self._room_id == EVERYBODY or not self.may_write:
            return None
        if read_update(update).unmet(read_state(self.room.ydoc.get_state())):
            return None
        return message

    async def _apply(self, update: bytes, *, is_everything: bool) -> None:
        if not self.may_write and len(update) > MAX_OF_READER:
            raise Malformed("it is too large for somebody who may only read")
        needs = await read_update_aside(update)
        await until_no_transaction(self.room)
        writer = Writer(self.participant_id, self.participant_id, self.may_write)
        if is_everything:
            self._asked_for_all = False
        try:
            self.door.gate.apply(self.room, update, writer, needs)
        except Missing:
            if is_everything:
                raise Malformed("it builds on what nobody has") from None
            if not self._asked_for_all:
                self._asked_for_all = True
                await self.send(create_sync_message(self.room.ydoc))

    def _awareness(self, message: bytes) -> bytes | None:
        speakers = self.door.gate.speakers(self.room)
        return speakers.passed(message, self, self.identity, self.room.awareness)

    async def _greet(self) -> None:
        """Who is there, at once: the provider lets newcomers wait for everybody's next sign."""
        awareness = self.room.awareness
        there = [client for client in awareness.states if client != awareness.client_id]
        if there:
            await self.send(self.door.gate.states(self.room, there))

    def _take_leave(self) -> None:
        if self.room is not None:
            self.door.gate.take_leave(self.room, self)

    async def _on_raw(self, message: bytes) -> None:
        try:
            reader = Reader(message)
            reader.byte()
            if reader.text() != b"save":
                return
            save_id = reader.number()
        except (IndexError, Malformed):
            self._fault("a request makes no sense")
            return
        if self.may_write and isinstance(self.room, DocumentRoom):
            await super().on_message(message)
        else:
            answer = {"type": "save", "responseTo": save_id, "status": "failed"}
            await self.send(self._encode_json_message(answer))

    async def _unfit(self, fault: Unfit, message: bytes) -> None:
        """An update that does not fit: the page is told if the provider has words for it."""
        cause = fault.cause
        if isinstance(cause, Exception) and await answer_sync_error(
            self.room, cause, message, self
        ):
            return
        self._fault(str(fault))

    def _fault(self, why: str) -> None:
        self._faults += 1
        self.log.warning(
            "a message of %s for room %s was dropped: %s", self.participant_id, self._room_id, why
        )
        if self._faults >= MAX_FAULTS:
            self._say_why_and_close("What this page sent makes no sense. Reload it.")

    def _say_why_and_close(self, why: str) -> None:
        # the one form in which the page's provider shows a reason to the person; a socket's
        # last words have 123 bytes at most
        self.close(1003, json.dumps({"reason": "initialization_error", "errorReason": why}))

    def _is_over(self) -> bool:
        return self.ws_connection is None or self.ws_connection.is_closing()

    async def _stay_admitted(self) -> None:
        """Ask again and again whether this account may still read and write."""
        while True:
            await asyncio.sleep(self.door.reauthorise_interval)
            try:
                await self.look_again()
            except Exception:
                # who decides does not answer: asked again next time
                self.log.exception("an open document socket could not be authorised again")
                continue
            if not self.may_read:
                self._say_why_and_close("Your access to this document was withdrawn.")
                return
