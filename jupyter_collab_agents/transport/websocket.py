"""``sessions/{id}/join``: one socket of one tab."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketHandler

from ..domain.errors import Refusal
from ..hub.admission import Resume
from ..hub.connection import Connection
from ..hub.hub import Hub
from ..hub.inbox import Inbox
from ..protocol.base import OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION
from ..protocol.errors import CloseCode, ErrorCode, Rejected
from ..protocol.frames import Ping, encode, join_frame
from ..storage.store import StoreNotReady, StoreUnavailable
from .base import write_problem
from .collector import collector
from .identity import RESOURCE, account_of, is_still, profile_of, rights_of
from .runtime import SETTINGS_KEY, Runtime
from .text_frames import TextFrames
from .turn_taking import take_shorter_turns

PING = join_frame([encode(Ping())])

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
    _guard: asyncio.Task[None] | None = None

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

    @ws_authenticated
    @authorized(action="read", resource=RESOURCE)  # type: ignore[untyped-decorator]
    async def get(self, session_id: str) -> None:  # type: ignore[override]
        """Upgrade, for whoever may read; everything else is said on the socket."""
        await WebSocketHandler.get(self, session_id)

    async def open(self, session_id: str) -> None:
        """Admit and welcome."""
        collector.spare_what_is_loaded()
        take_shorter_turns()
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
        try:
            hub = self._runtime.ready()
            profile = profile_of(self.current_user)
            rights = await rights_of(self, self.current_user)
            account = await account_of(self, self.current_user, rights)
            hub.accounts.note(profile.participant_id, account)
            await hub.meet(profile)
            session = await hub.admission.admit(session_id, profile)
            self._connection = await hub.admission.connect(
                session, TextFrames(self), profile, rights, self._resume()
            )
        except Refusal as refusal:
            self._end(
                refusal.code, refusal.message, CLOSE_FOR.get(refusal.code, CloseCode.FORBIDDEN)
            )
            return
        except (StoreNotReady, StoreUnavailable) as problem:
            self._end(ErrorCode.NOT_READY, str(problem), CloseCode.STORAGE)
            return
        self._inbox = Inbox(hub, self._connection)
        self._alive = asyncio.create_task(
            self._stay_alive(self._connection, hub.settings.ping_interval)
        )
        self._guard = asyncio.create_task(
            self._stay_authorised(hub, self._connection, hub.settings.reauthorise_interval)
        )
        if self.ws_connection is None:  # gone while we were busy
            self.on_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Before there is a socket, errors are answers like all others."""
        write_problem(self, status_code, kwargs.get("exc_info"))

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        """A frame from the browser; anything before the welcome is too early.

        Tornado reads the next frame when what is returned is done.
        """
        return None if self._inbox is None else self._inbox.take(message)

    def on_close(self) -> None:
        """The socket is gone."""
        for task in (self._alive, self._guard):
            if task is not None:
                task.cancel()
        if self._connection is not None:
            hub = self._runtime.hub
            if hub is not None:
                hub.admission.disconnect(self._connection)
            self._connection = None
            self._inbox = None

    def _resume(self) -> Resume | None:
        """How far the page has the log; null when it does not say so in numbers."""
        after, at = self._number("after"), self._number("at")
        epoch = self.get_query_argument("epoch", "")
        return Resume(after, epoch, at) if epoch and after is not None else None

    def _number(self, name: str) -> int | None:
        raw = self.get_query_argument(name, "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 17 else None

    # --- inside ---------------------------------------------------------------------------

    def _end(self, code: ErrorCode, message: str, close: CloseCode) -> None:
        socket = TextFrames(self)
        full = socket.write(join_frame([encode(Rejected(ref=None, code=code, message=message))]))
        if full is not None:
            asyncio.ensure_future(full)  # noqa: RUF006 - the socket closes in the same breath
        socket.close(close, message)

    async def _stay_alive(self, connection: Connection, interval: float) -> None:
        """A ping that a page can see."""
        while True:
            await asyncio.sleep(interval)
            full = connection.socket.write(PING)
            if full is not None:
                await full

    async def _stay_authorised(self, hub: Hub, connection: Connection, interval: float) -> None:
        """Another look at who this is and what the account may do, again and again."""
        while True:
            await asyncio.sleep(interval)
            try:
                withdrawn = await self._withdrawn(hub, connection)
            except Exception:
                # the identity provider does not answer: it is asked again next time
                self.log.exception("an open connection could not be authorised again")
                continue
            if withdrawn:
                connection.drop(CloseCode.FORBIDDEN, withdrawn)
                return

    async def _withdrawn(self, hub: Hub, connection: Connection) -> str | None:
        """Why this connection must end; null while it may stay."""
        if not await is_still(self, anonymous=connection.profile.anonymous):
            return "you are no longer logged in"
        me = self.current_user
        rights = await rights_of(self, me)
        hub.accounts.note(connection.participant_id, await account_of(self, me, rights))
        connection.authorise(rights)
        return None if rights.read else "your access was withdrawn"
