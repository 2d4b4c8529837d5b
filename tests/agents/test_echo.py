import asyncio

import pytest

from jupyter_collab_agents.agents.agent import Done, Failed, Note, Text
from jupyter_collab_agents.agents.builtin.echo import EchoAgent, ScriptedAgent

from .scene import FakeContext, answer, info, task


async def ask(text):
    return await answer(EchoAgent(), task(text), FakeContext())


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("hello there", "hello there"),
        ("say yes sir", "yes sir"),
        ("two\nlines of  text", "two\nlines of  text"),
        ("count 3", "1 2 3"),
        ("count", " ".join(map(str, range(1, 11)))),
        ("count x", " ".join(map(str, range(1, 11)))),
        ("count 0", ""),
        ("", "Say something to me."),
    ],
)
async def test_echo(said, heard):
    assert await ask(said) == heard


async def test_echo_never_counts_for_ever():
    assert (await ask("count 999999999999")).endswith(" 10000")


async def test_echo_fails_when_asked():
    events = [e async for e in EchoAgent().run(task("fail the tests are red"), FakeContext())]
    assert events == [Failed("the tests are red")]


async def test_a_script_waits_at_its_gates_and_raises():
    gate = asyncio.Event()
    agent = ScriptedAgent(info("a"), [Note("n"), gate, Text("t"), KeyError("k"), Done()])
    events = agent.run(task(), FakeContext())
    assert await anext(events) == Note("n")
    waiting = asyncio.create_task(anext(events))
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    assert await waiting == Text("t")
    with pytest.raises(KeyError):
        await anext(events)
