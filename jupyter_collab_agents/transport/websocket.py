"""``sessions/{id}/join``: one socket of one tab."""

import asyncio
from typing import Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketHandler

from ..domain.errors import Refusal
from ..hub.admission import Resume
from ..hub.connection import Connection
from ..hub.hub import Hub
from ..hub.inbox import Inbox
from ..hub.settings import Settings
from ..protocol.base import OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION
from ..protocol.errors import CloseCode, ErrorCode, Rejected
from ..protocol.frames import Ping, encode, join_frame
from ..storage.store import StoreNotReady, StoreUnavailable
from .base import write_problem
from .collector import collector
from .frames import Frames
from .identity import RESOURCE, account_of, is_still, profile_of, rights_of
from .runtime import SETTINGS_KEY, Runtime
from .take_over import taken_over
from .turn_taking import take_shorter_turns

PING = join_frame([encode(Ping())])

CLOSE_FOR = {
    ErrorCode.NOT_READY: CloseCode.STORAGE,
    ErrorCode.BUSY: CloseCode.STORAGE,
    ErrorCode.SESSION_FULL: CloseCode.FORBIDDEN,
}


def _end(frames: Frames, code: ErrorCode, message: str, close: CloseCode) -> None:
    frames.write(join_frame([encode(Rejected(ref=None, code=code, message=message))]))
    frames.close(close, message)
    frames.serve(_overhear)  # for its part of the closing handshake


def _overhear(_: str | bytes) -> None:
    """What is sent by somebody who was not let in."""


class JoinHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Translates between Tornado and the hub."""

    auth_resource = RESOURCE
    ping_interval = 0.0
    """Tornado only shakes hands; ``_stay_alive`` pings."""

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
        """See the socket through, from its welcome to its end."""
        collector.spare_what_is_loaded()
        take_shorter_turns()
        hub = self._runtime.hub
        try:
            async with taken_over(self, hub.settings.max_frame if hub else 1024) as frames:
                connection = await self._admit(session_id, frames)
                if connection is not None:
                    await self._serve(connection, frames)
                await frames.closed
        except StreamClosedError:
            return

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Before there is a socket, errors are answers like all others."""
        write_problem(self, status_code, kwargs.get("exc_info"))

    def on_message(self, message: str | bytes) -> None:
        """Tornado reads nothing."""

    # --- inside ---------------------------------------------------------------------------

    async def _admit(self, session_id: str, frames: Frames) -> Connection | None:
        """A place in the session, or the reason on the socket."""
        version = self.get_query_argument("protocol", str(PROTOCOL_VERSION))
        supported = {str(v) for v in range(OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION + 1)}
        if version not in supported:
            text = "This page and the server do not match. Reload the page."
            _end(frames, ErrorCode.UNSUPPORTED_PROTOCOL, text, CloseCode.UNSUPPORTED_PROTOCOL)
            return None
        try:
            hub = self._runtime.ready()
            profile = profile_of(self.current_user)
            rights = await rights_of(self, self.current_user)
            account = await account_of(self, self.current_user, rights)
            hub.accounts.note(profile.participant_id, account)
            await hub.meet(profile)
            session = await hub.admission.admit(session_id, profile)
            return await hub.admission.connect(session, frames, profile, rights, self._resume())
        except Refusal as refusal:
            close = CLOSE_FOR.get(refusal.code, CloseCode.FORBIDDEN)
            _end(frames, refusal.code, refusal.message, close)
        except (StoreNotReady, StoreUnavailable) as problem:
            _end(frames, ErrorCode.NOT_READY, str(problem), CloseCode.STORAGE)
        return None

    async def _serve(self, connection: Connection, frames: Frames) -> None:
        """Until the socket is gone."""
        hub = self._runtime.ready()
        beside = [
            asyncio.create_task(work)
            for work in (
                self._stay_alive(hub.settings, frames),
                self._stay_authorised(hub, connection, hub.settings.reauthorise_interval),
            )
        ]
        try:
            frames.serve(Inbox(hub, connection).take)
            await frames.closed
        finally:
            for task in beside:
                task.cancel()
            hub.admission.disconnect(connection)

    def _resume(self) -> Resume | None:
        """How far the page has the log; null when it does not say so in numbers."""
        after, at = self._number("after"), self._number("at")
        epoch = self.get_query_argument("epoch", "")
        return Resume(after, epoch, at) if epoch and after is not None else None

    def _number(self, name: str) -> int | None:
        raw = self.get_query_argument(name, "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 17 else None

    async def _stay_alive(self, settings: Settings, frames: Frames) -> None:
        """A ping that a page can see, and one that must be answered."""
        loop = asyncio.get_running_loop()
        patience = min(settings.ping_timeout, settings.ping_interval)
        while True:
            await asyncio.sleep(settings.ping_interval - patience)
            asked = loop.time()
            frames.ping()
            full = frames.write(PING)
            await asyncio.sleep(patience)
            if full is not None:
                await full  # the hub has its own patience with a full socket
            elif frames.heard < asked:
                frames.abort()

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
