"""The agents of this server: the built-in ones and those that other packages bring."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Any
from zlib import crc32

from msgspec import Struct

from ..protocol.participants import Kind, Profile
from ..protocol.runs import AgentSummary
from .agent import Agent, AgentInfo

ENTRY_POINTS = "jupyter_collab_agents.agents"

_ID = re.compile(r"agent:[a-z0-9][a-z0-9._-]{0,99}")

PALETTE = (
    "#8f51d6",
    "#0c7c92",
    "#cc307e",
    "#138241",
    "#b65514",
    "#266fd5",
    "#d03743",
    "#ab43c0",
)
"""Eight hues of one lightness: white text on them, and they on either theme's background, can be
read (WCAG: at least 4.5:1 and 3:1)."""

log = logging.getLogger(__name__)


class Problem(Struct, frozen=True):
    """An agent that could not be taken in: where it came from, and why."""

    source: str
    message: str


class NotAnAgent(Exception):
    """The object does not do what agents do; the message says what is missing."""


class Registry:
    """Agents by id. The first to take an id keeps it."""

    def __init__(self, agents: Iterable[Agent] = ()) -> None:
        self._agents: dict[str, Agent] = {}
        self.problems: list[Problem] = []
        for agent in agents:
            self.add(agent, "built in")

    def add(self, agent: Agent, source: str) -> bool:
        """Take an agent in; false, and a problem, if its id is taken."""
        info = agent.info
        if info.agent_id in self._agents:
            self._refuse(source, f"{info.agent_id} is another agent already; choose another id")
            return False
        self._agents[info.agent_id] = agent
        return True

    async def load(self, found: Iterable[EntryPoint] | None = None) -> None:
        """Take in what packages announce. Imports happen in a thread; one that fails is reported
        in ``problems`` and keeps no other out."""
        if found is None:
            found = await asyncio.to_thread(lambda: list(entry_points(group=ENTRY_POINTS)))
        for entry_point in found:
            source = f"{entry_point.name} = {entry_point.value}"
            try:
                agent = await asyncio.to_thread(_built, entry_point.load)
            except NotAnAgent as problem:
                self._refuse(source, str(problem))
            except (Exception, SystemExit) as problem:
                log.exception("Agent %s could not be loaded", source)
                self._refuse(source, f"loading it failed: {type(problem).__name__}: {problem}")
            else:
                self.add(agent, source)

    def get(self, agent_id: str) -> Agent | None:
        """The agent with this id; the bare name will do."""
        return self._agents.get(agent_id) or self._agents.get(f"agent:{agent_id}")

    def infos(self) -> list[AgentInfo]:
        """Everybody, in the order they came."""
        return [agent.info for agent in self._agents.values()]

    def profiles(self) -> dict[str, Profile]:
        """Everybody as participants, by id."""
        return {info.agent_id: profile_of(info) for info in self.infos()}

    def summaries(self) -> list[AgentSummary]:
        """Everybody as the wire describes them."""
        return [
            AgentSummary(
                agent_id=info.agent_id,
                name=info.name,
                description=info.description,
                capabilities=list(info.capabilities),
                commands=list(info.commands),
            )
            for info in self.infos()
        ]

    def _refuse(self, source: str, message: str) -> None:
        log.warning("Agent %s is left out: %s", source, message)
        self.problems.append(Problem(source, message))


def profile_of(info: AgentInfo) -> Profile:
    """The agent as a participant. Its colour follows from its id alone."""
    words = re.findall(r"\w+", info.name) or [info.agent_id.partition(":")[2]]
    return Profile(
        participant_id=info.agent_id,
        kind=Kind.AGENT,
        name=info.name,
        initials="".join(word[0] for word in words[:2]).upper(),
        # the middle bits: the built-in agents differ in them
        color=PALETTE[(crc32(info.agent_id.encode()) >> 16) % len(PALETTE)],
        avatar_url=None,
        anonymous=False,
        capabilities=list(info.capabilities),
    )


def _built(load: Callable[[], Any]) -> Agent:
    """The agent itself, from an agent, its class or a function without arguments."""
    found = load()
    if isinstance(found, type) or not isinstance(found, Agent):
        if not callable(found):
            raise NotAnAgent("it is neither an agent nor something that makes one")
        found = found()
    if not isinstance(found, Agent) or not callable(found.run):
        raise NotAnAgent("it has no `info` and `run(task, ctx)`")
    info: object = found.info
    if not isinstance(info, AgentInfo):
        raise NotAnAgent("its `info` is not an AgentInfo")
    if not _ID.fullmatch(info.agent_id):
        raise NotAnAgent(f"its id {info.agent_id!r} is not like 'agent:name'")
    if not info.name.strip():
        raise NotAnAgent("it has no name")
    return found
