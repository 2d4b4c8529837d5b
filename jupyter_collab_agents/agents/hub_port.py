"""The hub as the runner sees it (``ports.py``): every step of a run is a command like any other.

Each step has a ref of its own and is tried until the store has taken it, so that a store that
fails for a moment neither loses an answer nor leaves a run open.
"""

from collections.abc import Callable

from ..domain import runs
from ..domain.decisions import Decision
from ..domain.errors import Refusal
from ..hub.doors import mint
from ..hub.hub import Hub
from ..hub.live_session import LiveSession
from ..hub.tickets import ask
from ..protocol.chat import StreamStart
from ..protocol.errors import ErrorCode
from ..protocol.runs import RunProgress, RunStatus
from ..protocol.sessions import SessionState
from .agent import AgentContext, AgentTask
from .answer_stream import AnswerStream
from .ports import Stream
from .retry import Retry
from .session_context import Reader, SessionContext
from .storable_text import failure_text, storable


class HubPort:
    """Implements ``RunPort``."""

    def __init__(self, hub: Hub, reader: Reader) -> None:
        self._hub = hub
        self._reader = reader
        self._retry = Retry(hub.clock)

    def stop(self) -> None:
        """Wait no more for a store that does not answer."""
        self._retry.stop()

    async def session(self, session_id: str) -> SessionState | None:
        """The session as it is now."""
        try:
            return (await self._hub.open(session_id)).state
        except Refusal:
            return None

    def may_start_runs(self, participant_id: str) -> bool:
        """What the Authorizer said of the account's ``execute``, when last asked."""
        return self._hub.accounts.of(participant_id).runs

    async def message_author(self, session_id: str, message_id: str) -> str | None:
        """Who wrote a message."""
        session = await self._hub.open(session_id)
        message = (await session.messages.by_id({message_id})).get(message_id)
        return message.author if message else None

    async def queue_run(
        self, session_id: str, agent_id: str, asked_by: str, trigger: str | None
    ) -> str:
        """Record that an agent was asked."""
        run_id = mint("r")  # once: trying again means the same run

        def decided(state: SessionState, now: int) -> Decision:
            return runs.queue_run(
                state,
                agent_id=agent_id,
                asked_by=asked_by,
                trigger=trigger,
                now=now,
                mint=lambda _: run_id,
            )

        await self._retry.until_stored(
            f"the beginning of run {run_id}",
            lambda: self._ask(session_id, asked_by, f"queue-{run_id}", decided),
            even_if_busy=False,  # too many runs are open: whoever asked is told so now
        )
        return run_id

    async def start_run(self, session_id: str, run_id: str) -> None:
        """Record that the agent began."""
        await self._retry.until_stored(
            f"the start of run {run_id}", lambda: self._begin(session_id, run_id)
        )

    async def finish_run(
        self, session_id: str, run_id: str, status: RunStatus, error: str | None, steps: int
    ) -> None:
        """Record how it ended, unless that is recorded already."""
        words = None if error is None else failure_text(error)
        try:
            await self._retry.until_stored(
                f"the end of run {run_id}",
                lambda: self._finish(session_id, run_id, status, words, steps),
            )
        except Refusal as refusal:
            # ended meanwhile by somebody else, or gone with its session
            if refusal.code not in {ErrorCode.CONFLICT, ErrorCode.NOT_FOUND}:
                raise

    def open_stream(
        self, session_id: str, agent_id: str, run_id: str, thread_id: str | None
    ) -> Stream:
        """Begin a message of the agent."""
        session = self._live(session_id)
        now = self._hub.clock.now()
        return AnswerStream(
            self._hub,
            session,
            session.state.participants[agent_id].profile,
            StreamStart(author=agent_id, at=now, thread_id=thread_id, run_id=run_id),
            self._retry,
        )

    def progress(self, session_id: str, run_id: str, agent_id: str, note: str) -> None:
        """Tell what the agent does now."""
        session = self._hub.live_sessions.get(session_id)
        if session is not None:
            words = storable(note)
            session.presence.doing(agent_id, words)
            session.tell(RunProgress(run_id=run_id, agent_id=agent_id, note=words))

    def context(self, session_id: str, task: AgentTask) -> AgentContext:
        """What the agent of this task may read."""
        return SessionContext(self._hub, self._live(session_id), self._reader, task)

    async def _begin(self, session_id: str, run_id: str) -> None:
        session = await self._hub.open(session_id)
        run = session.state.runs.get(run_id)
        await self._ask(
            session_id,
            run_id if run is None else run.agent_id,
            f"begin-{run_id}",
            lambda state, now: runs.start_run(state, run_id, now),
        )

    async def _finish(
        self, session_id: str, run_id: str, status: RunStatus, error: str | None, steps: int
    ) -> None:
        session = await self._hub.open(session_id)
        run = session.state.runs.get(run_id)
        if run is None:
            return
        session.presence.doing(run.agent_id, None)
        if run.status not in {RunStatus.QUEUED, RunStatus.RUNNING}:
            return
        await self._ask(
            session_id,
            run.agent_id,
            f"finish-{run_id}",
            lambda state, now: runs.finish_run(state, run_id, status, error, steps, now),
        )

    async def _ask(
        self,
        session_id: str,
        author: str,
        ref: str,
        decided: Callable[[SessionState, int], Decision],
    ) -> None:
        session = await self._hub.open(session_id)
        await ask(session, lambda t: self._hub.doors.internal(author, decided, t, ref=ref))

    def _live(self, session_id: str) -> LiveSession:
        session = self._hub.live_sessions.get(session_id)
        if session is None:
            raise Refusal(ErrorCode.NOT_FOUND, "This session is closed.")
        return session
