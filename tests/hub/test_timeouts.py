"""Time passes: quiet sessions are put away, memory is given back, nothing is deleted."""

import asyncio

from jupyter_collab_agents.domain import runs
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.hub.tickets import ask
from jupyter_collab_agents.protocol.participants import Membership
from jupyter_collab_agents.protocol.sessions import SessionStatus
from jupyter_collab_agents.testing import FaultyStore, RunningHub, person

from .scene import ANN, NOA, log_of, wake_up

HOUR = 3600.0


async def test_a_session_that_nobody_is_in_is_archived_and_nothing_is_deleted(running):
    """SE6"""
    session = await running.session(ANN)
    ann = await running.connect(ANN, session.session_id)
    await ann.ask("chat.post", body="Hello")
    ann.leave()
    await wake_up(running, 1.9 * HOUR)
    assert session.state.status is SessionStatus.ACTIVE
    await wake_up(running, 0.2 * HOUR)
    assert session.state.status is SessionStatus.ARCHIVED
    log = await log_of(running.store, session.session_id)
    assert log[-1].timeout is True
    assert any(getattr(event, "body", None) == "Hello" for event in log)
    assert [s.status for s in await running.hub.sessions_of(ANN)] == [SessionStatus.ARCHIVED]


async def test_the_default_session_never_times_out(running):
    """SE6"""
    session = await running.hub.default_session()
    for _ in range(5):
        await wake_up(running, HOUR)
    assert (await running.hub.open(session.session_id)).state.status is SessionStatus.ACTIVE


def member_ids(session):
    return {
        participant_id
        for participant_id, one in session.state.participants.items()
        if one.membership is Membership.MEMBER
    }


async def test_an_anonymous_one_who_does_not_come_back_has_left_the_default_session(running):
    """ID5"""
    gone, stays = person("gone", anonymous=True), person("stays", anonymous=True)
    session = await running.hub.default_session()
    own = await running.session(gone)
    for profile in (ANN, gone):
        (await running.connect(profile)).leave()
    here = await running.connect(stays)
    await wake_up(running)
    await wake_up(running, 1.9 * HOUR)
    assert "user:gone" in member_ids(session)
    await wake_up(running, 0.2 * HOUR)
    assert member_ids(session) == {"user:ann", "user:stays"}
    assert member_ids(await running.hub.open(own.session_id)) == {"user:gone"}
    (left,) = here.socket.of("participant.left")
    assert (left["actor"], left["participant_id"]) == ("system", "user:gone")
    assert here.socket.closed is None
    again = await running.connect(gone)
    assert again.welcome["you"] in member_ids(session)
    await wake_up(running, HOUR)
    await wake_up(running, 1.5 * HOUR)
    assert member_ids(session) == {"user:ann", "user:stays", "user:gone"}


async def test_who_comes_back_at_that_very_moment_is_asked_to_come_again():
    """ID5"""
    store = FaultyStore()
    async with RunningHub(store) as running:
        somebody = person("somebody", anonymous=True)
        witness = await running.connect(ANN)
        (await running.connect(somebody)).leave()
        await wake_up(running)
        running.clock.advance(2.1 * HOUR)
        store.asked.clear()
        store.gate.clear()
        sweeping = asyncio.create_task(running.hub.sweep())
        await store.asked.wait()
        back = await running.connect(somebody)
        store.gate.set()
        await sweeping
        await running.quiet()
        assert back.socket.closed[0] == 4003
        back.leave()
        assert (await running.connect(somebody)).socket.closed is None
        assert witness.socket.closed is None


async def test_somebody_s_presence_holds_a_session_and_time_counts_from_when_they_left(running):
    """SE6"""
    session = await running.session(ANN)
    ann = await running.connect(ANN, session.session_id)
    for _ in range(5):
        await wake_up(running, HOUR)
    ann.leave()
    await wake_up(running, 1.5 * HOUR)
    assert session.state.status is SessionStatus.ACTIVE
    await wake_up(running, 0.6 * HOUR)
    assert session.state.status is SessionStatus.ARCHIVED


async def test_a_running_agent_holds_a_session(running):
    """SE6"""
    running.hub.agents = {NOA.participant_id: NOA}
    session = await running.session(ANN)
    doors = running.hub.doors

    async def decide(decision):
        await ask(session, lambda t: doors.internal("user:ann", decision, t))

    await decide(
        lambda state, now: runs.queue_run(
            state,
            agent_id=NOA.participant_id,
            asked_by="user:ann",
            trigger=None,
            now=now,
            mint=lambda prefix: "r1",
        )
    )
    await wake_up(running, 3 * HOUR)
    assert session.state.status is SessionStatus.ACTIVE
    await decide(lambda state, now: runs.start_run(state, "r1", now))
    await decide(lambda state, now: runs.finish_run(state, "r1", runs.RunStatus.DONE, None, 1, now))
    await wake_up(running, 3 * HOUR)
    assert session.state.status is SessionStatus.ARCHIVED


async def test_what_is_forgotten_is_loaded_again_as_it_was(running):
    """JO4"""
    session = await running.hub.default_session()
    ann = await running.connect(ANN)
    await ann.ask("chat.post", body="Hello")
    await ann.ask("context.set", key="k", value=[1], base_version=0)
    ann.leave()
    before = session.state
    await wake_up(running, 121)
    assert running.hub.live_sessions == {}
    again = await running.connect(ANN)
    assert again.connection.session is not session
    assert again.connection.session.state == before
    assert [m["body"] for m in again.welcome["history"]] == ["Hello"]


async def test_a_session_somebody_is_about_to_enter_is_not_forgotten(running):
    """LO2: two of one session in memory would not hear of each other."""
    first = await running.hub.default_session()
    running.clock.advance(121)
    session = await running.hub.open(first.session_id)
    await running.hub.sweep()
    assert running.hub.live_sessions[session.session_id] is session


async def test_opening_at_the_same_time_gives_one_session(running):
    import asyncio

    session = await running.hub.default_session()
    await wake_up(running, 121)
    both = await asyncio.gather(*(running.hub.open(session.session_id) for _ in range(5)))
    assert len({id(one) for one in both}) == 1


async def test_a_snapshot_keeps_loading_flat_and_gives_the_same_state():
    """JO4"""
    async with RunningHub(settings=Settings(snapshot_every=10)) as running:
        ann = await running.connect(ANN)
        for n in range(12):
            await ann.ask("chat.post", body=str(n))
        await wake_up(running)
        session = ann.connection.session
        snapshot = await running.store.snapshot(session.session_id)
        assert snapshot.seq == session.state.last_seq
        ann.leave()
        before = session.state
        await wake_up(running, 121)
        assert (await running.hub.open(session.session_id)).state == before


async def test_a_snapshot_that_failed_is_made_again(running, monkeypatch):
    """JO4"""
    import pytest

    from jupyter_collab_agents.storage.store import StoreUnavailable

    ann = await running.connect(ANN)
    await ann.ask("chat.post", body="Hello")
    session = ann.connection.session
    save = running.store.save_snapshot

    async def failing(session_id, snapshot):
        raise StoreUnavailable("full")

    monkeypatch.setattr(running.store, "save_snapshot", failing)
    with pytest.raises(StoreUnavailable):
        await session.save_snapshot(force=True)
    monkeypatch.setattr(running.store, "save_snapshot", save)
    await session.save_snapshot(force=True)
    assert (await running.store.snapshot(session.session_id)).seq == session.state.last_seq


async def test_retention_forgets_what_is_old_and_keeps_the_state():
    """JO3 JO4"""
    async with RunningHub(settings=Settings(message_retention_hours=24)) as running:
        ann = await running.connect(ANN)
        await ann.ask("chat.post", body="old")
        await ann.ask("context.set", key="k", value=1, base_version=0)
        running.clock.advance(25 * HOUR)
        await ann.ask("chat.post", body="new")
        await wake_up(running)
        ben = await running.connect(ANN)
        assert [m["body"] for m in ben.welcome["history"]] == ["new"]
        assert ben.welcome["snapshot"]["context"]["k"]["value"] == 1
        assert await running.store.search([ann.connection.session.session_id], "old", 10) == []


async def test_a_restart_ends_the_runs_that_were_open():
    """AG5"""
    from jupyter_collab_agents.storage.memory import MemoryStore

    class Kept(MemoryStore):
        async def close(self):
            """Lives on, like a disk."""

    store = Kept()
    async with RunningHub(store) as running:
        running.hub.agents = {NOA.participant_id: NOA}
        ann = await running.connect(ANN)
        session_id = ann.connection.session.session_id
        ask = {"agent_id": NOA.participant_id, "task": "Look"}
        assert (await ann.ask("run.start", **ask))["type"] == "ack"
    async with RunningHub(store) as running:
        session = await running.hub.open(session_id)
        (run,) = session.state.runs.values()
        assert run.status.value == "failed"
        assert "restarted" in run.error
        await running.hub.sweep()


async def test_a_restarted_hub_resumes_its_clients():
    """JO2 LO3: the epoch is the log's, not the process's."""
    from jupyter_collab_agents.storage.memory import MemoryStore

    class Kept(MemoryStore):
        async def close(self):
            """Lives on, like a disk."""

    store = Kept()
    async with RunningHub(store) as running:
        ann = await running.connect(ANN)
        first = await ann.ask("chat.post", ref="r", body="Hello")
    assert ann.socket.closed[0] == 4000
    async with RunningHub(store) as running:
        again = await running.connect(
            ANN, after=ann.welcome["head_seq"], epoch=ann.welcome["epoch"]
        )
        assert again.welcome["recovered"] is True
        assert [m["body"] for m in again.socket.of("chat.posted")] == ["Hello"]
        assert await again.ask("chat.post", ref="r", body="Hello") == first


async def test_a_sweep_does_not_look_for_other_servers_where_there_can_be_none(
    running, monkeypatch
):
    await running.connect(ANN)
    asked = []
    sessions = running.store.sessions

    async def counted():
        asked.append(1)
        return await sessions()

    monkeypatch.setattr(running.store, "sessions", counted)
    await running.hub.sweep()
    assert asked == []
    running.store.shared = True
    await running.hub.sweep()
    assert asked == [1]
