"""What every agent keeps to, as tests to inherit: give ``make`` and ``questions``.

class TestMine(AgentConformance):
    questions = ("hello", "do something long")
    def make(self): return MyAgent()
"""

import asyncio
import re

import pytest

from jupyter_collab_agents.agents.agent import (
    Agent,
    AgentEvent,
    AgentInfo,
    Done,
    Failed,
    Note,
    Step,
    Text,
)

from .scene import FakeContext, task, view

PATIENCE = 5.0
"""Seconds after which an agent counts as one that does not end."""


class AgentConformance:
    questions = ("hello", "help", "")
    waits = None
    """A question it answers only when it is stopped, if there is one."""

    def make(self):
        raise NotImplementedError

    def context(self):
        return FakeContext(view("x = 1\ny = x", "print(z)"))

    async def events(self, text):
        agent = self.make()
        async with asyncio.timeout(PATIENCE):
            return [event async for event in agent.run(task(text), self.context())]

    def test_it_says_who_it_is(self):
        agent = self.make()
        assert isinstance(agent, Agent)
        assert isinstance(agent.info, AgentInfo)
        assert re.fullmatch(r"agent:[a-z0-9][a-z0-9._-]*", agent.info.agent_id)
        assert agent.info.name.strip()
        assert agent.info.description.strip()

    async def test_every_question_ends(self):
        for question in self.questions:
            events = await self.events(question)
            assert events, question

    async def test_its_events_are_events_with_words(self):
        for question in self.questions:
            for event in await self.events(question):
                assert isinstance(event, AgentEvent)
                match event:
                    case Text(text) | Note(text) | Step(text) | Failed(text):
                        assert isinstance(text, str)
                        assert text

    async def test_nothing_follows_the_end(self):
        for question in self.questions:
            ends = [isinstance(e, Done | Failed) for e in await self.events(question)]
            assert not any(ends[:-1])

    async def test_it_says_something(self):
        for question in self.questions:
            assert any(isinstance(e, Text | Failed) for e in await self.events(question))

    async def test_two_runs_at_once_do_not_mix(self):
        agent = self.make()

        async def run(text):
            ctx = self.context()
            return [event async for event in agent.run(task(text), ctx)]

        alone = [await self.events(question) for question in self.questions]
        together = await asyncio.gather(*(run(question) for question in self.questions))
        assert list(together) == alone

    async def test_it_can_be_left_after_any_event(self):
        for question in self.questions:
            total = len(await self.events(question))
            for stop_after in range(1, min(total, 5)):
                events = self.make().run(task(question), self.context())
                for _ in range(stop_after):
                    await anext(events)
                await events.aclose()
                with pytest.raises(StopAsyncIteration):
                    await anext(events)

    async def test_it_stops_when_it_is_cancelled(self):
        if self.waits is None:
            pytest.skip("it never waits")
        first = asyncio.Event()

        async def run():
            async for _ in self.make().run(task(self.waits), self.context()):
                first.set()

        work = asyncio.create_task(run())
        async with asyncio.timeout(PATIENCE):
            await first.wait()
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
