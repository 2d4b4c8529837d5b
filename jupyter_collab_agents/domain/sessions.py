"""The session itself: how it begins, its name, files, history, and whether it is open."""

from collections.abc import Sequence

from ..protocol.base import Durable
from ..protocol.errors import ErrorCode
from ..protocol.participants import Profile, Role
from ..protocol.sessions import (
    ActiveFileChanged,
    ArchiveSession,
    DeleteSession,
    FilesChanged,
    HistoryAccess,
    HistoryAccessChanged,
    MuteSession,
    RenameSession,
    ReopenSession,
    SessionArchived,
    SessionCreated,
    SessionMuted,
    SessionRenamed,
    SessionReopened,
    SessionState,
    SessionStatus,
    SetActiveFile,
    SetFiles,
    SetHistoryAccess,
)
from .decision import SYSTEM, Decision, Situation, exclusively, nothing
from .errors import Refusal
from .membership import joined
from .paths import clean_path, clean_paths
from .permissions import Action, role_of
from .runs import cancel_runs, has_open_run
from .text import clean_name

SESSION_NAME = "The session's name"
MAX_FILES = 100


def create(
    *,
    session_id: str,
    name: str,
    creator: Profile | None,
    private: bool,
    default: bool,
    history: HistoryAccess,
    files: Sequence[str],
    agents: Sequence[Profile],
    now: int,
) -> Decision:
    """A new session with its creator as owner (an anonymous one as editor) and agents.

    Without a ``creator`` the system makes it and it has no owner.
    """
    actor = SYSTEM if creator is None else creator.participant_id
    events: list[Durable] = [
        SessionCreated(
            seq=0,
            at=now,
            actor=actor,
            session_id=session_id,
            name=clean_name(name, what=SESSION_NAME),
            private=private,
            default=default,
            history=history,
            files=clean_paths(list(files)),
        )
    ]
    if creator is not None:
        events.append(joined(actor, creator, Role.OWNER, now))
    events.extend(joined(actor, agent, Role.COMMENTER, now) for agent in agents)
    return exclusively(events)


def rename(situation: Situation, command: RenameSession) -> Decision:
    """Another name."""
    situation.require(Action.RENAME)
    name = clean_name(command.name, what=SESSION_NAME)
    if name == situation.state.name:
        return nothing()
    return exclusively([SessionRenamed(seq=0, at=situation.now, actor=situation.who, name=name)])


def archive(situation: Situation, _command: ArchiveSession) -> Decision:
    """Put the session away; agents stop."""
    archived = situation.state.status is not SessionStatus.ACTIVE
    situation.require(Action.REOPEN if archived else Action.ARCHIVE)
    if archived:
        return nothing()
    who, now = situation.who, situation.now
    events: list[Durable] = [
        *cancel_runs(situation.state, actor=who, now=now),
        SessionArchived(seq=0, at=now, actor=who, timeout=False),
    ]
    return exclusively(events)


def reopen(situation: Situation, _command: ReopenSession) -> Decision:
    """Take the session up again."""
    situation.require(Action.REOPEN)
    if situation.state.status is SessionStatus.ACTIVE:
        return nothing()
    return exclusively([SessionReopened(seq=0, at=situation.now, actor=situation.who)])


def time_out(state: SessionState, *, now: int) -> Decision:
    """Put away a session where nobody is; never the default one, nor under a running agent."""
    if state.default or has_open_run(state) or state.status is not SessionStatus.ACTIVE:
        return nothing()
    return exclusively([SessionArchived(seq=0, at=now, actor=SYSTEM, timeout=True)])


def delete(situation: Situation, _command: DeleteSession) -> Decision:
    """Only the check: the log itself goes, so there is nothing to write into it."""
    situation.require(Action.DELETE_SESSION)
    return nothing()


def mute(situation: Situation, command: MuteSession) -> Decision:
    """Only owners post from now on, and agents stop; or everybody again."""
    situation.require(Action.MUTE)
    state, who, now = situation.state, situation.who, situation.now
    if role_of(state.participants[who]) is not Role.OWNER:
        raise Refusal(ErrorCode.FORBIDDEN, "Only an owner can mute the session.")
    if state.muted is command.muted:
        return nothing()
    events: list[Durable] = cancel_runs(state, actor=who, now=now) if command.muted else []
    return exclusively([*events, SessionMuted(seq=0, at=now, actor=who, muted=command.muted)])


def set_history(situation: Situation, command: SetHistoryAccess) -> Decision:
    """What newcomers see of earlier messages."""
    situation.require(Action.SET_HISTORY)
    if command.history is situation.state.history:
        return nothing()
    return exclusively(
        [
            HistoryAccessChanged(
                seq=0, at=situation.now, actor=situation.who, history=command.history
            )
        ]
    )


def set_files(situation: Situation, command: SetFiles) -> Decision:
    """The files that the session is about."""
    situation.require(Action.SET_FILES)
    if len(command.files) > MAX_FILES:
        raise Refusal(ErrorCode.INVALID, f"A session can have at most {MAX_FILES} files.")
    files = clean_paths(command.files)
    if files == situation.state.files:
        return nothing()
    return exclusively([FilesChanged(seq=0, at=situation.now, actor=situation.who, files=files)])


def set_active_file(situation: Situation, command: SetActiveFile) -> Decision:
    """The file that the session looks at, or none."""
    situation.require(Action.SET_ACTIVE_FILE)
    path = None if command.path is None else clean_path(command.path)
    if path == situation.state.active_file:
        return nothing()
    return exclusively([ActiveFileChanged(seq=0, at=situation.now, actor=situation.who, path=path)])
