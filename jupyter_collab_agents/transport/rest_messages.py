"""REST: the messages and the log of a session, and its transcript."""

import asyncio
import json
from collections.abc import AsyncIterator

from ..domain.errors import Refusal
from ..domain.export import to_jsonl, to_markdown, to_notebook
from ..domain.permissions import Action, require
from ..domain.visible import visible_since
from ..hub.live_session import LiveSession
from ..hub.records import stored_message
from ..protocol.chat import PostMessage
from ..protocol.errors import ErrorCode
from ..protocol.rest import MessagePage, MessageVersion, PostBody, Posted, SearchBody
from ..protocol.sessions import SessionState
from ..storage.store import StoredMessage
from .base import allowed
from .identity import RESOURCE
from .session_handler import SessionHandler, fresh_ref

PAGE_LIMIT = 500


class Messages(SessionHandler):
    """``sessions/{id}/messages``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """A page of messages before a seq, of all or of a thread."""
        before = self.number("before", None, low=1, high=2**53)
        limit = self.number("limit", self.hub.settings.page_size, low=1, high=PAGE_LIMIT) or 1
        thread = self.get_query_argument("thread", "") or None
        session, profile, _ = await self.opened(session_id)
        since = visible_since(session.state, profile.participant_id)
        stored = await self.hub.store.messages(
            session_id, before, limit + 1, since=since, thread_id=thread
        )
        self.answer(
            MessagePage(
                messages=[stored_message(s) for s in stored[-limit:]],
                has_earlier=len(stored) > limit,
            )
        )

    @allowed("write", RESOURCE)
    async def post(self, session_id: str) -> None:
        """Say something; a resend with the same ``ref`` answers as the first time."""
        body = self.body(PostBody)
        session, profile, rights = await self.opened(session_id)
        ref = body.ref or fresh_ref()
        command = PostMessage(
            ref=ref,
            body=body.body,
            reply_to=body.reply_to,
            anchor=body.anchor,
            attachments=body.attachments,
        )
        stored = await self.do(session, command, profile, rights)
        seq = stored.seq or 0
        events = await self.hub.store.events(session_id, seq - 1, 1)
        self.answer(Posted(seq=seq, message_id=events[0].message_id or ""), 201)


class Search(SessionHandler):
    """``sessions/{id}/search``."""

    stores = False

    @allowed("read", RESOURCE)
    async def post(self, session_id: str) -> None:
        """The messages that have all words, newest first."""
        body = self.body(SearchBody)
        session, profile, _ = await self.opened(session_id)
        since = visible_since(session.state, profile.participant_id)
        found = await self.hub.store.search([session_id], body.q, body.limit + 1, body.before)
        visible = [stored_message(s) for s in found if s.seq > since]
        page = visible[: body.limit]
        self.answer(MessagePage(messages=page, has_earlier=len(visible) > len(page)))


class MessageHistory(SessionHandler):
    """``sessions/{id}/messages/{message_id}/history``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str, message_id: str) -> None:
        """Every text a message had, oldest first; erased ones are not listed."""
        session, profile, _ = await self.opened(session_id)
        stored = await self.hub.store.events_of_message(session_id, message_id)
        if not stored or stored[0].seq <= visible_since(session.state, profile.participant_id):
            raise Refusal(ErrorCode.NOT_FOUND, "There is no such message.")
        versions = [
            MessageVersion(seq=s.seq, at=s.at, body=s.body) for s in stored if s.body is not None
        ]
        self.answer(versions)


class Events(SessionHandler):
    """``sessions/{id}/events``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """A page of the log."""
        after = self.number("after", 0, low=0, high=2**53) or 0
        limit = self.number("limit", 100, low=1, high=PAGE_LIMIT) or 1
        session, profile, _ = await self.opened(session_id)
        since = visible_since(session.state, profile.participant_id)
        stored = await self.hub.store.events(session_id, max(after, since), limit)
        self.answer(await session.visible_events(stored, since))


class Export(SessionHandler):
    """``sessions/{id}/export``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """The transcript as Markdown, notebook or JSON lines (the log itself)."""
        form = self.get_query_argument("format", "md")
        session, profile, rights = await self.opened(session_id)
        require(session.state, profile.participant_id, rights, Action.EXPORT)
        since = visible_since(session.state, profile.participant_id)
        name = "".join(c if c.isalnum() or c in " -_" else "_" for c in session.state.name)
        kinds = {
            "md": "text/markdown; charset=utf-8",
            "ipynb": "application/x-ipynb+json",
            "jsonl": "application/x-ndjson",
        }
        if form not in kinds:
            raise Refusal(ErrorCode.INVALID, "'format' is one of md, ipynb, jsonl.")
        self.set_header("Content-Type", kinds[form])
        ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
        self.set_header("Content-Disposition", f'attachment; filename="{ascii_name}.{form}"')
        if form == "jsonl":
            async for line in self._lines(session, since):
                self.write(line)
                await self.flush()
            self.finish()
            return
        pages = [page async for page in self._pages(session, since)]
        state = session.state
        # a long transcript takes a while to write, and everybody shares this loop
        text = await asyncio.to_thread(_transcript, form, state, pages)
        self.finish(text, set_content_type=kinds[form])

    async def _lines(self, session: LiveSession, since: int) -> AsyncIterator[bytes]:
        position = since
        while page := await self.hub.store.events(session.session_id, position, PAGE_LIMIT):
            for line in to_jsonl(await session.visible_events(page, since)):
                yield line
            position = page[-1].seq

    async def _pages(self, session: LiveSession, since: int) -> AsyncIterator[list[StoredMessage]]:
        """Pages of messages, the newest first."""
        before: int | None = None
        while page := await self.hub.store.messages(
            session.session_id, before, PAGE_LIMIT, since=since
        ):
            yield page
            before = page[0].seq


def _transcript(form: str, state: SessionState, pages: list[list[StoredMessage]]) -> str:
    messages = [stored_message(one) for page in reversed(pages) for one in page]
    if form == "md":
        return to_markdown(state, messages)
    return json.dumps(to_notebook(state, messages), indent=1)
