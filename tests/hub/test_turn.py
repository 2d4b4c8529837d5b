"""One turn: what is decided, what is stored, what is answered."""

import asyncio

import pytest

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.hub.turn import Request, creation, decide_turn
from jupyter_collab_agents.protocol.chat import PostMessage
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.testing import ALL_RIGHTS, FaultyStore, RunningHub

from .scene import ANN, BEN, bodies, durable, let_in, log_of, replica, seqs


def request(doors, command, profile=ANN):
    return doors.command(command, profile, ALL_RIGHTS, ticket=None)


async def a_state(running):
    return (await running.session(ANN)).state


async def test_deciding_a_batch_numbers_its_events_one_after_the_other(running):
    """LO2"""
    state = await a_state(running)
    posts = [request(running.hub.doors, PostMessage(ref=f"r{n}", body=f"{n}")) for n in range(3)]
    turn = decide_turn(state, posts, {})
    assert [d.events[0].seq for d in turn.decided] == [3, 4, 5]
    assert turn.draft.last_seq == 5
    assert turn.draft.message_count == 3
    assert state.message_count == 0


async def test_a_refused_command_leaves_the_others_of_its_batch(running):
    """FR3"""
    state = await a_state(running)
    doors = running.hub.doors
    batch = [
        request(doors, PostMessage(ref="a", body="one")),
        request(doors, PostMessage(ref="b", body="  ")),
        request(doors, PostMessage(ref="c", body="two")),
    ]
    turn = decide_turn(state, batch, {})
    assert [d.request.ref for d in turn.decided] == ["a", "c"]
    assert [(r.ref, refusal.code) for r, refusal in turn.refused] == [("b", ErrorCode.INVALID)]


async def test_a_fault_in_one_decision_refuses_that_command_alone(running, caplog):
    state = await a_state(running)

    def faulty(state, messages):
        raise ZeroDivisionError

    batch = [
        Request("user:ann", "x", faulty, [], None, 0.0),
        request(running.hub.doors, PostMessage(ref="a", body="one")),
    ]
    turn = decide_turn(state, batch, {})
    assert [d.request.ref for d in turn.decided] == ["a"]
    assert turn.refused[0][1].code is ErrorCode.INTERNAL
    assert "could not be decided" in caplog.text


async def test_an_exclusive_decision_is_alone_in_its_turn(running):
    """LO4 LO6: nothing is decided on an outcome that another server's event could displace."""
    from jupyter_collab_agents.protocol.sessions import RenameSession

    state = await a_state(running)
    doors = running.hub.doors
    batch = [
        request(doors, PostMessage(ref="a", body="before")),
        request(doors, RenameSession(ref="b", name="Other")),
        request(doors, PostMessage(ref="c", body="after")),
    ]
    turns = [decide_turn(state, batch, {})]
    while turns[-1].later:
        turns.append(decide_turn(turns[-1].draft, turns[-1].later, {}))
    assert [[d.request.ref for d in t.decided] for t in turns] == [["a"], ["b"], ["c"]]
    assert [t.decided[0].entry.expected_seq for t in turns] == [None, 3, None]


async def test_texts_stand_beside_the_stored_events_not_in_them(running):
    """CH3: what is to be erasable is not in the log's order."""
    state = await a_state(running)
    turn = decide_turn(state, [request(running.hub.doors, PostMessage(ref="a", body="hush"))], {})
    entry = turn.decided[0].entry
    assert b"hush" not in entry.events[0].payload
    assert entry.events[0].body == "hush"
    assert b"hush" not in entry.messages[0].data


def test_a_creation_is_the_first_entry_of_its_log():
    """SE1"""
    from jupyter_collab_agents.domain.sessions import create
    from jupyter_collab_agents.protocol.sessions import HistoryAccess

    decision = create(
        session_id="s",
        name="Work",
        creator=ANN,
        private=False,
        default=False,
        history=HistoryAccess.ALL,
        files=[],
        agents=[],
        now=1,
    )
    state, entry = creation(decision, author="user:ann", ref="create")
    assert state.last_seq == len(entry.events) == 2
    assert state.participants["user:ann"].role is Role.OWNER
    assert entry.expected_seq == 0


async def test_a_post_is_acknowledged_with_its_seq_and_told_to_everybody(running):
    """LO1 LO2 FR4"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    ack = await ann.ask("chat.post", body="Hello")
    await running.quiet()
    posted = ben.socket.of("chat.posted")[0]
    assert ack["type"] == "ack"
    assert posted["seq"] == ack["seq"]
    assert posted["actor"] == "user:ann"
    assert posted["at"] == running.clock.now()
    assert posted["body"] == "Hello"
    assert bodies(ann) == ["Hello"]


async def test_nothing_is_told_or_acknowledged_before_it_is_stored():
    """LO1"""
    store = FaultyStore()
    async with RunningHub(store) as running:
        ann, ben = await running.connect(ANN), await running.connect(BEN)
        store.asked.clear()
        store.gate.clear()
        await ann.send({"type": "chat.post", "body": "Hello"})
        await store.asked.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        assert ann.socket.of("ack") == ben.socket.of("chat.posted") == []
        store.gate.set()
        await running.quiet()
        assert len(ann.socket.of("ack")) == len(ben.socket.of("chat.posted")) == 1


async def test_what_waits_during_a_flush_is_stored_by_the_next_one():
    store = FaultyStore()
    async with RunningHub(store) as running:
        ann = await running.connect(ANN)
        store.gate.clear()
        store.asked.clear()
        await ann.send({"type": "chat.post", "body": "0"})
        await store.asked.wait()
        before = store.appends
        for n in range(1, 10):
            await ann.send({"type": "chat.post", "body": str(n)})
        store.gate.set()
        await running.quiet()
        assert store.appends == before + 1
        assert bodies(ann) == [str(n) for n in range(10)]


async def test_a_resend_is_answered_as_the_first_time_and_happens_once(running):
    """LO3"""
    ann = await running.connect(ANN)
    first = await ann.ask("chat.post", ref="r", body="Hello")
    await ann.ask("chat.post", body="more")
    await ann.send({"type": "chat.post", "ref": "r", "body": "Hello"})
    await running.quiet()
    acks = [a for a in ann.socket.of("ack") if a["ref"] == "r"]
    assert acks == [first, first]
    assert bodies(ann) == ["Hello", "more"]


async def test_a_resend_in_the_same_frame_happens_once(running):
    """LO3"""
    ann = await running.connect(ANN)
    one = {"type": "chat.post", "ref": "r", "body": "Hello"}
    await ann.send(one, dict(one), {"type": "chat.post", "ref": "s", "body": "more"})
    await running.quiet()
    acks = [(a["ref"], a["seq"]) for a in ann.socket.of("ack")]
    assert bodies(ann) == ["Hello", "more"]
    assert acks[0] == acks[1]
    assert [e["seq"] for e in ann.socket.of("chat.posted")] == [acks[0][1], acks[2][1]]


async def test_the_same_ref_of_somebody_else_is_another_command(running):
    """LO3"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await ann.ask("chat.post", ref="r", body="Ann")
    await ben.ask("chat.post", ref="r", body="Ben")
    await running.quiet()
    assert bodies(ann) == ["Ann", "Ben"]


async def test_a_resend_of_what_would_be_refused_now_is_acknowledged_as_the_first_time(running):
    """LO3: the message is deleted, so editing it again would be refused."""
    ann = await running.connect(ANN)
    await ann.ask("chat.post", body="Hello")
    message_id = ann.socket.of("chat.posted")[0]["message_id"]
    edit = await ann.ask("chat.edit", ref="e", message_id=message_id, body="Hi")
    await ann.ask("chat.delete", message_id=message_id)
    await ann.send({"type": "chat.edit", "ref": "e", "message_id": message_id, "body": "Hi"})
    await running.quiet()
    assert [a for a in ann.socket.of("ack", "rejected") if a["ref"] == "e"] == [edit, edit]


async def test_a_resend_of_what_changes_nothing_any_more_has_the_first_seq(running):
    """LO3: deleting twice is no change, but the ack is that of the deletion."""
    ann = await running.connect(ANN)
    await ann.ask("chat.post", body="Hello")
    message_id = ann.socket.of("chat.posted")[0]["message_id"]
    first = await ann.ask("chat.delete", ref="d", message_id=message_id)
    await ann.send({"type": "chat.delete", "ref": "d", "message_id": message_id})
    await running.quiet()
    assert [a for a in ann.socket.of("ack") if a["ref"] == "d"] == [first, first]
    assert first["seq"] is not None


async def test_what_is_so_already_is_acknowledged_without_a_seq(running):
    """FR3 CH7"""
    ann = await running.connect(ANN)
    await ann.ask("chat.post", body="Hello")
    message_id = ann.socket.of("chat.posted")[0]["message_id"]
    react = {"message_id": message_id, "emoji": "👍", "on": True}
    assert (await ann.ask("chat.react", **react))["seq"] is not None
    again = await ann.ask("chat.react", **react)
    assert (again["type"], again["seq"]) == ("ack", None)
    assert len(ann.socket.of("chat.reacted")) == 1


async def test_several_events_of_one_command_have_one_ack_with_the_last_seq(running):
    """FR3 PA4"""
    session = await running.session(ANN)
    await let_in(running, session, BEN)
    ann = await running.connect(ANN, session.session_id)
    await ann.ask("invite.create", role="viewer", participant_id="user:cleo")
    ben = await running.connect(BEN, session.session_id)
    await ben.ask("invite.create", role="viewer")
    ack = await ann.ask("participant.remove", participant_id="user:ben", ban=False)
    await running.quiet()
    types = [e["type"] for e in durable(ann)][-2:]
    assert types == ["invite.revoked", "participant.removed"]
    assert ack["seq"] == durable(ann)[-1]["seq"]


async def test_one_sender_s_commands_are_stored_in_order(running):
    """LO4"""
    ann = await running.connect(ANN)
    await ann.send(*({"type": "chat.post", "body": str(n)} for n in range(10)))
    for n in range(10, 20):
        await ann.send({"type": "chat.post", "body": str(n)})
    await running.quiet()
    assert bodies(ann) == [str(n) for n in range(20)]


async def test_state_and_events_equal_fresh_state(running):
    """JO4"""
    session = await running.session(ANN)
    ann = await running.connect(ANN, session.session_id)
    await let_in(running, session, BEN)
    ben = await running.connect(BEN, session.session_id)
    await ann.ask("chat.post", body="Look", anchor={"path": "a.ipynb", "cell_id": "c1"})
    message_id = ann.socket.of("chat.posted")[0]["message_id"]
    await ben.ask("chat.post", body="Yes", reply_to=message_id)
    await ben.ask("context.set", key="goal", value={"x": [1, None]}, base_version=0)
    await ann.ask("participant.set_role", participant_id="user:ben", role="viewer")
    await ann.ask("session.rename", name="Other")
    await running.quiet()
    fresh = await running.connect(ANN, session.session_id)
    assert replica(ann) == replica(ben) == replica(fresh) == session.state
    assert seqs(ann) == list(range(ann.welcome["head_seq"] + 1, session.state.last_seq + 1))


async def test_an_entry_that_no_store_can_keep_is_refused_alone(running, monkeypatch):
    """LO5: one that can never be stored must not make everybody come back for ever."""
    from jupyter_collab_agents.hub import turn

    ann = await running.connect(ANN)
    record = turn._record

    def spoilt(event):
        made = record(event)
        if made.body != "bad":
            return made
        from msgspec.structs import replace

        return replace(made, body="\ud800")

    monkeypatch.setattr(turn, "_record", spoilt)
    await ann.send(
        {"type": "chat.post", "ref": "1", "body": "good"},
        {"type": "chat.post", "ref": "2", "body": "bad"},
        {"type": "chat.post", "ref": "3", "body": "fine"},
    )
    await running.quiet()
    assert {a["ref"]: a["type"] for a in ann.socket.of("ack", "rejected")} == {
        "1": "ack",
        "2": "rejected",
        "3": "ack",
    }
    assert ann.socket.closed is None
    log = await log_of(running.store, ann.connection.session.session_id)
    assert [e.seq for e in log] == list(range(1, len(log) + 1))


async def test_somebody_else_than_a_socket_gets_the_refusal_raised(running):
    session = await running.session(ANN)
    with pytest.raises(Refusal) as refused:
        await running.hub.command(session, PostMessage(ref="r", body=""), ANN, ALL_RIGHTS)
    assert refused.value.code is ErrorCode.INVALID
    stored = await running.hub.command(session, PostMessage(ref="s", body="Hi"), ANN, ALL_RIGHTS)
    assert stored.events[0].body == "Hi"
    assert isinstance(stored.seq, int)


async def test_a_busy_session_does_not_keep_the_others_from_their_turn(monkeypatch):
    """LI2: what got nothing in one flush comes first in the next."""
    from jupyter_collab_agents.hub.settings import Settings
    from jupyter_collab_agents.hub.tickets import FutureTicket

    store = FaultyStore()
    async with RunningHub(store, Settings(max_batch=10)) as running:
        busy, quiet = await running.session(ANN, "Busy"), await running.session(ANN, "Quiet")
        order = []

        def post(session, n):
            ticket = FutureTicket()
            ticket.answer.add_done_callback(lambda _: order.append(session.state.name))
            command = PostMessage(ref=f"{session.session_id}{n}", body=str(n))
            running.hub.submit(session, command, ANN, ALL_RIGHTS, ticket)

        for n in range(50):
            post(busy, n)
        post(quiet, 0)
        await running.quiet()
        assert len(order) == 51
        assert order.index("Quiet") <= 20


async def test_a_message_read_while_it_is_edited_is_not_taken_for_the_newest(running):
    """CH2: an agent looks at a message; the answer arrives after the edit was settled."""
    ann = await running.connect(ANN)
    session = ann.connection.session
    await ann.ask("chat.post", body="0")
    message_id = ann.socket.of("chat.posted")[0]["message_id"]
    session.messages.forget()
    read = running.store.messages_by_id
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def slow_read(session_id, message_ids):
        found = await read(session_id, message_ids)
        reading.set()
        await go_on.wait()
        return found

    running.store.messages_by_id = slow_read
    looking = asyncio.create_task(session.messages.by_id({message_id}))
    await reading.wait()
    running.store.messages_by_id = read
    await ann.ask("chat.edit", message_id=message_id, body="1")
    go_on.set()
    assert (await looking)[message_id].body == "0"
    await ann.ask("chat.edit", message_id=message_id, body="2")
    assert (await session.messages.by_id({message_id}))[message_id].edits == 2
