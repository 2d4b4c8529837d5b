"""The pump: pull, not push."""

import asyncio
import itertools

from jupyter_collab_agents.hub.connection import LOOKS, MAX_WAITING_ANSWERS
from jupyter_collab_agents.hub.ring import Item, Ring
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.errors import Ack
from jupyter_collab_agents.testing import RunningHub

from .scene import ANN, BEN, CLEO, bodies, durable, let_in, replica, seqs

FAST = Settings(command_rate=1e6, command_burst=100_000)


async def say(running, client, count, start=0):
    for n in range(start, start + count, 100):
        texts = range(n, min(n + 100, start + count))
        await client.send(*({"type": "chat.post", "body": str(m)} for m in texts))
        await running.quiet()


async def test_a_slow_reader_lags_alone_and_then_has_everything_once():
    """LO7"""
    async with RunningHub(settings=FAST) as running:
        ann, ben, cleo = [await running.connect(p) for p in (ANN, BEN, CLEO)]
        await running.quiet()
        ben.socket.full = True
        await say(running, ann, 300)
        assert len(bodies(cleo)) == 300
        assert len(bodies(ben)) <= 100
        ben.socket.drain()
        await running.quiet()
        assert bodies(ben) == bodies(cleo)
        assert durable(ben)[-300:] == durable(cleo)[-300:]


async def test_while_a_socket_is_full_nothing_is_queued_for_it():
    """LO7"""
    async with RunningHub(settings=FAST) as running:
        ann, ben = await running.connect(ANN), await running.connect(BEN)
        await running.quiet()
        ben.socket.full = True
        await say(running, ann, 100)
        frames = len(ben.socket.frames)
        await say(running, ann, 1000, start=100)
        assert len(ben.socket.frames) == frames
        assert ben.connection._answers == []


async def test_whoever_falls_out_of_the_ring_reads_on_from_the_store():
    """LO7 JO4"""
    async with RunningHub(settings=FAST) as running:
        ann, ben = await running.connect(ANN), await running.connect(BEN)
        session = ann.connection.session
        await running.quiet()
        ben.socket.full = True
        await say(running, ann, 4500)
        assert ben.connection.cursor < session.ring.tail
        ben.socket.drain()
        await running.quiet()
        assert seqs(ben) == list(range(ben.welcome["head_seq"] + 1, session.state.last_seq + 1))
        assert bodies(ben) == [str(n) for n in range(4500)]
        assert replica(ben) == session.state
        await say(running, ann, 1, start=4500)
        assert bodies(ben)[-1] == "4500"


async def test_what_is_told_while_somebody_catches_up_comes_after_it():
    """LO2 LO7"""
    async with RunningHub(settings=FAST) as running:
        ann, ben = await running.connect(ANN), await running.connect(BEN)
        session = ann.connection.session
        await running.quiet()
        ben.socket.full = True
        await say(running, ann, 2600)
        ben.socket.drain()
        for n in range(2600, 2640):
            await ann.send({"type": "chat.post", "body": str(n)})
            await asyncio.sleep(0)
        await running.quiet()
        assert seqs(ben) == list(range(ben.welcome["head_seq"] + 1, session.state.last_seq + 1))


async def test_a_laggard_is_told_everybody_s_presence_again():
    """PR1 LO7: ephemeral things it missed are gone, so it gets how things stand."""
    async with RunningHub(settings=FAST) as running:
        ann, ben, cleo = [await running.connect(p) for p in (ANN, BEN, CLEO)]
        await running.quiet()
        running.clock.advance(1)
        await running.quiet()
        ben.socket.full = True
        await say(running, ann, 10)
        cleo.leave()
        place = {"path": "b.ipynb"}
        await ann.send({"type": "presence.update", "location": place})
        running.clock.advance(1)
        await say(running, ann, 2500)
        seen = len(ben.socket.frames)
        ben.socket.drain()
        await running.quiet()
        here = {
            one["presence"]["participant_id"]: one["presence"]
            for frame in ben.socket.frames[seen:]
            for one in frame
            if one["type"] == "presence.changed"
        }
        assert here["user:ann"]["location"]["path"] == "b.ipynb"
        assert set(here) == {"user:ann", "user:ben"}


async def test_a_socket_that_takes_nothing_is_closed():
    """LO7"""
    async with RunningHub(settings=Settings(slow_timeout=0.02)) as running:
        ann, ben = await running.connect(ANN), await running.connect(BEN)
        await running.quiet()
        ben.socket.full = True
        await ann.ask("chat.post", body="Hello")
        await ben.socket.until(lambda s: s.closed is not None)
        assert ben.socket.closed[0] == 4001
        assert ann.socket.closed is None


async def test_a_socket_that_takes_a_little_all_the_time_stays_until_it_takes_no_more():
    """LO7"""
    async with RunningHub(settings=Settings(slow_timeout=0.02)) as running:
        ann, ben = await running.connect(ANN), await running.connect(BEN)
        await running.quiet()
        told = []

        def steadily():
            for told_so_far in range(5 * LOOKS):
                told.append((told_so_far, ben.socket.closed))
                yield told_so_far
            yield from itertools.repeat(-1)

        ben.socket.reads = steadily()
        ben.socket.full = True
        await ann.ask("chat.post", body="Hello")
        await ben.socket.until(lambda s: s.closed is not None)
        assert ben.socket.closed[0] == 4001
        assert told == [(n, None) for n in range(5 * LOOKS)]


async def test_answers_that_nobody_reads_are_bounded(running):
    """LO7"""
    ann = await running.connect(ANN)
    await running.quiet()
    ann.socket.full = True
    await ann.ask("chat.post", body="Hello")
    for n in range(MAX_WAITING_ANSWERS + 1):
        ann.connection.answer(Ack(ref=str(n), seq=None))
    assert ann.socket.closed[0] == 4001


async def test_a_log_that_was_pruned_under_a_laggard_sends_it_away():
    """JO2 LO7: a hole must not look like a history."""
    async with RunningHub(settings=FAST) as running:
        ann, ben = await running.connect(ANN), await running.connect(BEN)
        session = ann.connection.session
        await running.quiet()
        ben.socket.full = True
        await say(running, ann, 2600)
        await session.save_snapshot(force=True)
        running.clock.advance(10)
        await say(running, ann, 10)
        await running.store.prune(session.session_id, running.clock.now())
        ben.socket.drain()
        await running.quiet()
        assert ben.socket.closed[0] == 4001
        ben.leave()
        again = await running.connect(
            BEN, session.session_id, after=seqs(ben)[-1], epoch=session.epoch
        )
        assert again.welcome["recovered"] is False


async def test_closing_in_the_middle_of_a_write_leaves_no_task_behind(running):
    before = asyncio.all_tasks()
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await running.quiet()
    ben.socket.full = True
    await ann.ask("chat.post", body="Hello")
    ben.leave()
    ann.leave()
    await running.quiet()
    assert asyncio.all_tasks() == before


async def test_one_frame_brings_all_that_is_new(running):
    """FR1"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    await running.quiet()
    frames = len(ben.socket.frames)
    await ann.send(*({"type": "chat.post", "body": str(n)} for n in range(10)))
    await running.quiet()
    told = [frame for frame in ben.socket.frames[frames:] if frame[0]["type"] == "chat.posted"]
    assert [len(frame) for frame in told] == [10]


async def test_connections_that_stand_at_one_place_share_the_encoded_frame(running, monkeypatch):
    clients = [await running.connect(p) for p in (ANN, BEN, CLEO)]
    await running.quiet()
    sent = []
    for client in clients:
        write = client.socket.write
        monkeypatch.setattr(
            client.socket, "write", lambda frame, write=write: (sent.append(frame), write(frame))[1]
        )
    session = clients[0].connection.session
    from jupyter_collab_agents.protocol.sessions import RevealRequested

    session.tell(RevealRequested(actor="user:ann", location={"path": "a"}))
    await running.quiet()
    assert len(sent) == 3
    assert sent[0] is sent[1] is sent[2]


def test_a_ring_forgets_the_oldest_and_says_where_it_begins():
    ring = Ring(size=3)
    for n in range(5):
        ring.push(Item(n, b"%d" % n))
    assert (ring.tail, ring.head) == (2, 5)
    assert [item.encoded for item in ring.since(3)] == [b"3", b"4"]
    assert ring.frame(2, 0) == b"[2,3,4]"
    assert ring.frame(2, 0) is ring.frame(2, 4)


def test_a_ring_gives_the_short_form_to_those_who_saw_the_stream():
    """CH8"""
    ring = Ring()
    for n in range(4):
        ring.push(Item(None, b"d%d" % n))
    ring.push(Item(1, b"long", b"short", stream_start=2))
    assert ring.frame(4, 2) == b"[short]"
    assert ring.frame(4, 3) == b"[long]"


async def test_a_laggard_elsewhere_does_not_matter_to_another_session():
    """LO7"""
    async with RunningHub(settings=FAST) as running:
        session = await running.session(ANN)
        await let_in(running, session, BEN)
        ben = await running.connect(BEN, session.session_id)
        await running.quiet()
        ben.socket.full = True
        ann = await running.connect(ANN, session.session_id)
        await say(running, ann, 50)
        other = await running.connect(BEN)
        assert (await other.ask("chat.post", body="Hello"))["type"] == "ack"
