import asyncio

from jupyter_collab_agents.agents.agent import Done, Note, Step, Text
from jupyter_collab_agents.agents.builtin import built_in
from jupyter_collab_agents.agents.builtin.echo import EchoAgent, ScriptedAgent
from jupyter_collab_agents.agents.builtin.notebook import NotebookAgent

from .conformance import AgentConformance
from .scene import info


class TestEcho(AgentConformance):
    questions = ("hello there", "", "say one two", "count 5", "fail", "fail on purpose", "count x")
    waits = "hang"

    def make(self):
        return EchoAgent()


class TestNotebook(AgentConformance):
    questions = ("", "help", "hello", "check", "explain", "outline", "check none.ipynb")

    def make(self):
        return NotebookAgent()


class TestScripted(AgentConformance):
    questions = ("anything",)

    def make(self):
        gate = asyncio.Event()
        gate.set()
        return ScriptedAgent(info("scripted"), [Note("n"), Text("one"), gate, Step("s"), Done()])


class TestScriptThatWaits(AgentConformance):
    questions = ()
    waits = "anything"

    def make(self):
        return ScriptedAgent(info("scripted"), [Text("one"), asyncio.Event()])


def test_all_built_in_agents_have_different_ids():
    ids = [agent.info.agent_id for agent in built_in()]
    assert ids == ["agent:notebook", "agent:echo"]
