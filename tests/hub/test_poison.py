"""When the store fails: nobody is told anything false, everybody comes back and resends."""

import asyncio

import pytest

from jupyter_collab_agents.protocol.chat import PostMessage
from jupyter_collab_agents.protocol.runs import StartRun
from jupyter_collab_agents.storage.store import StoreUnavailable
from jupyter_collab_agents.testing import ALL_RIGHTS, Fault, person

from .scene import ANN, BEN, NOA, bodies, durable, let_in, log_of, wake_up

POST = {"type": "chat.post"}


async def back(running, client, profile):
    """The client reconnects with what it has (JO2)."""
    client.leave()
    told = durable(client)
    last = told[-1] if told else {"seq": client.welcome["head_seq"]}
    return await running.connect(
        profile,
        client.connection.session.session_id,
        after=last["seq"],
        at=last.get("at"),
        epoch=client.welcome["epoch"],
    )


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_failed_flush_acknowledges_nothing_and_closes_the_session_s_connections(
    faulty, fault
):
    """LO5"""
    ann, ben = await faulty.connect(ANN), await faulty.connect(BEN)
    faulty.store.faults.append(fault)
    await ann.send({**POST, "body": "Hello"})
    await faulty.quiet()
    for client in (ann, ben):
        assert client.socket.closed[0] == 4002
        assert client.socket.of("ack", "chat.posted") == []


@pytest.mark.parametrize("fault", list(Fault))
async def test_resending_after_coming_back_stores_everything_once_and_in_order(faulty, fault):
    """LO3 LO4 LO5"""
    ann, ben = await faulty.connect(ANN), await faulty.connect(BEN)
    session = ann.connection.session
    await ann.ask("chat.post", body="before")
    faulty.store.faults.append(fault)
    outbox = [{**POST, "ref": f"r{n}", "body": str(n)} for n in range(5)]
    await ann.send(*(dict(one) for one in outbox))
    await faulty.quiet()
    ann2, ben2 = await back(faulty, ann, ANN), await back(faulty, ben, BEN)
    for one in outbox:
        await ann2.send(dict(one))
    await faulty.quiet()
    assert [a["ref"] for a in ann2.socket.of("ack")] == [one["ref"] for one in outbox]
    log = await log_of(faulty.store, session.session_id)
    assert [e.body for e in log if hasattr(e, "body")] == ["before", "0", "1", "2", "3", "4"]
    for old, new in ((ann, ann2), (ben, ben2)):
        told = [e["seq"] for e in durable(old) + durable(new)]
        assert told == list(range(old.welcome["head_seq"] + 1, len(log) + 1))


async def test_what_waits_behind_a_failed_flush_is_dropped_with_it(faulty):
    """LO4 LO5: a later command must not overtake an earlier one."""
    ann = await faulty.connect(ANN)
    session_id = ann.connection.session.session_id
    faulty.store.asked.clear()
    faulty.store.gate.clear()
    faulty.store.faults.append(Fault.LOST)
    await ann.send({**POST, "body": "first"})
    await faulty.store.asked.wait()
    await ann.send({**POST, "body": "second"})
    faulty.store.gate.set()
    await faulty.quiet()
    assert all(not hasattr(e, "body") for e in await log_of(faulty.store, session_id))


async def test_frames_after_the_failure_are_not_looked_at(faulty):
    """LO5: the close handshake takes a while, and the browser still sends."""
    ann = await faulty.connect(ANN)
    session_id = ann.connection.session.session_id
    faulty.store.faults.append(Fault.LOST)
    await ann.send({**POST, "body": "first"})
    await faulty.quiet()
    await ann.send({**POST, "body": "second"})
    await faulty.quiet()
    assert all(not hasattr(e, "body") for e in await log_of(faulty.store, session_id))
    assert ann.socket.of("ack", "rejected") == []


async def test_a_command_whose_paths_are_being_checked_is_dropped_too(faulty):
    """LO4 LO5: it was sent before the failure, but comes out of the check after it."""
    checking, checked = asyncio.Event(), asyncio.Event()

    async def slow_guard(path):
        checking.set()
        await checked.wait()

    faulty.hub.path_guard = slow_guard
    ann = await faulty.connect(ANN)
    session_id = ann.connection.session.session_id
    faulty.store.faults.append(Fault.LOST)
    file = {"kind": "file", "path": "a.txt"}
    frame = ann.send({**POST, "body": "first"}, {**POST, "body": "second", "attachments": [file]})
    sending = asyncio.create_task(frame)
    await checking.wait()
    await faulty.quiet()
    assert ann.socket.closed[0] == 4002
    checked.set()
    await sending
    await faulty.quiet()
    assert all(not hasattr(e, "body") for e in await log_of(faulty.store, session_id))


async def test_every_session_of_the_failed_flush_is_closed_and_no_other(faulty):
    """LO5"""
    first, second, third = [await faulty.session(ANN, name) for name in ("A", "B", "C")]
    tabs = [await faulty.connect(ANN, s.session_id) for s in (first, second, third)]
    faulty.store.asked.clear()
    faulty.store.gate.clear()
    await tabs[0].send({**POST, "body": "0"})
    await faulty.store.asked.wait()
    await tabs[0].send({**POST, "body": "1"})
    await tabs[1].send({**POST, "body": "1"})
    faulty.store.faults += [None, Fault.LOST]
    faulty.store.gate.set()
    await faulty.quiet()
    assert [t.socket.closed and t.socket.closed[0] for t in tabs] == [4002, 4002, None]


async def test_whoever_awaits_an_answer_is_told_that_the_outcome_is_unknown(faulty):
    """LO5"""
    session = await faulty.session(ANN)
    faulty.store.faults.append(Fault.UNKNOWN)
    command = PostMessage(ref="r", body="Hello")
    with pytest.raises(StoreUnavailable):
        await faulty.hub.command(session, command, ANN, ALL_RIGHTS)
    again = await faulty.hub.command(session, command, ANN, ALL_RIGHTS)
    assert again.seq == session.state.last_seq
    assert session.state.message_count == 1


async def test_a_failure_while_refusals_are_looked_up_leaves_nobody_without_an_answer(faulty):
    """LO5: refused and unchanged ones of the turn wait too."""
    session = await faulty.session(ANN)
    faulty.store.broken = True
    asked = [
        faulty.hub.command(session, PostMessage(ref=f"r{n}", body=""), ANN, ALL_RIGHTS)
        for n in range(3)
    ]
    answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
    assert all(isinstance(a, StoreUnavailable) for a in answers)


async def test_the_hub_says_what_is_wrong_until_the_store_answers_again(faulty):
    ann = await faulty.connect(ANN)
    faulty.store.broken = True
    await ann.send({**POST, "body": "Hello"})
    await faulty.quiet()
    assert "disk is full" in faulty.hub.health.problem
    with pytest.raises(StoreUnavailable):
        await faulty.hub.sweep()
    faulty.store.broken = False
    await faulty.hub.sweep()
    assert faulty.hub.health.problem is None


async def test_presence_goes_on_while_the_store_is_down(faulty):
    """LO8"""
    session = await faulty.session(ANN)
    await let_in(faulty, session, BEN)
    ann = await faulty.connect(ANN, session.session_id)
    await faulty.connect(BEN, session.session_id)
    await wake_up(faulty)
    faulty.hub.health.say("the disk is full")
    faulty.store.broken = True
    faulty.clock.advance(130)
    with pytest.raises(StoreUnavailable):
        await faulty.hub.sweep()
    faulty.clock.advance(1)
    await faulty.quiet()
    idle = [p["presence"]["activity"] for p in ann.socket.of("presence.changed")]
    assert idle[-1] == "idle"


async def test_a_read_mark_that_cannot_be_stored_closes_the_connection_only(faulty):
    """LO5"""
    ann, ben = await faulty.connect(ANN), await faulty.connect(BEN)
    faulty.store.broken = True
    await ann.send({"type": "chat.read", "read_seq": 1})
    assert ann.socket.closed[0] == 4002
    assert ben.socket.closed is None


async def test_a_listener_that_fails_hurts_nobody(faulty, caplog):
    def listener(session, event, message):
        raise ZeroDivisionError

    faulty.hub.listen(listener)
    ann = await faulty.connect(ANN)
    assert (await ann.ask("chat.post", body="Hello"))["type"] == "ack"
    await faulty.quiet()
    assert bodies(ann) == ["Hello"]
    assert "a listener failed" in caplog.text


async def test_a_run_whose_recording_had_no_answer_begins_with_the_resend(faulty):
    """AG4 LO3 LO5: the log has it, so somebody must begin it, once."""
    requested = []
    faulty.hub.agents = {NOA.participant_id: NOA}
    faulty.hub.on_run_requested = lambda session, run_id, command, by: requested.append(run_id)
    ann = await faulty.connect(ANN)
    session = ann.connection.session
    faulty.store.faults.append(Fault.UNKNOWN)
    command = StartRun(ref="r", agent_id=NOA.participant_id, task="Look")
    with pytest.raises(StoreUnavailable):
        await faulty.hub.command(session, command, ANN, ALL_RIGHTS)
    assert requested == []
    for _ in range(2):
        await faulty.hub.command(session, command, ANN, ALL_RIGHTS)
        await faulty.quiet()
    assert requested == list(session.state.runs)
    assert len(requested) == 1


async def test_a_fault_of_ours_in_a_turn_answers_its_batch_and_stalls_no_other(faulty, monkeypatch):
    """LO5"""
    one, other = await faulty.session(ANN, "One"), await faulty.session(ANN, "Other")

    async def fault(requests):
        raise ZeroDivisionError

    monkeypatch.setattr(one, "decide", fault)
    asked = [
        faulty.hub.command(session, PostMessage(ref="r", body="Hi"), ANN, ALL_RIGHTS)
        for session in (one, other)
    ]
    answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
    assert isinstance(answers[0], StoreUnavailable)
    ann = await faulty.connect(ANN, other.session_id)
    assert (await ann.ask("chat.post", body="Hello"))["type"] == "ack"


async def test_stopping_answers_what_waits_and_sends_everybody_away():
    """LO1 FR7"""
    from jupyter_collab_agents.testing import FaultyStore, RunningHub

    store = FaultyStore()
    running = RunningHub(store)
    await running.hub.start()
    ann = await running.connect(ANN)
    store.asked.clear()
    store.gate.clear()
    await ann.send({**POST, "body": "last words"})
    await store.asked.wait()
    stopping = asyncio.create_task(running.hub.stop())
    await asyncio.sleep(0)
    await ann.send({**POST, "body": "too late"})
    store.gate.set()
    await asyncio.wait_for(stopping, 5)
    assert len(ann.socket.of("ack")) == 1
    assert ann.socket.closed[0] == 4000


async def test_a_hub_that_cannot_meet_somebody_remembers_to_try_again(running, monkeypatch):
    met = []
    save = running.store.save_profile

    async def flaky(participant_id, profile):
        met.append(participant_id)
        if len(met) == 1:
            raise StoreUnavailable("full")
        await save(participant_id, profile)

    monkeypatch.setattr(running.store, "save_profile", flaky)
    with pytest.raises(StoreUnavailable):
        await running.hub.meet(person("zoe"))
    await running.hub.meet(person("zoe"))
    assert "user:zoe" in await running.store.profiles()
