import pytest

from jupyter_collab_agents.domain.runs import queue_run
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.protocol.runs import RunStatus
from jupyter_collab_agents.protocol.sessions import (
    ArchiveSession,
    DeleteSession,
    HistoryAccess,
    MuteSession,
    RenameSession,
    ReopenSession,
    SessionStatus,
    SetActiveFile,
    SetFiles,
    SetHistoryAccess,
)

from .scene import ANN, BEN, CLEO, ECHO, Scene, refused

RENAME = RenameSession(ref="r", name="Other")
ARCHIVE = ArchiveSession(ref="r")
REOPEN = ReopenSession(ref="r")
DELETE = DeleteSession(ref="r")
MUTE = MuteSession(ref="r", muted=True)
HISTORY = SetHistoryAccess(ref="r", history=HistoryAccess.SINCE_JOINED)
FILES = SetFiles(ref="r", files=["a.ipynb", "./a.ipynb", "b/c.csv"])
ACTIVE = SetActiveFile(ref="r", path="./a.ipynb")


@pytest.fixture
def scene():
    scene = Scene()
    scene.add(BEN, Role.EDITOR)
    scene.add(CLEO, Role.COMMENTER)
    return scene


def run(scene):
    queued = queue_run(
        scene.state,
        agent_id=ECHO.participant_id,
        asked_by=ANN.participant_id,
        trigger=None,
        now=scene.now,
        mint=scene.mint,
    )
    return scene.record(queued).events[0].run_id


@pytest.mark.parametrize("command", [RENAME, HISTORY, FILES, ACTIVE, MUTE], ids=str)
def test_asking_twice_changes_once(scene, command):
    assert scene.do(command).exclusive
    before = scene.state
    again = scene.do(command)
    assert again.events == []
    assert scene.state is before


@pytest.mark.parametrize("command", [RENAME, FILES, ACTIVE], ids=str)
def test_editors_may_commenters_may_not(scene, command):
    with refused(ErrorCode.FORBIDDEN, "Only editors and owners"):
        scene.do(command, CLEO)
    assert scene.do(command, BEN).events


@pytest.mark.parametrize("command", [HISTORY, MUTE, ARCHIVE, REOPEN, DELETE], ids=str)
def test_only_owners_may(scene, command):
    with refused(ErrorCode.FORBIDDEN, "Only an owner"):
        scene.do(command, BEN)


@pytest.mark.parametrize("command", [RENAME, FILES, ACTIVE, HISTORY, MUTE], ids=str)
def test_archived_sessions_do_not_change(scene, command):
    scene.do(ARCHIVE)
    with refused(ErrorCode.ARCHIVED):
        scene.do(command)


def test_a_session_has_another_name(scene):
    scene.do(RenameSession(ref="r", name="  Sales\u202e  2024 "))
    assert scene.state.name == "Sales 2024"
    with refused(ErrorCode.INVALID, "The session's name"):
        scene.do(RenameSession(ref="r", name="\u200b"))


def test_archiving_and_reopening_undo_each_other(scene):
    scene.do(ARCHIVE)
    assert scene.state.status is SessionStatus.ARCHIVED
    assert scene.do(ARCHIVE).events == []
    with refused(ErrorCode.FORBIDDEN, "Only an owner"):
        scene.do(ARCHIVE, BEN)
    scene.do(REOPEN)
    assert scene.state.status is SessionStatus.ACTIVE
    assert scene.do(REOPEN).events == []


def test_archiving_stops_agents(scene):
    run_id = run(scene)
    scene.do(ARCHIVE)
    assert scene.state.runs[run_id].status is RunStatus.CANCELLED


def test_muting_the_session_stops_agents_and_unmuting_does_not(scene):
    run_id = run(scene)
    scene.do(MUTE)
    assert scene.state.muted
    assert scene.state.runs[run_id].status is RunStatus.CANCELLED
    assert len(scene.do(MuteSession(ref="r", muted=False)).events) == 1


def test_deleting_is_checked_and_leaves_no_event(scene):
    decision = scene.ask(DELETE)
    assert (decision.events, decision.exclusive) == ([], True)
    scene.do(ARCHIVE)
    assert scene.ask(DELETE).events == []


def test_files_are_clean_and_each_counts_once(scene):
    scene.do(FILES)
    assert scene.state.files == ["a.ipynb", "b/c.csv"]
    with refused(ErrorCode.FORBIDDEN, "outside"):
        scene.do(SetFiles(ref="r", files=["a", "../b"]))
    with refused(ErrorCode.INVALID, "at most 100"):
        scene.do(SetFiles(ref="r", files=["a"] * 101))


def test_the_active_file_is_one_or_none(scene):
    scene.do(ACTIVE)
    assert scene.state.active_file == "a.ipynb"
    with refused(ErrorCode.FORBIDDEN, "hidden"):
        scene.do(SetActiveFile(ref="r", path=".env"))
    scene.do(SetActiveFile(ref="r", path=None))
    assert scene.state.active_file is None
