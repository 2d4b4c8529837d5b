"""What an agent may is what the person may who began; its answers agree with what was shown."""

import asyncio

import pytest

from jupyter_collab_agents.agents.agent import Done, Failed, Text
from jupyter_collab_agents.agents.builtin.echo import ScriptedAgent
from jupyter_collab_agents.agents.hub_port import HubPort
from jupyter_collab_agents.agents.registry import Registry
from jupyter_collab_agents.agents.service import AgentService
from jupyter_collab_agents.domain.permissions import Rights
from jupyter_collab_agents.hub.accounts import NOBODY, Account
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.sessions import HistoryAccess
from jupyter_collab_agents.testing import RunningHub, person

from .scene import info, replaced
from .test_on_a_hub import Reader

ANN, BEN = person("ann"), person("ben")
WATCHER = Rights(read=True, write=True, execute=False)


class Curious:
    """Reads all it can and tells what it was, then asks another agent if it is told to."""

    def __init__(self, name, then=""):
        self.info = info(name)
        self.then = then

    async def run(self, task, ctx):
        seen = [m.body for m in await ctx.recent_messages(50)]
        files = await ctx.files_beside("sales.ipynb")
        yield Text(f"{len(seen)} messages, {len(files)} files{self.then}")
        yield Done()


def script(name, *steps):
    return ScriptedAgent(info(name), steps)


class Room:
    def __init__(self, running, service):
        self.running, self.service, self.hub = running, service, running.hub

    async def rest(self):
        for _ in range(5):
            await self.running.quiet()
            self.running.clock.advance(0.05)
            await self.service.runner.idle()

    def runs(self, client):
        return list(client.connection.session.state.runs.values())


@pytest.fixture
async def room_with():
    rooms = []

    async def make(*agents, **settings):
        settings = Settings(default_agents=tuple(a.info.agent_id for a in agents), **settings)
        running = await RunningHub(settings=settings).__aenter__()
        room = Room(running, AgentService(running.hub, Registry(agents), Reader()))
        rooms.append(room)
        return room

    yield make
    for room in rooms:
        await room.service.stop()
        await room.hub.stop()


def answer_ids(client):
    events = client.socket.of("chat.posted")
    return {e["message_id"] for e in events if e["actor"].startswith("agent:")}


async def test_an_agent_that_is_asked_by_an_agent_sees_what_the_person_sees(room_with):
    """AG3"""
    room = await room_with(
        Curious("first", then="; @second you too"),
        Curious("second"),
        default_history=HistoryAccess.SINCE_JOINED,
    )
    ann = await room.running.connect(ANN)
    for number in range(5):
        await ann.ask("chat.post", body=f"before Ben {number}")
    ben = await room.running.connect(BEN)
    viewer = await room.running.connect(ANN, ann.connection.session.session_id)
    room.hub.accounts.note(
        "agent:first", Account(runs=True, documents=True)
    )  # not that anybody would say so
    await ben.ask("chat.post", body="@first go")
    await room.rest()
    told = viewer.connection.session
    texts = [m.body for m in (await told.messages.by_id(answer_ids(viewer))).values()]
    assert sorted(texts) == ["1 messages, 0 files; @second you too", "2 messages, 0 files"]
    assert [run.asked_by for run in room.runs(ben)] == ["user:ben", "agent:first"]


async def test_a_mention_without_the_right_to_execute_shows_as_a_failed_run(room_with):
    room = await room_with(script("robot", Text("yes")))
    ann = await room.running.connect(ANN)
    ben = await room.running.connect(BEN, rights=WATCHER)
    await ben.ask("chat.post", body="@robot go")
    await room.rest()
    [end] = ann.socket.of("run.finished")
    words = "Ben may not start agents on this server; ask an admin."
    assert (end["status"], end["error"]) == ("failed", words)
    assert answer_ids(ann) == set()


async def test_a_chain_stops_when_the_person_may_not_start_agents_any_more(room_with):
    gate = asyncio.Event()
    room = await room_with(script("robot", gate, Text("@other go")), script("other", Text("yes")))
    ann = await room.running.connect(ANN)
    await ann.ask("chat.post", body="@robot go")
    room.hub.accounts.note("user:ann", NOBODY)
    gate.set()
    await room.rest()
    assert [run.agent_id for run in room.runs(ann)] == ["agent:robot"]


@pytest.mark.parametrize("bad", ["\0", "\ud800", "\u202e"])
async def test_an_answer_with_a_broken_character_is_not_lost(room_with, bad):
    """CH8"""
    room = await room_with(script("robot", Text(f"half{bad}"), Text("whole"), Done()))
    ann = await room.running.connect(ANN)
    await ann.ask("chat.post", body="@robot go")
    await room.rest()
    text = "".join(d["text"] for d in ann.socket.of("chat.delta"))
    assert text == ("halfwhole" if bad == "\u202e" else "half\ufffdwhole")
    [stored] = (await ann.connection.session.messages.by_id(answer_ids(ann))).values()
    assert stored.body == text
    assert room.runs(ann)[0].status.value == "done"


async def test_a_failure_with_a_broken_character_is_told(room_with):
    room = await room_with(script("robot", Failed("bad \ud800\0")))
    ann = await room.running.connect(ANN)
    await ann.ask("chat.post", body="@robot go")
    await room.rest()
    assert ann.socket.of("run.finished")[0]["error"] == "bad \ufffd\ufffd"


async def test_an_answer_that_may_not_be_posted_is_taken_back_once(room_with):
    """CH8"""
    gate = asyncio.Event()
    room = await room_with(script("robot", Text("So far"), gate, Done()))
    ann = await room.running.connect(ANN)
    await ann.ask("chat.post", body="@robot go")
    await ann.socket.until(lambda s: bool(s.of("chat.delta")))
    session = ann.connection.session
    stream = next(iter(session.streams.values()))
    robot = session.state.participants["agent:robot"]
    muted = {**session.state.participants, "agent:robot": replaced(robot, muted=True)}
    session.state = replaced(session.state, participants=muted)  # as from another server
    gate.set()
    await room.rest()
    taken_back = ann.socket.of("chat.aborted")
    assert [event["message_id"] for event in taken_back] == [stream.message_id]
    assert session.streams == {}


async def test_deleting_a_session_stops_its_agents(room_with):
    """SE3"""
    room = await room_with(script("robot", Text("So far"), asyncio.Event()))
    session = await room.running.session(ANN)
    ann = await room.running.connect(ANN, session.session_id)
    for _ in range(2):  # one works, one waits
        await ann.ask("chat.post", body="@robot go")
    await ann.socket.until(lambda s: bool(s.of("chat.delta")))
    assert room.service.runner.busy(session.session_id)
    await ann.send({"type": "session.delete"})
    await ann.socket.until(lambda s: s.closed is not None)
    async with asyncio.timeout(5):
        await room.service.runner.idle()
    assert not room.service.runner.busy(session.session_id)
    assert session.session_id not in room.hub.live_sessions
    assert await room.hub.store.session(session.session_id) is None


async def test_what_a_stream_shows_is_clean_and_taken_back_once(room_with):
    """CH8"""
    room = await room_with(script("robot"))
    ann = await room.running.connect(ANN)
    session = ann.connection.session
    port = HubPort(room.hub, Reader())
    stream = port.open_stream(session.session_id, "agent:robot", "r1", None)
    stream.write("a\0b\ud800")
    await ann.socket.until(lambda s: bool(s.of("chat.delta")))
    assert ann.socket.of("chat.delta")[0]["text"] == "a\ufffdb\ufffd"
    stream.abort()
    stream.abort()
    await room.rest()
    assert len(ann.socket.of("chat.aborted")) == 1


async def test_what_was_posted_is_not_taken_back(room_with):
    """CH8"""
    room = await room_with(script("robot"))
    ann = await room.running.connect(ANN)
    port = HubPort(room.hub, Reader())
    session_id = ann.connection.session.session_id
    stream = port.open_stream(session_id, "agent:robot", "r1", None)
    stream.write("yes")
    assert {await stream.finish()} == answer_ids(ann)
    stream.abort()
    await room.rest()
    assert ann.socket.of("chat.aborted") == []
