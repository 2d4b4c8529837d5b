"""REST: sessions, their messages, context, participants, invitations, export."""

import json
import secrets
from collections.abc import AsyncIterator

import msgspec
from msgspec.structs import asdict

from ..domain.errors import Refusal
from ..domain.export import to_jsonl, to_markdown, to_notebook
from ..domain.membership import visible_since
from ..domain.permissions import Action, Rights, require
from ..hub.live_session import LiveSession, stored_event, stored_message
from ..hub.visible import visible_state
from ..protocol.chat import Message, PostMessage
from ..protocol.context import ContextChanged, ContextEntry, SetContext
from ..protocol.errors import ErrorCode
from ..protocol.frames import encode
from ..protocol.invites import CreateInvite, InviteCreated, RevokeInvite
from ..protocol.participants import Profile, RemoveParticipant, Role
from ..protocol.rest import (
    AcceptInvite,
    ContextHistory,
    CreatedSession,
    CreateSession,
    InviteBody,
    InviteLink,
    Joined,
    KnownPerson,
    MessagePage,
    MessageVersion,
    PatchSession,
    PostBody,
    Posted,
    PutContext,
    SessionDetails,
    SessionList,
)
from ..protocol.sessions import ArchiveSession, RenameSession, ReopenSession
from .base import CollabHandler, allowed
from .identity import RESOURCE

PAGE_LIMIT = 500


def _ref() -> str:
    return "rest-" + secrets.token_hex(12)


class SessionHandler(CollabHandler):
    """Base of everything below one session."""

    async def opened(self, session_id: str) -> tuple[LiveSession, Profile, Rights]:
        """The session, if it is open to whoever asks; the same 404 for absent and forbidden."""
        profile, rights = await self.me()
        session = await self.hub.admit(session_id, profile)
        require(session.state, profile.participant_id, rights, Action.READ)
        return session, profile, rights


class Sessions(CollabHandler):
    """``sessions``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """Mine, the default one, and the invitations that wait for me."""
        profile, _ = await self.me()
        default = await self.hub.default_session()
        self.answer(
            SessionList(
                you=profile.participant_id,
                default_session=default.session_id if default else None,
                sessions=await self.hub.sessions_of(profile),
                invitations=self.hub.invitations_of(profile),
            )
        )

    @allowed("write", RESOURCE)
    async def post(self) -> None:
        """Create a session and invite."""
        body = self.body(CreateSession)
        profile, rights = await self.me()
        session = await self.hub.create_session(
            profile,
            name=body.name,
            private=body.private,
            history=body.history,
            files=body.files,
        )
        try:
            for name in body.participants:
                await self._invite(session, name, body.role, profile, rights)
        except Refusal:
            await self.hub.erase_session(session, profile.participant_id)
            raise
        self.answer(
            CreatedSession(
                session_id=session.session_id,
                name=session.state.name,
                message="The session is open.",
            ),
            201,
        )

    async def _invite(
        self, session: LiveSession, name: str, role: Role, profile: Profile, rights: Rights
    ) -> None:
        participant_id = name if ":" in name else f"user:{name}"
        if participant_id != profile.participant_id:
            command = CreateInvite(ref=_ref(), participant_id=participant_id, role=role)
            await self.hub.command(session, command, profile, rights)


class Session(SessionHandler):
    """``sessions/{id}``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """The state of a session, and who is here now."""
        session, profile, _ = await self.opened(session_id)
        state = visible_state(session.state, profile.participant_id)
        self.answer(SessionDetails(**asdict(state), presence=session.presence.all()))

    @allowed("write", RESOURCE)
    async def patch(self, session_id: str) -> None:
        """Rename, archive, reopen."""
        body = self.body(PatchSession)
        session, profile, rights = await self.opened(session_id)
        if body.archived is False:
            await self.hub.command(session, ReopenSession(ref=_ref()), profile, rights)
        if body.name is not None:
            command = RenameSession(ref=_ref(), name=body.name)
            await self.hub.command(session, command, profile, rights)
        if body.archived is True:
            await self.hub.command(session, ArchiveSession(ref=_ref()), profile, rights)
        self.answer(session.state)

    @allowed("write", RESOURCE)
    async def delete(self, session_id: str) -> None:
        """Delete for good."""
        session, profile, rights = await self.opened(session_id)
        await self.hub.delete_session(session.session_id, profile, rights)
        self.set_status(204)
        self.finish()


class Messages(SessionHandler):
    """``sessions/{id}/messages``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """A page of messages before a seq, of a thread, or those that a search finds."""
        before = self.number("before", None, low=1, high=2**53)
        limit = self.number("limit", self.hub.settings.page_size, low=1, high=PAGE_LIMIT) or 1
        query = self.get_query_argument("q", "")
        thread = self.get_query_argument("thread", "") or None
        session, profile, _ = await self.opened(session_id)
        since = visible_since(session.state, profile.participant_id)
        if query:
            found = await self.hub.store.search([session_id], query[:500], limit + 1, before)
            visible = [stored_message(s) for s in found if s.seq > since]
            self.answer(MessagePage(messages=visible[:limit], has_earlier=len(visible) > limit))
            return
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
        ref = body.ref or _ref()
        command = PostMessage(
            ref=ref,
            body=body.body,
            reply_to=body.reply_to,
            anchor=body.anchor,
            attachments=body.attachments,
        )
        stored = await self.hub.command(session, command, profile, rights)
        seq = stored.seq or 0
        events = await self.hub.store.events(session_id, seq - 1, 1)
        self.answer(Posted(seq=seq, message_id=events[0].message_id or ""), 201)


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
        messages = [m async for m in self._messages(session, since)]
        if form == "md":
            text = to_markdown(session.state, messages)
        else:
            text = json.dumps(to_notebook(session.state, messages), indent=1)
        self.finish(text, set_content_type=kinds[form])

    async def _lines(self, session: LiveSession, since: int) -> AsyncIterator[bytes]:
        position = since
        while page := await self.hub.store.events(session.session_id, position, PAGE_LIMIT):
            for line in to_jsonl(await session.visible_events(page, since)):
                yield line
            position = page[-1].seq

    async def _messages(self, session: LiveSession, since: int) -> AsyncIterator[Message]:
        pages = []
        before: int | None = None
        while page := await self.hub.store.messages(
            session.session_id, before, PAGE_LIMIT, since=since
        ):
            pages.append(page)
            before = page[0].seq
        for page in reversed(pages):
            for stored in page:
                yield stored_message(stored)


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
        command = _checked(
            SetContext(ref=_ref(), key=key, value=body.value, base_version=body.base_version)
        )
        await self.hub.command(session, command, profile, rights)
        self.answer(session.state.context[key])


class Participant(SessionHandler):
    """``sessions/{id}/participants/{pid}``."""

    @allowed("write", RESOURCE)
    async def delete(self, session_id: str, participant_id: str) -> None:
        """Remove, or with ``?ban=1`` ban."""
        session, profile, rights = await self.opened(session_id)
        ban = self.get_query_argument("ban", "") in ("1", "true")
        command = RemoveParticipant(ref=_ref(), participant_id=participant_id, ban=ban)
        await self.hub.command(session, command, profile, rights)
        self.set_status(204)
        self.finish()


class Invites(SessionHandler):
    """``sessions/{id}/invites``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """Open invitations with their links, for whoever may invite."""
        session, profile, rights = await self.opened(session_id)
        require(session.state, profile.participant_id, rights, Action.INVITE)
        links = [self._link(session, invite_id) for invite_id in session.state.invites]
        self.answer(links)

    @allowed("write", RESOURCE)
    async def post(self, session_id: str) -> None:
        """Invite a known participant, or make a link."""
        body = self.body(InviteBody)
        session, profile, rights = await self.opened(session_id)
        command = CreateInvite(
            ref=_ref(),
            role=body.role,
            participant_id=body.participant_id,
            expires_in=body.expires_in,
            uses=body.uses,
        )
        stored = await self.hub.command(session, command, profile, rights)
        created = next((e for e in stored.events if isinstance(e, InviteCreated)), None)
        if created is None:
            raise Refusal(ErrorCode.CONFLICT, "This invitation is open already.")
        self.answer(self._link(session, created.invite_id), 201)

    def _link(self, session: LiveSession, invite_id: str) -> InviteLink:
        invite = session.state.invites[invite_id]
        named = invite.participant_id is not None
        token = None if named else self.hub.invite_token(session.session_id, invite_id)
        return InviteLink(invite=invite, token=token)


class Invite(SessionHandler):
    """``sessions/{id}/invites/{invite_id}``."""

    @allowed("write", RESOURCE)
    async def delete(self, session_id: str, invite_id: str) -> None:
        """Revoke."""
        session, profile, rights = await self.opened(session_id)
        command = RevokeInvite(ref=_ref(), invite_id=invite_id)
        await self.hub.command(session, command, profile, rights)
        self.set_status(204)
        self.finish()


class AcceptInvites(CollabHandler):
    """``invites/accept``. The token comes in the body: addresses end up in logs."""

    @allowed("write", RESOURCE)
    async def post(self) -> None:
        """Say yes to a link or a personal invitation, or no to a personal one."""
        body = self.body(AcceptInvite)
        profile, _ = await self.me()
        if body.token is not None:
            session_id, invite_id = self.hub.read_invite_token(body.token)
        elif body.session_id is not None and body.invite_id is not None:
            session_id, invite_id = body.session_id, body.invite_id
        else:
            raise Refusal(ErrorCode.INVALID, "Give a token, or session_id and invite_id.")
        if body.accept:
            session = await self.hub.accept_invite(profile, session_id, invite_id)
            self.answer(Joined(session_id=session_id, name=session.state.name))
        else:
            await self.hub.decline_invite(profile, session_id, invite_id)
            self.set_status(204)
            self.finish()


class People(CollabHandler):
    """``people``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """Who can be invited by name: everybody this server has seen."""
        await self.me()
        self.answer(
            [
                KnownPerson(
                    participant_id=p.participant_id,
                    name=p.name,
                    color=p.color,
                    initials=p.initials,
                )
                for p in self.hub.people()
            ]
        )


def _checked(command: SetContext) -> SetContext:
    """REST paths bring values past the decoder's checks; decode what we made."""
    try:
        return msgspec.json.decode(encode(command), type=SetContext)
    except msgspec.ValidationError as problem:
        raise Refusal(ErrorCode.INVALID, f"Not a key: {problem}") from problem
