import pytest

from jupyter_collab_agents.domain import runs
from jupyter_collab_agents.domain.runs import MAX_OPEN_RUNS
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import MuteParticipant, RemoveParticipant, Role
from jupyter_collab_agents.protocol.runs import CancelRun, RunStatus, StartRun
from jupyter_collab_agents.protocol.sessions import ArchiveSession, MuteSession

from .scene import BEN, CLEO, DAN, NOTEBOOK, READ_ONLY, Scene, refused

ASK = StartRun(ref="r", agent_id="agent:echo", task="say hello")


@pytest.fixture
def scene():
    scene = Scene()
    scene.add(BEN, Role.EDITOR)
    scene.add(CLEO, Role.COMMENTER)
    scene.add(DAN, Role.VIEWER)
    return scene


def queue(scene, agent_id="agent:echo"):
    return runs.queue_run(
        scene.state,
        agent_id=agent_id,
        asked_by="user:cleo",
        trigger="m5",
        now=scene.now,
        mint=scene.mint,
    )


def queued(scene):
    return scene.record(queue(scene)).events[0].run_id


def cancel(run_id):
    return CancelRun(ref="r", run_id=run_id)


def test_a_run_is_queued_started_and_finished(scene):
    run_id = queued(scene)
    assert run_id.startswith("r")
    run = scene.state.runs[run_id]
    assert (run.status, run.asked_by, run.trigger) == (RunStatus.QUEUED, "user:cleo", "m5")
    scene.record(runs.start_run(scene.state, run_id, scene.now))
    assert scene.state.runs[run_id].status is RunStatus.RUNNING
    ended_at = scene.now
    finished = runs.finish_run(scene.state, run_id, RunStatus.FAILED, "no model", 3, scene.now)
    assert scene.record(finished).exclusive
    run = scene.state.runs[run_id]
    assert (run.status, run.error, run.steps, run.ended_at) == (
        RunStatus.FAILED,
        "no model",
        3,
        ended_at,
    )


def test_a_run_begins_once_and_ends_once(scene):
    run_id = queued(scene)
    scene.record(runs.start_run(scene.state, run_id, scene.now))
    with refused(ErrorCode.CONFLICT, "begun already"):
        runs.start_run(scene.state, run_id, scene.now)
    scene.record(runs.finish_run(scene.state, run_id, RunStatus.DONE, None, 0, scene.now))
    for late in (run_id, "r999"):
        with refused(ErrorCode.CONFLICT, "over"):
            runs.start_run(scene.state, late, scene.now)
        with refused(ErrorCode.CONFLICT, "over"):
            runs.finish_run(scene.state, late, RunStatus.DONE, None, 0, scene.now)


def test_running_is_not_an_ending(scene):
    run_id = queued(scene)
    with pytest.raises(ValueError, match="running"):
        runs.finish_run(scene.state, run_id, RunStatus.RUNNING, None, 0, scene.now)


def test_commenters_ask_agents_viewers_do_not(scene):
    decision = scene.do(ASK, CLEO)
    assert decision.exclusive
    (event,) = decision.events
    assert (event.agent_id, event.asked_by, event.trigger) == ("agent:echo", "user:cleo", None)
    with refused(ErrorCode.FORBIDDEN, "Viewers cannot ask agents"):
        scene.do(ASK, DAN)
    with refused(ErrorCode.FORBIDDEN, "may not execute"):
        scene.do(ASK, CLEO, READ_ONLY)
    with refused(ErrorCode.INVALID, "task is empty"):
        scene.do(StartRun(ref="r", agent_id="agent:echo", task=" "))


def test_only_agents_of_the_session_are_asked(scene):
    for agent_id in (NOTEBOOK.participant_id, "user:ben", "agent:nobody"):
        with refused(ErrorCode.NOT_FOUND, "Add it first"):
            queue(scene, agent_id)


def test_the_muted_do_not_answer(scene):
    scene.do(MuteParticipant(ref="r", participant_id="agent:echo", muted=True))
    with refused(ErrorCode.MUTED, "echo is muted"):
        queue(scene)
    scene.do(MuteParticipant(ref="r", participant_id="agent:echo", muted=False))
    scene.do(MuteSession(ref="r", muted=True))
    with refused(ErrorCode.MUTED, "This session is muted"):
        queue(scene)
    scene.do(ArchiveSession(ref="r"))
    with refused(ErrorCode.ARCHIVED):
        queue(scene)


def test_one_cancels_what_one_asked_and_editors_any(scene):
    mine, other = queued(scene), queued(scene)
    scene.add(DAN, Role.COMMENTER)
    scene.do(cancel(mine), CLEO)
    assert scene.state.runs[mine].status is RunStatus.CANCELLED
    assert scene.do(cancel(mine), CLEO).events == []
    scene.do(cancel(other), BEN)
    assert scene.state.runs[other].status is RunStatus.CANCELLED
    third = scene.do(ASK).events[0].run_id
    with refused(ErrorCode.FORBIDDEN, "Only editors and owners"):
        scene.do(cancel(third), CLEO)
    with refused(ErrorCode.FORBIDDEN, "Viewers"):
        scene.do(cancel(third), DAN)
    with refused(ErrorCode.NOT_FOUND, "no such run"):
        scene.do(cancel("r999"))


def test_an_agent_that_is_muted_or_removed_stops(scene):
    first = queued(scene)
    scene.do(MuteParticipant(ref="r", participant_id="agent:echo", muted=True), BEN)
    assert scene.state.runs[first].status is RunStatus.CANCELLED
    scene.do(MuteParticipant(ref="r", participant_id="agent:echo", muted=False), BEN)
    second = queued(scene)
    scene.do(RemoveParticipant(ref="r", participant_id="agent:echo"))
    assert scene.state.runs[second].status is RunStatus.CANCELLED


def test_too_many_waiting_runs_are_refused(scene):
    for _ in range(MAX_OPEN_RUNS):
        run_id = queued(scene)
    with refused(ErrorCode.BUSY, "waiting"):
        queue(scene)
    scene.do(cancel(run_id))
    queued(scene)


def test_a_restart_ends_what_was_open(scene):
    waiting, running, done = queued(scene), queued(scene), queued(scene)
    scene.record(runs.start_run(scene.state, running, scene.now))
    scene.record(runs.finish_run(scene.state, done, RunStatus.DONE, None, 0, scene.now))
    decision = scene.record(runs.interrupted(scene.state, now=scene.now))
    assert {event.run_id for event in decision.events} == {waiting, running}
    run = scene.state.runs[running]
    assert run.status is RunStatus.FAILED
    assert run.error == "The server was restarted while echo was answering. Ask again."
    assert decision.events[0].actor == "system"
    assert runs.interrupted(scene.state, now=scene.now).events == []
