"""A session's state as the sum of its events."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ..protocol.base import Durable
from ..protocol.chat import (
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageReacted,
    Thread,
)
from ..protocol.context import ContextChanged, ContextDeleted, ContextEntry
from ..protocol.invites import Invite, InviteAccepted, InviteCreated, InviteRevoked
from ..protocol.participants import (
    Membership,
    Participant,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantMuted,
    ParticipantRemoved,
    ParticipantUnbanned,
    RoleChanged,
)
from ..protocol.runs import Run, RunFinished, RunQueued, RunStarted, RunStatus
from ..protocol.sessions import (
    ActiveFileChanged,
    FilesChanged,
    HistoryAccessChanged,
    SessionArchived,
    SessionCreated,
    SessionMuted,
    SessionRenamed,
    SessionReopened,
    SessionState,
    SessionStatus,
)

MAX_FINISHED_RUNS = 100
OPEN_RUNS = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})


def apply(state: SessionState | None, event: Durable) -> SessionState:
    """The state after ``event``; ``state`` is None before the first one only.

    Raises ``ValueError`` or ``KeyError`` for an event that cannot come here, ``TypeError`` for
    one that belongs to no log.
    """
    if isinstance(event, SessionCreated):
        if state is not None:
            raise ValueError("a session is created once")
        return _created(event)
    if state is None:
        raise ValueError("the first event of a session is session.created")
    change = _CHANGES.get(type(event))
    if change is None:
        raise TypeError(f"{type(event).__name__} is not an event of a session's log")
    return change(state, event)


def _created(event: SessionCreated) -> SessionState:
    return SessionState(
        session_id=event.session_id,
        name=event.name,
        status=SessionStatus.ACTIVE,
        private=event.private,
        default=event.default,
        history=event.history,
        muted=False,
        created_at=event.at,
        created_by=event.actor,
        active_file=None,
        files=event.files,
        participants={},
        invites={},
        context={},
        threads={},
        runs={},
        last_seq=event.seq,
        message_count=0,
    )


def _renamed(state: SessionState, event: SessionRenamed) -> SessionState:
    return replace(state, last_seq=event.seq, name=event.name)


def _archived(state: SessionState, event: SessionArchived) -> SessionState:
    return replace(state, last_seq=event.seq, status=SessionStatus.ARCHIVED)


def _reopened(state: SessionState, event: SessionReopened) -> SessionState:
    return replace(state, last_seq=event.seq, status=SessionStatus.ACTIVE)


def _muted(state: SessionState, event: SessionMuted) -> SessionState:
    return replace(state, last_seq=event.seq, muted=event.muted)


def _history(state: SessionState, event: HistoryAccessChanged) -> SessionState:
    return replace(state, last_seq=event.seq, history=event.history)


def _files(state: SessionState, event: FilesChanged) -> SessionState:
    return replace(state, last_seq=event.seq, files=event.files)


def _active_file(state: SessionState, event: ActiveFileChanged) -> SessionState:
    return replace(state, last_seq=event.seq, active_file=event.path)


def _joined(state: SessionState, event: ParticipantJoined) -> SessionState:
    participant_id = event.profile.participant_id
    before = state.participants.get(participant_id)
    if before is not None and before.membership is Membership.MEMBER:
        # a member whose profile is another one now: they joined when they joined
        participant = replace(before, profile=event.profile, role=event.role)
    else:
        participant = Participant(
            profile=event.profile,
            role=event.role,
            membership=Membership.MEMBER,
            joined_at=event.at,
            joined_seq=event.seq,
            # leaving and coming back is no way out of a mute
            muted=before is not None and before.muted,
        )
    return replace(
        state,
        last_seq=event.seq,
        participants={**state.participants, participant_id: participant},
    )


def _participant(
    state: SessionState, seq: int, participant_id: str, **changes: Any
) -> SessionState:
    changed = replace(state.participants[participant_id], **changes)
    return replace(
        state, last_seq=seq, participants={**state.participants, participant_id: changed}
    )


def _left(state: SessionState, event: ParticipantLeft) -> SessionState:
    return _participant(state, event.seq, event.participant_id, membership=Membership.LEFT)


def _removed(state: SessionState, event: ParticipantRemoved) -> SessionState:
    membership = Membership.BANNED if event.banned else Membership.REMOVED
    return _participant(state, event.seq, event.participant_id, membership=membership)


def _unbanned(state: SessionState, event: ParticipantUnbanned) -> SessionState:
    # like somebody who left: may be invited, and may come in where the door is open
    return _participant(state, event.seq, event.participant_id, membership=Membership.LEFT)


def _role_changed(state: SessionState, event: RoleChanged) -> SessionState:
    return _participant(state, event.seq, event.participant_id, role=event.role)


def _participant_muted(state: SessionState, event: ParticipantMuted) -> SessionState:
    return _participant(state, event.seq, event.participant_id, muted=event.muted)


def _posted(state: SessionState, event: MessagePosted) -> SessionState:
    count = state.message_count + 1
    if event.thread_id is None and event.anchor is None:
        return replace(state, last_seq=event.seq, message_count=count)
    thread = _grown(state, event)
    return replace(
        state,
        last_seq=event.seq,
        message_count=count,
        threads={**state.threads, thread.thread_id: thread},
    )


def _grown(state: SessionState, event: MessagePosted) -> Thread:
    if event.thread_id is None:
        return Thread(
            thread_id=event.message_id,
            anchor=event.anchor,
            replies=0,
            last_seq=event.seq,
            last_at=event.at,
            participants=[event.actor],
        )
    before = state.threads.get(event.thread_id)
    if before is None:
        return Thread(
            thread_id=event.thread_id,
            anchor=event.anchor,
            replies=1,
            last_seq=event.seq,
            last_at=event.at,
            participants=[event.actor],
        )
    writers = before.participants
    if event.actor not in writers:
        writers = [*writers, event.actor]
    return replace(
        before,
        replies=before.replies + 1,
        last_seq=event.seq,
        last_at=event.at,
        participants=writers,
    )


def _message_changed(
    state: SessionState, event: MessageEdited | MessageDeleted | MessageReacted
) -> SessionState:
    return replace(state, last_seq=event.seq)


def _context_changed(state: SessionState, event: ContextChanged) -> SessionState:
    entry = ContextEntry(value=event.value, version=event.version, at=event.at, by=event.actor)
    return replace(state, last_seq=event.seq, context={**state.context, event.key: entry})


def _context_deleted(state: SessionState, event: ContextDeleted) -> SessionState:
    context = {key: entry for key, entry in state.context.items() if key != event.key}
    return replace(state, last_seq=event.seq, context=context)


def _invited(state: SessionState, event: InviteCreated) -> SessionState:
    invite = Invite(
        invite_id=event.invite_id,
        participant_id=event.participant_id,
        role=event.role,
        by=event.actor,
        at=event.at,
        expires_at=event.expires_at,
        uses_left=event.uses_left,
    )
    return replace(state, last_seq=event.seq, invites={**state.invites, invite.invite_id: invite})


def _invite_used(state: SessionState, event: InviteAccepted) -> SessionState:
    invites = dict(state.invites)
    invite = invites.pop(event.invite_id, None)
    if invite is not None and invite.participant_id is None:
        if invite.uses_left is None:
            invites[event.invite_id] = invite
        elif invite.uses_left > 1:
            invites[event.invite_id] = replace(invite, uses_left=invite.uses_left - 1)
    return replace(state, last_seq=event.seq, invites=invites)


def _invite_revoked(state: SessionState, event: InviteRevoked) -> SessionState:
    invites = {key: invite for key, invite in state.invites.items() if key != event.invite_id}
    return replace(state, last_seq=event.seq, invites=invites)


def _run_queued(state: SessionState, event: RunQueued) -> SessionState:
    run = Run(
        run_id=event.run_id,
        agent_id=event.agent_id,
        asked_by=event.asked_by,
        trigger=event.trigger,
        status=RunStatus.QUEUED,
        at=event.at,
        ended_at=None,
        error=None,
        steps=0,
    )
    return replace(state, last_seq=event.seq, runs={**state.runs, run.run_id: run})


def _run_started(state: SessionState, event: RunStarted) -> SessionState:
    run = replace(state.runs[event.run_id], status=RunStatus.RUNNING)
    return replace(state, last_seq=event.seq, runs={**state.runs, run.run_id: run})


def _run_finished(state: SessionState, event: RunFinished) -> SessionState:
    finished = replace(
        state.runs[event.run_id],
        status=event.status,
        ended_at=event.at,
        error=event.error,
        steps=event.steps,
    )
    runs = {**state.runs, event.run_id: finished}
    # the oldest endings go; the run that ended just now stays, whatever the clock says
    ended = sorted(
        (run.ended_at or 0, run.run_id)
        for run in runs.values()
        if run.status not in OPEN_RUNS and run.run_id != event.run_id
    )
    for _, run_id in ended[: max(0, len(ended) + 1 - MAX_FINISHED_RUNS)]:
        del runs[run_id]
    return replace(state, last_seq=event.seq, runs=runs)


_CHANGES: dict[type[Durable], Callable[[SessionState, Any], SessionState]] = {
    SessionRenamed: _renamed,
    SessionArchived: _archived,
    SessionReopened: _reopened,
    SessionMuted: _muted,
    HistoryAccessChanged: _history,
    FilesChanged: _files,
    ActiveFileChanged: _active_file,
    ParticipantJoined: _joined,
    ParticipantLeft: _left,
    ParticipantRemoved: _removed,
    ParticipantUnbanned: _unbanned,
    RoleChanged: _role_changed,
    ParticipantMuted: _participant_muted,
    MessagePosted: _posted,
    MessageEdited: _message_changed,
    MessageDeleted: _message_changed,
    MessageReacted: _message_changed,
    ContextChanged: _context_changed,
    ContextDeleted: _context_deleted,
    InviteCreated: _invited,
    InviteAccepted: _invite_used,
    InviteRevoked: _invite_revoked,
    RunQueued: _run_queued,
    RunStarted: _run_started,
    RunFinished: _run_finished,
}
