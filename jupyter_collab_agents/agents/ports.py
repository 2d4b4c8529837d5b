"""What the runner needs from the hub: runs, streams, messages. An adapter brings both together."""

from typing import Protocol

from ..protocol.runs import RunStatus
from ..protocol.sessions import SessionState
from .agent import AgentContext, AgentTask


class Stream(Protocol):
    """A message that is being written."""

    def write(self, text: str) -> None:
        """Add a piece. Cheap, never waits; pieces travel together."""

    async def finish(self) -> str:
        """Post it for good; its message id. May raise Refusal."""

    def abort(self) -> None:
        """Take back what was shown; nothing when it has ended."""


class RunPort(Protocol):
    """The hub, as far as runs go. Never called from within a session's turn."""

    async def session(self, session_id: str) -> SessionState | None:
        """The session as it is now, null if there is none."""

    def may_start_runs(self, participant_id: str) -> bool:
        """Whether the account of a person may start agents, also through other agents."""

    async def message_author(self, session_id: str, message_id: str) -> str | None:
        """Who wrote a message, null if there is no such message."""

    async def queue_run(
        self, session_id: str, agent_id: str, asked_by: str, trigger: str | None
    ) -> str:
        """Record that an agent was asked (``run.queued``); the run's id. May raise Refusal."""

    async def start_run(self, session_id: str, run_id: str) -> None:
        """Record that the agent began (``run.started``). Refusal if the run is over already."""

    async def finish_run(
        self, session_id: str, run_id: str, status: RunStatus, error: str | None, steps: int
    ) -> None:
        """Record how it ended (``run.finished``); nothing if that is recorded already."""

    def open_stream(
        self, session_id: str, agent_id: str, run_id: str, thread_id: str | None
    ) -> Stream:
        """Begin a message of the agent."""

    def progress(self, session_id: str, run_id: str, agent_id: str, note: str) -> None:
        """Tell what the agent does now (``run.progress``)."""

    def context(self, session_id: str, task: AgentTask) -> AgentContext:
        """What the agent of this task may read."""
