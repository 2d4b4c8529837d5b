"""Agents' runs: asked, begun, ended."""

from collections.abc import Callable

from ..protocol.base import Durable
from ..protocol.errors import ErrorCode
from ..protocol.participants import Kind, Participant
from ..protocol.runs import CancelRun, Run, RunFinished, RunQueued, RunStarted, RunStatus, StartRun
from ..protocol.sessions import SessionState, SessionStatus
from .changes.runs import OPEN_RUNS
from .decision import SYSTEM, Decision, Situation, exclusively, nothing
from .errors import Refusal
from .permissions import Action, member

MAX_OPEN_RUNS = 100
"""Queued and running, in one session."""


def has_open_run(state: SessionState) -> bool:
    """Whether any run waits or is under way."""
    return any(run.status in OPEN_RUNS for run in state.runs.values())


def start(situation: Situation, command: StartRun) -> Decision:
    """Ask an agent without a message."""
    situation.require(Action.START_RUN)
    if not command.task.strip():
        raise Refusal(ErrorCode.INVALID, "The task is empty. Say what the agent should do.")
    return queue_run(
        situation.state,
        agent_id=command.agent_id,
        asked_by=situation.who,
        trigger=None,
        now=situation.now,
        mint=situation.mint,
    )


def cancel(situation: Situation, command: CancelRun) -> Decision:
    """Stop a run; one that has ended stays as it is."""
    situation.require(Action.CANCEL_OWN_RUN)
    run = situation.state.runs.get(command.run_id)
    if run is None:
        raise Refusal(ErrorCode.NOT_FOUND, "There is no such run in this session.")
    if run.asked_by != situation.who:
        situation.require(Action.CANCEL_ANY_RUN)
    if run.status not in OPEN_RUNS:
        return nothing()
    return exclusively([_cancelled(run, situation.who, situation.now)])


def queue_run(
    state: SessionState,
    *,
    agent_id: str,
    asked_by: str,
    trigger: str | None,
    now: int,
    mint: Callable[[str], str],
) -> Decision:
    """An agent is asked. ``trigger`` is the message that asked.

    Whether ``asked_by`` may ask is the caller's question. Refuses NOT_FOUND, MUTED, ARCHIVED,
    and BUSY when too many runs wait.
    """
    if state.status is not SessionStatus.ACTIVE:
        raise Refusal(ErrorCode.ARCHIVED, "This session is archived, so agents do not answer.")
    agent = _agent(state, agent_id)
    if agent.muted or state.muted:
        muted = agent.profile.name if agent.muted else "This session"
        raise Refusal(ErrorCode.MUTED, f"{muted} is muted, so there will be no answer.")
    if sum(run.status in OPEN_RUNS for run in state.runs.values()) >= MAX_OPEN_RUNS:
        raise Refusal(
            ErrorCode.BUSY,
            f"{MAX_OPEN_RUNS} runs are waiting here. Stop some, or ask again later.",
        )
    event = RunQueued(
        seq=0,
        at=now,
        actor=asked_by,
        run_id=mint("r"),
        agent_id=agent_id,
        asked_by=asked_by,
        trigger=trigger,
    )
    return exclusively([event])


def start_run(state: SessionState, run_id: str, now: int) -> Decision:
    """The agent begins. CONFLICT unless the run is waiting: it is begun once."""
    run = _open(state, run_id)
    if run.status is not RunStatus.QUEUED:
        raise Refusal(ErrorCode.CONFLICT, "This run has begun already.")
    return exclusively([RunStarted(seq=0, at=now, actor=run.agent_id, run_id=run_id)])


def finish_run(  # noqa: PLR0917 (six facts, each named by its type)
    state: SessionState,
    run_id: str,
    status: RunStatus,
    error: str | None,
    steps: int,
    now: int,
) -> Decision:
    """The run is over. CONFLICT if it is unknown or was over already (cancelled, say)."""
    run = _open(state, run_id)
    if status in OPEN_RUNS:
        raise ValueError(f"a run does not end as {status.value}")
    event = RunFinished(
        seq=0,
        at=now,
        actor=run.agent_id,
        run_id=run_id,
        status=status,
        error=error,
        steps=steps,
    )
    return exclusively([event])


def interrupted(state: SessionState, *, now: int) -> Decision:
    """After a restart nobody works on the open runs any more."""
    return exclusively(
        [
            RunFinished(
                seq=0,
                at=now,
                actor=SYSTEM,
                run_id=run.run_id,
                status=RunStatus.FAILED,
                error=f"The server was restarted while {_name(state, run.agent_id)} was "
                "answering. Ask again.",
                steps=run.steps,
            )
            for run in state.runs.values()
            if run.status in OPEN_RUNS
        ]
    )


def cancel_runs(
    state: SessionState, *, actor: str, now: int, agent_id: str | None = None
) -> list[Durable]:
    """What ends the open runs of an agent that has to stop; of all agents without one."""
    return [
        _cancelled(run, actor, now)
        for run in state.runs.values()
        if run.status in OPEN_RUNS and agent_id in {None, run.agent_id}
    ]


def _cancelled(run: Run, actor: str, now: int) -> RunFinished:
    return RunFinished(
        seq=0,
        at=now,
        actor=actor,
        run_id=run.run_id,
        status=RunStatus.CANCELLED,
        error=None,
        steps=run.steps,
    )


def _open(state: SessionState, run_id: str) -> Run:
    run = state.runs.get(run_id)
    if run is None or run.status not in OPEN_RUNS:
        raise Refusal(ErrorCode.CONFLICT, "This run is over.")
    return run


def _agent(state: SessionState, agent_id: str) -> Participant:
    agent = member(state, agent_id)
    if agent is None or agent.profile.kind is not Kind.AGENT:
        raise Refusal(ErrorCode.NOT_FOUND, "This agent is not in the session. Add it first.")
    return agent


def _name(state: SessionState, participant_id: str) -> str:
    participant = state.participants.get(participant_id)
    return participant_id if participant is None else participant.profile.name
