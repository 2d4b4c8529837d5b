import msgspec
import pytest
from msgspec.structs import replace

from jupyter_collab_agents.domain.changes import CHANGES
from jupyter_collab_agents.domain.changes.runs import MAX_FINISHED_RUNS
from jupyter_collab_agents.domain.decisions import _RULES
from jupyter_collab_agents.domain.runs import finish_run, queue_run, start_run
from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.protocol.base import Ephemeral
from jupyter_collab_agents.protocol.chat import Anchor, Thread
from jupyter_collab_agents.protocol.frames import AnyDurable, AnyDurableCommand
from jupyter_collab_agents.protocol.participants import (
    LeaveSession,
    Membership,
    MuteParticipant,
    ParticipantJoined,
    Role,
)
from jupyter_collab_agents.protocol.runs import RunStatus
from jupyter_collab_agents.protocol.sessions import (
    HistoryAccess,
    RenameSession,
    SessionArchived,
    SessionCreated,
    SessionState,
    SessionStatus,
)

from .scene import ANN, BEN, ECHO, Scene

CREATED = SessionCreated(
    seq=1,
    at=5,
    actor="user:ann",
    session_id="s1",
    name="Sales",
    private=False,
    default=True,
    history=HistoryAccess.SINCE_JOINED,
    files=["a.ipynb"],
)


def test_every_event_and_every_command_has_its_rule():
    assert {*CHANGES, SessionCreated} == set(AnyDurable.__args__)
    assert set(_RULES) == set(AnyDurableCommand.__args__)


def test_the_first_event_makes_an_empty_session():
    assert apply(None, CREATED) == SessionState(
        session_id="s1",
        name="Sales",
        status=SessionStatus.ACTIVE,
        private=False,
        default=True,
        history=HistoryAccess.SINCE_JOINED,
        muted=False,
        created_at=5,
        created_by="user:ann",
        active_file=None,
        files=["a.ipynb"],
        participants={},
        invites={},
        context={},
        threads={},
        runs={},
        last_seq=1,
        message_count=0,
        context_floor=0,
        last_at=CREATED.at,
    )


def test_a_log_begins_once_and_with_its_creation():
    with pytest.raises(ValueError, match="once"):
        apply(apply(None, CREATED), CREATED)
    with pytest.raises(ValueError, match="first event"):
        apply(None, SessionArchived(seq=1, at=5, actor="user:ann", timeout=False))


def test_what_is_not_of_a_log_is_refused():
    class Stranger(Ephemeral):
        pass

    with pytest.raises(TypeError, match="Stranger"):
        apply(apply(None, CREATED), Stranger())


def test_a_plain_message_copies_nothing_large():
    scene = Scene()
    scene.say("a cell", anchor=Anchor(path="a.ipynb", cell_id="c1"))
    before = scene.state
    scene.say("hello")
    for name in ("participants", "threads", "runs", "context", "invites", "files"):
        assert getattr(scene.state, name) is getattr(before, name)
    assert scene.state.message_count == before.message_count + 1
    assert scene.state.last_seq == before.last_seq + 1


def test_a_state_is_never_changed_in_place():
    scene = Scene()
    before, copy = scene.state, msgspec.json.encode(scene.state)
    scene.add(BEN)
    scene.say("x", anchor=Anchor(path="a", cell_id=None))
    scene.do(RenameSession(ref="r", name="Other"))
    assert msgspec.json.encode(before) == copy


def test_threads_count_their_replies_and_writers():
    scene = Scene()
    scene.add(BEN)
    opener = scene.say("why?", anchor=Anchor(path="a.ipynb", cell_id="c1"))
    plain = scene.say("hello")
    scene.say("because", BEN, reply_to=opener.message_id)
    scene.say("I see", reply_to=opener.message_id)
    last = scene.say("hi", BEN, reply_to=plain.message_id)
    assert scene.state.threads == {
        opener.message_id: Thread(
            thread_id=opener.message_id,
            anchor=opener.anchor,
            replies=2,
            last_seq=last.seq - 1,
            last_at=last.at - 1000,
            participants=["user:ann", "user:ben"],
        ),
        plain.message_id: Thread(
            thread_id=plain.message_id,
            anchor=None,
            replies=1,
            last_seq=last.seq,
            last_at=last.at,
            participants=["user:ben"],
        ),
    }


def test_who_comes_back_has_a_new_place_and_the_old_mute():
    scene = Scene()
    scene.add(BEN)
    first = scene.state.participants["user:ben"]
    scene.do(MuteParticipant(ref="r", participant_id="user:ben", muted=True))
    scene.do(LeaveSession(ref="r"), BEN)
    assert scene.membership(BEN) is Membership.LEFT
    scene.add(BEN)
    again = scene.state.participants["user:ben"]
    assert again.membership is Membership.MEMBER
    assert again.joined_seq == scene.state.last_seq > first.joined_seq
    assert again.muted


def test_a_member_with_another_profile_joined_when_they_joined():
    scene = Scene()
    before = scene.state.participants["user:ann"]
    renamed = replace(ANN, name="Ann Lee")
    event = ParticipantJoined(
        seq=scene.state.last_seq + 1, at=9, actor="user:ann", profile=renamed, role=Role.OWNER
    )
    after = apply(scene.state, event).participants["user:ann"]
    assert after == replace(before, profile=renamed)


def test_all_open_runs_are_kept_and_the_newest_finished_ones():
    scene = Scene()

    def queue():
        queued = queue_run(
            scene.state,
            agent_id=ECHO.participant_id,
            asked_by="user:ann",
            trigger=None,
            now=scene.now,
            mint=scene.mint,
        )
        return scene.record(queued).events[0].run_id

    waiting = queue()
    started = queue()
    scene.record(start_run(scene.state, started, scene.now))
    ended = []
    for _ in range(MAX_FINISHED_RUNS + 5):
        run_id = queue()
        scene.record(finish_run(scene.state, run_id, RunStatus.DONE, None, 2, scene.now))
        ended.append(run_id)
    assert set(scene.state.runs) == {waiting, started, *ended[-MAX_FINISHED_RUNS:]}
    assert scene.state.runs[waiting].status is RunStatus.QUEUED
    assert scene.state.runs[started].status is RunStatus.RUNNING
    scene.now = 1  # a clock that went back
    scene.record(finish_run(scene.state, waiting, RunStatus.DONE, None, 0, scene.now))
    assert waiting in scene.state.runs
    assert len(scene.state.runs) == MAX_FINISHED_RUNS + 1


def test_a_state_survives_its_snapshot():
    scene = Scene()
    scene.say("x", anchor=Anchor(path="a", cell_id=None))
    assert msgspec.json.decode(msgspec.json.encode(scene.state), type=SessionState) == scene.state
