"""REST: the shared context of a session."""

from ..domain.errors import Refusal
from ..domain.visible import visible_since
from ..hub.records import stored_event
from ..protocol.context import ContextChanged, ContextEntry, SetContext
from ..protocol.errors import ErrorCode
from ..protocol.rest import ContextHistory, PutContext
from .base import allowed
from .identity import RESOURCE
from .session_handler import SessionHandler, fresh_ref

PAGE_LIMIT = 500


class Context(SessionHandler):
    """``sessions/{id}/context``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """All keys with values and versions."""
        session, _, _ = await self.opened(session_id)
        self.answer(session.state.context)


class ContextKey(SessionHandler):
    """``sessions/{id}/context/{key}``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str, key: str) -> None:
        """A key and its earlier values, newest first."""
        session, profile, _ = await self.opened(session_id)
        since = visible_since(session.state, profile.participant_id)
        history: list[ContextEntry] = []
        position = since
        while page := await self.hub.store.events(
            session_id, position, PAGE_LIMIT, types=["context.changed"]
        ):
            for stored in page:
                event = stored_event(stored)
                if isinstance(event, ContextChanged) and event.key == key:
                    history.append(
                        ContextEntry(
                            value=event.value, version=event.version, at=event.at, by=event.actor
                        )
                    )
            position = page[-1].seq
        current = session.state.context.get(key)
        if current is None and not history:
            raise Refusal(ErrorCode.NOT_FOUND, f"The shared context has no '{key}'.")
        self.answer(ContextHistory(key=key, current=current, history=history[::-1]))

    @allowed("write", RESOURCE)
    async def put(self, session_id: str, key: str) -> None:
        """Compare and set."""
        body = self.body(PutContext)
        session, profile, rights = await self.opened(session_id)
        command = SetContext(
            ref=fresh_ref(), key=key, value=body.value, base_version=body.base_version
        )
        await self.do(session, command, profile, rights)
        self.answer(session.state.context[key])
