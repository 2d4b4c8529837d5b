"""Agent runs: one answer from trigger to end."""

from enum import Enum
from typing import Annotated, Any

from msgspec import Meta

from .base import Command, Durable, Ephemeral, MessageId, Millis, ParticipantId, RunId, Wire


class RunStatus(str, Enum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Run(Wire, frozen=True):
    """A run. ``trigger`` is the message that asked, null for ``run.start``."""

    run_id: RunId
    agent_id: ParticipantId
    asked_by: ParticipantId
    trigger: MessageId | None
    status: RunStatus
    at: Millis
    ended_at: Millis | None
    error: str | None
    steps: int


class StartRun(Command, tag="run.start", frozen=True):
    """The mission's execute_task: ask an agent without a chat message."""

    agent_id: ParticipantId
    task: Annotated[str, Meta(min_length=1, max_length=16384)]
    context: dict[str, Any] = {}


class CancelRun(Command, tag="run.cancel", frozen=True):
    """Stop a run: its asker, or an editor."""

    run_id: RunId


class RunQueued(Durable, tag="run.queued", frozen=True):
    """An agent was asked."""

    run_id: RunId
    agent_id: ParticipantId
    asked_by: ParticipantId
    trigger: MessageId | None


class RunStarted(Durable, tag="run.started", frozen=True):
    """The agent began."""

    run_id: RunId


class RunFinished(Durable, tag="run.finished", frozen=True):
    """The run is over. ``error`` says in words why it failed; ``steps`` counts tool uses."""

    run_id: RunId
    status: RunStatus
    error: str | None
    steps: int


class RunProgress(Ephemeral, tag="run.progress", frozen=True):
    """What the agent does now, in a few words."""

    run_id: RunId
    agent_id: ParticipantId
    note: str


class AgentSummary(Wire, frozen=True):
    """A registered agent."""

    agent_id: ParticipantId
    name: str
    description: str
    capabilities: list[str]
    commands: list[str]
