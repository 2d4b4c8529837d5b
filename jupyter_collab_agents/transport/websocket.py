"""``sessions/{id}/join``: one socket of one tab."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import ensure_async
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketHandler

from ..domain.errors import Refusal
from ..hub.connection import Connection
from ..hub.inbox import Inbox
from ..protocol.base import OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION
from ..protocol.errors import CloseCode, ErrorCode, Rejected
from ..protocol.frames import Ping, encode, join_frame
from ..storage.store import StoreNotReady, StoreUnavailable
from .identity import RESOURCE, may_read_documents, profile_of, rights_of
from .runtime import SETTINGS_KEY, Runtime

PING = join_frame([encode(Ping())])
REAUTHORISE_EVERY = 60.0

CLOSE_FOR = {
    ErrorCode.NOT_READY: CloseCode.STORAGE,
    ErrorCode.BUSY: CloseCode.STORAGE,
    ErrorCode.SESSION_FULL: CloseCode.FORBIDDEN,
}


class JoinHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Translates between Tornado and the hub."""

    auth_resource = RESOURCE
    _connection: Connection | None = None
    _inbox: Inbox | None = None
    _alive: asyncio.Task[None] | None = None
    _answered = 0.0

    @property
    def max_message_size(self) -> int:
        """Longer frames end the socket with 1009."""
        hub = self._runtime.hub
        return hub.settings.max_frame if hub else 1024

    @property
    def ping_interval(self) -> float:
        """Seconds between WebSocket pings; Tornado closes a socket that does not answer."""
        hub = self._runtime.hub
        return hub.settings.ping_interval if hub else 30.0

    @property
    def ping_timeout(self) -> float:
        """Seconds to wait for a pong."""
        hub = self._runtime.hub
        return min(hub.settings.ping_timeout, self.ping_interval) if hub else 10.0

    def get_compression_options(self) -> dict[str, Any] | None:
        """No compression: frames are shared between connections as they are."""
        return None

    @property
    def _runtime(self) -> Runtime:
        runtime: Runtime = self.settings[SETTINGS_KEY]
        return runtime

    @ws_authenticated  # type: ignore[untyped-decorator]
    @authorized(action="read", resource=RESOURCE)
    async def get(self, session_id: str) -> None:  # type: ignore[override]
        """Upgrade, for whoever may read; everything else is said on the socket."""
        await WebSocketHandler.get(self, session_id)

    async def open(self, session_id: str) -> None:
        """Admit and welcome."""
        self.set_nodelay(True)
        version = self.get_query_argument("protocol", str(PROTOCOL_VERSION))
        supported = {str(v) for v in range(OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION + 1)}
        if version not in supported:
            self._end(
                ErrorCode.UNSUPPORTED_PROTOCOL,
                "This page and the server do not match. Reload the page.",
                CloseCode.UNSUPPORTED_PROTOCOL,
            )
            return
        after = self.get_query_argument("after", "")
        epoch = self.get_query_argument("epoch", "") or None
        try:
            hub = self._runtime.ready()
            profile = profile_of(self.current_user)
            rights = await rights_of(self, self.current_user)
            await hub.meet(profile)
            readers = hub.may_read_documents
            readers[profile.participant_id] = await may_read_documents(self, self.current_user)
            session = await hub.admit(session_id, profile)
            self._connection = await hub.connect(
                session,
                self,
                profile,
                rights,
                after=int(after) if after.isascii() and after.isdigit() else None,
                epoch=epoch,
            )
        except Refusal as refusal:
            self._end(
                refusal.code, refusal.message, CLOSE_FOR.get(refusal.code, CloseCode.FORBIDDEN)
            )
            return
        except (StoreNotReady, StoreUnavailable) as problem:
            self._end(ErrorCode.NOT_READY, str(problem), CloseCode.STORAGE)
            return
        assert self._runtime.rates is not None
        self._inbox = Inbox(hub, self._runtime.rates, self._connection)
        self._alive = asyncio.create_task(self._stay_alive(hub.settings.ping_interval))
        if self.ws_connection is None:  # gone while we were busy
            self.on_close()

    async def on_message(self, message: str | bytes) -> None:
        """A frame from the browser; anything before the welcome is too early."""
        if self._inbox is not None:
            await self._inbox.receive(message)

    def on_close(self) -> None:
        """The socket is gone."""
        if self._alive is not None:
            self._alive.cancel()
        if self._connection is not None:
            hub = self._runtime.hub
            if hub is not None:
                hub.disconnect(self._connection)
            self._connection = None
            self._inbox = None

    # --- hub.connection.Socket ------------------------------------------------------------

    def write(self, frame: bytes) -> Awaitable[None] | None:  # type: ignore[override]
        """Send a text frame.

        Writes the frame to the stream itself: ``write_message`` starts a task per call, which
        costs more than the frame (benchmarks/ compares).
        """
        protocol = self.ws_connection
        if protocol is None or protocol.is_closing():
            return None
        stream = protocol.stream
        try:
            written = stream.write(text_header(len(frame)) + frame)
        except StreamClosedError:
            return None
        return _drained(written) if stream.writing() else None

    # close(code, reason) is WebSocketHandler's own

    # --- inside ---------------------------------------------------------------------------

    def _end(self, code: ErrorCode, message: str, close: CloseCode) -> None:
        self.write(join_frame([encode(Rejected(ref=None, code=code, message=message))]))
        self.close(int(close), message.encode()[:120].decode(errors="ignore"))

    async def _stay_alive(self, interval: float) -> None:
        """A visible ping for the browser, and another look at what this account may do."""
        loop = asyncio.get_running_loop()
        checked = loop.time()
        while True:
            await asyncio.sleep(interval)
            self.write(PING)
            connection = self._connection
            if connection is not None and loop.time() - checked >= REAUTHORISE_EVERY:
                checked = loop.time()
                user = await ensure_async(self.identity_provider.get_user(self))
                if user is None or user.username != self.current_user.username:
                    connection.drop(CloseCode.FORBIDDEN, "you are no longer logged in")
                    return
                connection.rights = await rights_of(self, user)
                if not connection.rights.read:
                    connection.drop(CloseCode.FORBIDDEN, "your access was withdrawn")
                    return


async def _drained(written: Awaitable[None]) -> None:
    try:
        await written
    except StreamClosedError:
        return  # on_close tells the hub


def text_header(length: int) -> bytes:
    """The header of one unfragmented, unmasked text frame (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x81, length))
    if length < 1 << 16:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
