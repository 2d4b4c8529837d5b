"""Agents that do as they are told: ``@echo`` for people, ``ScriptedAgent`` for tests and demos."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from ..agent import AgentContext, AgentEvent, AgentInfo, AgentTask, Done, Failed, Note, Text

MAX_COUNT = 10_000

ECHO = AgentInfo(
    agent_id="agent:echo",
    name="echo",
    description="Says back what it hears. To try out sessions, streaming and stopping.",
    capabilities=("chat",),
    commands=("say", "count", "fail", "hang"),
)


class Gate(Protocol):
    """Something to wait for, such as an ``asyncio.Event``."""

    async def wait(self) -> object:
        """Until it is open."""


class ScriptedAgent:
    """Tells the events of a script; waits at gates; raises exceptions."""

    def __init__(self, info: AgentInfo, script: Sequence[AgentEvent | Gate | Exception]) -> None:
        self.info = info
        self.tasks: list[AgentTask] = []
        """What it was asked, in order."""
        self._script = script

    async def run(self, task: AgentTask, ctx: AgentContext) -> AsyncIterator[AgentEvent]:
        """The script, from its beginning."""
        self.tasks.append(task)
        for step in self._script:
            if isinstance(step, AgentEvent):
                yield step
            elif isinstance(step, Exception):
                raise step
            else:
                await step.wait()


class EchoAgent:
    """``@echo``. ``pace`` is the time between words, in seconds."""

    info = ECHO

    def __init__(self, pace: float = 0.0) -> None:
        self._pace = pace

    async def run(self, task: AgentTask, ctx: AgentContext) -> AsyncIterator[AgentEvent]:
        """``say …``, ``count N``, ``fail [why]``, ``hang``; anything else comes back."""
        command, _, rest = task.text.strip().partition(" ")
        match command.lower():
            case "count":
                for number in range(1, _count(rest) + 1):
                    yield Text(str(number) if number == 1 else f" {number}")
                    await asyncio.sleep(self._pace)
            case "fail":
                yield Failed(rest.strip() or "I was asked to fail. Ask me something else.")
                return
            case "hang":
                yield Note("waits until somebody stops it")
                yield Text("Waiting until you stop me …")
                await asyncio.Event().wait()
            case "say" if rest.strip():
                async for piece in self._spoken(rest.strip()):
                    yield piece
            case _:
                async for piece in self._spoken(task.text.strip() or "Say something to me."):
                    yield piece
        yield Done()

    async def _spoken(self, text: str) -> AsyncIterator[Text]:
        for line_number, line in enumerate(text.split("\n")):
            for word_number, word in enumerate(line.split(" ")):
                between = " " if word_number else "\n" if line_number else ""
                yield Text(between + word)
                await asyncio.sleep(self._pace)


def _count(words: str) -> int:
    number = words.split(maxsplit=1)[0] if words.strip() else ""
    return min(int(number[:9]), MAX_COUNT) if number.isascii() and number.isdigit() else 10
