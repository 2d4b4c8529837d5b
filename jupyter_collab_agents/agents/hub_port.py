"""The hub as the runner sees it (``ports.py``): every step of a run is a command like any other."""

from collections.abc import Mapping
from typing import Any, Protocol

from ..domain import runs
from ..domain.errors import Refusal
from ..domain.membership import visible_since
from ..domain.text import strip_controls
from ..hub.doors import mint
from ..hub.hub import Hub
from ..hub.live_session import LiveSession, stored_message
from ..hub.streams import Stream as HubStream
from ..protocol.chat import Message, StreamStart
from ..protocol.errors import ErrorCode
from ..protocol.participants import Profile
from ..protocol.presence import Location
from ..protocol.runs import RunProgress, RunQueued, RunStatus
from ..protocol.sessions import SessionState
from .agent import AgentContext, AgentTask, NotebookView
from .notebook.view import view_of
from .ports import Stream


class Notebook(Protocol):
    """A notebook's content (nbformat 4 JSON), and whether it is the live one."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def live(self) -> bool: ...  # noqa: D102
    @property
    def content(self) -> dict[str, Any]: ...  # noqa: D102


class Reader(Protocol):
    """What documents/ offers for reading."""

    async def notebook(self, path: str) -> Notebook:
        """A notebook as it stands. Raises ``Refusal``."""

    async def files_beside(self, path: str) -> list[str]:
        """Names in a document's folder."""


class HubPort:
    """Implements ``RunPort``."""

    def __init__(self, hub: Hub, reader: Reader) -> None:
        self._hub = hub
        self._reader = reader

    async def session(self, session_id: str) -> SessionState | None:
        """The session as it is now."""
        try:
            return (await self._hub.open(session_id)).state
        except Refusal:
            return None

    def may_start_runs(self, participant_id: str) -> bool:
        """What the Authorizer said of the account's ``execute``, when last asked."""
        agent = participant_id.startswith("agent:")
        return agent or self._hub.may_start_runs.get(participant_id, False)

    async def message_author(self, session_id: str, message_id: str) -> str | None:
        """Who wrote a message."""
        session = await self._hub.open(session_id)
        message = (await session.messages_by_id({message_id})).get(message_id)
        return message.author if message else None

    async def queue_run(
        self, session_id: str, agent_id: str, asked_by: str, trigger: str | None
    ) -> str:
        """Record that an agent was asked."""
        session = await self._hub.open(session_id)
        stored = await self._hub.ask(
            session,
            lambda t: self._hub.doors.internal(
                asked_by,
                lambda state, now: runs.queue_run(
                    state,
                    agent_id=agent_id,
                    asked_by=asked_by,
                    trigger=trigger,
                    now=now,
                    mint=mint,
                ),
                t,
            ),
        )
        return next(e.run_id for e in stored.events if isinstance(e, RunQueued))

    async def start_run(self, session_id: str, run_id: str) -> None:
        """Record that the agent began."""
        session = await self._hub.open(session_id)
        agent_id = session.state.runs[run_id].agent_id if run_id in session.state.runs else run_id
        await self._hub.ask(
            session,
            lambda t: self._hub.doors.internal(
                agent_id, lambda state, now: runs.start_run(state, run_id, now), t
            ),
        )

    async def finish_run(
        self, session_id: str, run_id: str, status: RunStatus, error: str | None, steps: int
    ) -> None:
        """Record how it ended, unless that is recorded already."""
        session = await self._hub.open(session_id)
        run = session.state.runs.get(run_id)
        if run is None:
            return
        session.presence.doing(run.agent_id, None)
        if run.status not in (RunStatus.QUEUED, RunStatus.RUNNING):
            return
        try:
            await self._hub.ask(
                session,
                lambda t: self._hub.doors.internal(
                    run.agent_id,
                    lambda state, now: runs.finish_run(state, run_id, status, error, steps, now),
                    t,
                ),
            )
        except Refusal as refusal:
            if refusal.code is not ErrorCode.CONFLICT:  # ended meanwhile by somebody else
                raise

    def open_stream(
        self, session_id: str, agent_id: str, run_id: str, thread_id: str | None
    ) -> Stream:
        """Begin a message of the agent."""
        session = self._hub.live_sessions[session_id]
        return _AgentStream(self._hub, session, agent_id, run_id, thread_id)

    def progress(self, session_id: str, run_id: str, agent_id: str, note: str) -> None:
        """Tell what the agent does now."""
        session = self._hub.live_sessions.get(session_id)
        if session is not None:
            session.presence.doing(agent_id, note)
            session.tell(RunProgress(run_id=run_id, agent_id=agent_id, note=note))

    def context(self, session_id: str, task: AgentTask) -> AgentContext:
        """What the agent of this task may read: what its asker may."""
        return _Context(self._hub, self._hub.live_sessions[session_id], self._reader, task)


class _AgentStream:
    def __init__(
        self,
        hub: Hub,
        session: LiveSession,
        agent_id: str,
        run_id: str,
        thread_id: str | None,
    ) -> None:
        self._hub = hub
        self._session = session
        self._agent: Profile = session.state.participants[agent_id].profile
        start = StreamStart(author=agent_id, at=hub.clock.now(), thread_id=thread_id, run_id=run_id)
        self._stream = HubStream(session, mint("m"), start, self._closed)
        session.streams[self._stream.message_id] = self._stream

    def _closed(self, stream: HubStream) -> None:
        self._session.streams.pop(stream.message_id, None)

    def write(self, text: str) -> None:
        self._stream.write(strip_controls(text))

    async def finish(self) -> str:
        stream = self._stream
        body = stream.close()
        try:
            await self._hub.ask(
                self._session,
                lambda t: self._hub.doors.finish_stream(
                    self._agent,
                    t,
                    message_id=stream.message_id,
                    body=body,
                    thread_id=stream.start.thread_id,
                    run_id=stream.start.run_id,
                    stream_start=stream.start_index,
                ),
            )
        except Refusal:
            stream.abort()
            raise
        return stream.message_id

    def abort(self) -> None:
        self._stream.abort()


class _Context:
    """Implements ``AgentContext``."""

    def __init__(self, hub: Hub, session: LiveSession, reader: Reader, task: AgentTask) -> None:
        self._hub = hub
        self._session = session
        self._reader = reader
        self._task = task

    async def read_notebook(self, path: str) -> NotebookView:
        """The notebook as it stands, if the asker may read documents."""
        if not self._hub.may_read_documents.get(self._task.asked_by.participant_id, False):
            raise Refusal(
                ErrorCode.FORBIDDEN, f"{self._task.asked_by.name} may not read files here."
            )
        found = await self._reader.notebook(path)
        return view_of(found.path, found.live, found.content)

    async def list_notebooks(self) -> list[str]:
        """Where people are first, then the session's files."""
        state = self._session.state
        places = [p.location.path for p in self._session.presence.all() if p.location is not None]
        active = [state.active_file] if state.active_file else []
        found = dict.fromkeys([*places, *active, *state.files])
        return [path for path in found if path.endswith(".ipynb")][:100]

    async def files_beside(self, path: str) -> list[str]:
        """Names in the folder of a file."""
        if not self._hub.may_read_documents.get(self._task.asked_by.participant_id, False):
            return []
        return await self._reader.files_beside(path)

    def session(self) -> SessionState:
        """The session as it is now."""
        return self._session.state

    async def recent_messages(self, limit: int) -> list[Message]:
        """The last messages of the task's conversation that its asker may see."""
        since = visible_since(self._session.state, self._task.asked_by.participant_id)
        stored = await self._hub.store.messages(
            self._session.session_id, None, limit, since=since, thread_id=self._task.thread_id
        )
        return [stored_message(one) for one in stored]

    async def location_of(self, participant_id: str) -> Location | None:
        """Where a participant is looking."""
        for presence in self._session.presence.all():
            if presence.participant_id == participant_id:
                return presence.location
        return None

    def shared_context(self) -> Mapping[str, Any]:
        """Values by key."""
        return {key: entry.value for key, entry in self._session.state.context.items()}
