"""Agents at work on a real hub: who is started by what, and what stops it."""

import asyncio
from collections import Counter

import pytest

from jupyter_collab_agents.agents.agent import AgentInfo, Done, Text
from jupyter_collab_agents.agents.builtin.echo import ScriptedAgent
from jupyter_collab_agents.agents.registry import Registry
from jupyter_collab_agents.agents.service import AgentService
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.testing import RunningHub

from .scene import ANN, BEN, let_in

SAYS = {
    "one": "done",
    "two": "@one and you?",
    "three": "@two and you?",
    "four": "@five and you?",
    "five": "@four and you?",
    "self": "@self again",
}
IDS = {name: f"agent:{name}" for name in SAYS}


class NoNotebooks:
    """There are none here."""

    async def notebook(self, path):
        raise AssertionError("nobody asked for a notebook")

    async def files_beside(self, path):
        return []


class Team:
    """Ann in a session with scripted agents."""

    def __init__(self, running, service, ann):
        self.running, self.service, self.ann = running, service, ann
        self.session = ann.connection.session

    async def rest(self):
        """Until every run that began has ended, and nothing new begins."""
        for _ in range(100):
            await self.running.quiet()
            self.running.clock.advance(0.05)
        async with asyncio.timeout(10):
            while any(run.status.value in {"queued", "running"} for run in self.runs):
                await self.running.quiet()

    @property
    def runs(self):
        return list(self.session.state.runs.values())

    @property
    def asked(self):
        return Counter(run.agent_id.partition(":")[2] for run in self.runs)


@pytest.fixture
async def team():
    settings = Settings(default_agents=tuple(IDS.values()))
    async with RunningHub(settings=settings) as running:
        registry = Registry(
            ScriptedAgent(
                AgentInfo(agent_id=agent_id, name=name, description=name),
                [Text(SAYS[name]), Done()],
            )
            for name, agent_id in IDS.items()
        )
        service = AgentService(
            running.hub, registry, NoNotebooks(), auto_responder="agent:one", max_concurrent=4
        )
        session = await running.session(ANN)
        await let_in(running, session, BEN, Role.EDITOR)
        ann = await running.connect(ANN, session.session_id)
        yield Team(running, service, ann)
        await service.stop()


async def test_the_mentioned_answer_but_three_at_most(team):
    """AG2"""
    await team.ann.ask("chat.post", body="@one @three @four @five what do you think?")
    await team.rest()
    trigger = team.ann.socket.of("chat.posted")[0]["message_id"]
    asked = [run.agent_id for run in team.runs if run.trigger == trigger]
    assert asked == ["agent:one", "agent:three", "agent:four"]


async def test_plain_words_go_to_the_auto_responder_and_a_reply_to_its_agent(team):
    """AG2"""
    await team.ann.ask("chat.post", body="Hello")
    await team.rest()
    assert team.asked == {"one": 1}
    answer = next(e for e in team.ann.socket.of("chat.posted") if e["actor"] == "agent:one")
    await team.ann.ask("chat.post", body="and now?", reply_to=answer["message_id"])
    await team.rest()
    assert team.asked == {"one": 2}


async def test_agents_start_each_other_at_most_three_times_in_a_row(team):
    """AG3"""
    await team.ann.ask("chat.post", body="@four begin")
    await team.rest()
    assert team.asked == {"four": 2, "five": 2}


async def test_an_agent_never_starts_itself(team):
    """AG3"""
    await team.ann.ask("chat.post", body="@self begin")
    await team.rest()
    assert team.asked == {"self": 1}


async def test_an_agent_starts_another_by_mention_alone(team):
    """AG3: the second's answer mentions nobody, and no auto-responder picks it up."""
    await team.ann.ask("chat.post", body="@two begin")
    await team.rest()
    assert team.asked == {"two": 1, "one": 1}


async def test_a_run_stands_in_the_log_from_asking_to_its_end(team):
    """AG4 CH8"""
    await team.ann.ask("chat.post", body="@one go")
    await team.rest()
    types = [e["type"] for e in team.ann.socket.told if e["type"].startswith("run.") and "seq" in e]
    assert types == ["run.queued", "run.started", "run.finished"]
    assert team.ann.socket.of("run.finished")[0]["status"] == "done"
    assert "".join(d["text"] for d in team.ann.socket.of("chat.delta")) == "done"


async def test_a_muted_agent_does_not_answer_and_is_not_replaced(team):
    """PA8"""
    await team.ann.ask("participant.mute", participant_id="agent:two", muted=True)
    await team.ann.ask("chat.post", body="@two go")
    await team.rest()
    assert team.runs == []


async def test_in_a_muted_session_only_owners_post_and_agents_are_silent(team):
    """PA8"""
    ben = await team.running.connect(BEN, team.session.session_id)
    await team.ann.ask("session.mute", muted=True)
    assert (await ben.ask("chat.post", body="Hello"))["code"] == "muted"
    assert (await team.ann.ask("chat.post", body="@one hush"))["type"] == "ack"
    await team.rest()
    assert team.runs == []
    await team.ann.ask("session.mute", muted=False)
    assert (await ben.ask("chat.post", body="Hello"))["type"] == "ack"


async def test_a_muted_participant_does_not_post(team):
    """PA8"""
    ben = await team.running.connect(BEN, team.session.session_id)
    await team.ann.ask("participant.mute", participant_id="user:ben", muted=True)
    assert (await ben.ask("chat.post", body="Hello"))["code"] == "muted"
