"""Text that an agent is still writing."""

from hashlib import sha256

from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.hub.streams import Stream
from jupyter_collab_agents.hub.tickets import ask
from jupyter_collab_agents.protocol.chat import StreamStart
from jupyter_collab_agents.testing import RunningHub

from .scene import ANN, BEN, NOA, durable


class Writing:
    """An agent that writes into the default session."""

    def __init__(self, running, session):
        self.running, self.session = running, session
        start = StreamStart(author=NOA.participant_id, at=1, thread_id=None, run_id="r1")
        self.stream = Stream(session, "m1", start, lambda s: session.streams.pop(s.message_id))
        session.streams["m1"] = self.stream

    async def finish(self):
        body = self.stream.close()
        doors = self.running.hub.doors
        await ask(
            self.session,
            lambda t: doors.finish_stream(
                NOA,
                t,
                message_id="m1",
                body=body,
                thread_id=None,
                run_id="r1",
                stream_start=self.stream.start_index,
            ),
        )
        await self.running.quiet()


async def begin(running):
    running.hub.agents = {NOA.participant_id: NOA}
    ann = await running.connect(ANN)
    await running.quiet()
    return ann, Writing(running, ann.connection.session)


def pieces(client):
    """The text put together from its pieces, each checked to begin where the last ended."""
    text = ""
    for delta in client.socket.of("chat.delta"):
        assert delta["offset"] == len(text)
        text += delta["text"]
    return text


async def test_pieces_travel_together_once_per_interval(running):
    """CH8"""
    ann, writing = await begin(running)
    for n in range(30):
        writing.stream.write(f"{n} ")
        await running.quiet()
        if n == 9:
            running.clock.advance(running.hub.settings.stream_interval)
    running.clock.advance(running.hub.settings.stream_interval)
    await running.quiet()
    deltas = ann.socket.of("chat.delta")
    assert 2 <= len(deltas) <= 4
    assert deltas[0]["start"]["author"] == NOA.participant_id
    assert all("start" not in delta for delta in deltas[1:])
    assert pieces(ann) == "".join(f"{n} " for n in range(30))


async def test_who_saw_every_piece_gets_the_final_event_without_the_text(running):
    """CH8"""
    ann, writing = await begin(running)
    writing.stream.write("Grüße 🦉, ")
    await running.quiet()
    writing.stream.write("world")
    await writing.finish()
    text = "Grüße 🦉, world"
    posted = ann.socket.of("chat.posted")[0]
    assert "body" not in posted
    assert pieces(ann) == text
    assert posted["length"] == len(text)
    assert posted["sha256"] == sha256(text.encode()).hexdigest()
    assert posted["message_id"] == "m1"


async def test_who_comes_in_the_middle_gets_what_was_said_and_then_the_whole(running):
    """CH8"""
    _, writing = await begin(running)
    writing.stream.write("one ")
    await running.quiet()
    ben = await running.connect(BEN)
    writing.stream.write("two")
    await writing.finish()
    assert ben.socket.of("chat.delta")[0]["start"]["run_id"] == "r1"
    assert pieces(ben) == "one two"
    assert ben.socket.of("chat.posted")[0]["body"] == "one two"


async def test_who_comes_before_the_first_piece_gets_all_of_them(running):
    """CH8"""
    _, writing = await begin(running)
    ben = await running.connect(BEN)
    writing.stream.write("one")
    await writing.finish()
    assert pieces(ben) == "one"
    posted = ben.socket.of("chat.posted")[0]
    assert posted.get("body", "one") == "one"


async def test_who_comes_between_the_last_piece_and_the_final_event_gets_the_whole(running):
    """CH8"""
    _, writing = await begin(running)
    writing.stream.write("one")
    await running.quiet()
    writing.stream.close()
    ben = await running.connect(BEN)
    await writing.finish()
    assert ben.socket.of("chat.posted")[0]["body"] == "one"


async def test_a_laggard_that_missed_pieces_gets_the_whole():
    """CH8 LO7"""
    async with RunningHub(settings=Settings(command_rate=1e6, command_burst=10_000)) as running:
        ann, writing = await begin(running)
        ben = await running.connect(BEN)
        await running.quiet()
        ben.socket.full = True
        writing.stream.write("one ")
        await running.quiet()
        for n in range(0, 2500, 100):
            posts = ({"type": "chat.post", "body": str(m)} for m in range(n, n + 100))
            await ann.send(*posts)
            await running.quiet()
        writing.stream.write("two")
        await writing.finish()
        ben.socket.drain()
        await running.quiet()
        last = [e for e in durable(ben) if e["type"] == "chat.posted"][-1]
        assert (last["message_id"], last["body"]) == ("m1", "one two")
        assert "body" not in ann.socket.of("chat.posted")[-1]


async def test_a_resuming_connection_gets_the_whole(running):
    """CH8 JO2"""
    ann, writing = await begin(running)
    after = ann.welcome["head_seq"]
    writing.stream.write("one")
    await writing.finish()
    again = await running.connect(ANN, after=after, epoch=ann.welcome["epoch"])
    assert again.socket.of("chat.posted")[0]["body"] == "one"


async def test_an_aborted_stream_takes_its_pieces_back(running):
    """CH8"""
    ann, writing = await begin(running)
    writing.stream.write("one")
    await running.quiet()
    writing.stream.abort()
    await running.quiet()
    assert ann.socket.of("chat.aborted")[0]["message_id"] == "m1"
    writing.stream.write("late")
    running.clock.advance(1)
    await running.quiet()
    assert pieces(ann) == "one"
    ben = await running.connect(BEN)
    assert ben.socket.of("chat.delta") == []


async def test_the_first_piece_is_told_at_once(running):
    """CH8"""
    ann, writing = await begin(running)
    writing.stream.write("one")
    await running.quiet()
    assert pieces(ann) == "one"


async def test_pieces_never_touch_the_store():
    """LO8"""
    from jupyter_collab_agents.testing import FaultyStore

    store = FaultyStore()
    async with RunningHub(store) as running:
        _, writing = await begin(running)
        before = store.appends
        writing.stream.write("one")
        running.clock.advance(1)
        await running.quiet()
        assert store.appends == before
