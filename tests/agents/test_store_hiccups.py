"""A store that fails for a moment: answers are not lost, and no run stays open."""

import asyncio
from collections import Counter

import pytest

from jupyter_collab_agents.agents.agent import Done, Text
from jupyter_collab_agents.agents.builtin.echo import ScriptedAgent
from jupyter_collab_agents.agents.registry import Registry
from jupyter_collab_agents.agents.service import AgentService
from jupyter_collab_agents.hub.records import stored_event
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.chat import MessagePosted
from jupyter_collab_agents.testing import Fault, FaultyStore, RunningHub, person

from .scene import info

ANN, BEN = person("ann"), person("ben")
STEPS = {"question": 0, "queued": 1, "started": 2, "answer": 3, "finished": 4}
"""The appends of one question and its answer, in order."""


class Room:
    """Ann, and an agent that waits at a gate before it is done."""

    def __init__(self, running):
        self.running = running
        self.store = running.store
        self.gate = asyncio.Event()
        agent = ScriptedAgent(
            info("robot"), [Text("The answer "), self.gate, Text("is 42."), Done()]
        )
        self.service = AgentService(running.hub, Registry([agent]), None)

    async def begin(self):
        self.ann = await self.running.connect(ANN)
        await self.running.quiet()
        self.session_id = self.ann.connection.session.session_id
        return self

    @property
    def session(self):
        return self.running.hub.live_sessions[self.session_id]

    @property
    def runs(self):
        return list(self.session.state.runs.values())

    async def until(self, ready):
        """Let time pass until it is so."""
        async with asyncio.timeout(20):
            while not ready():
                await self.running.quiet()
                self.running.clock.advance(1.0)

    async def ended(self):
        await self.until(lambda: self.runs and self.runs[0].status.value not in OPEN)
        await self.service.runner.idle()
        await self.running.quiet()

    async def log(self):
        return [stored_event(one) for one in await self.store.events(self.session_id, 0, 1000)]

    async def texts(self):
        return [e.body for e in await self.log() if isinstance(e, MessagePosted)]


OPEN = {"queued", "running"}


@pytest.fixture
async def room():
    settings = Settings(default_agents=("agent:robot",))
    async with RunningHub(store=FaultyStore(), settings=settings) as running:
        room = Room(running)
        running.hub.agents.update(room.service.registry.profiles())
        yield await room.begin()
        room.store.broken = False
        await room.service.stop()


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("step", list(STEPS)[1:])
async def test_every_step_of_a_run_is_stored_exactly_once(room, step, fault):
    """AG4"""
    room.store.faults.extend([*[None] * STEPS[step], fault])
    room.gate.set()
    await room.ann.send({"type": "chat.post", "body": "@robot go"})
    await room.ended()
    assert room.store.appends >= 6
    [run] = room.runs
    assert (run.status.value, run.error) == ("done", None)
    assert await room.texts() == ["@robot go", "The answer is 42."]
    types = Counter(type(e).__name__ for e in await room.log())
    assert [types[t] for t in ("RunQueued", "RunStarted", "RunFinished")] == [1, 1, 1]
    later = await room.running.connect(BEN)
    assert later.welcome["history"][-1]["body"] == "The answer is 42."


async def test_an_answer_waits_until_the_store_is_back(room):
    await room.ann.ask("chat.post", body="@robot go")
    await room.ann.socket.until(lambda s: bool(s.of("chat.delta")))
    room.store.broken = True
    tried = room.store.appends
    room.gate.set()
    await room.until(lambda: room.store.appends >= tried + 3)
    assert room.runs[0].status.value == "running"
    room.store.broken = False
    await room.ended()
    assert room.runs[0].status.value == "done"
    assert await room.texts() == ["@robot go", "The answer is 42."]


async def test_a_stop_does_not_wait_for_a_store_that_is_down(room):
    await room.ann.ask("chat.post", body="@robot go")
    await room.ann.socket.until(lambda s: bool(s.of("chat.delta")))
    room.store.broken = True
    tried = room.store.appends
    room.gate.set()
    await room.until(lambda: room.store.appends > tried)
    async with asyncio.timeout(5):
        await room.service.stop()
    assert not room.service.runner.busy(room.session_id)
