import asyncio
import re
import sys
import threading
from importlib.metadata import EntryPoint

import pytest

from jupyter_collab_agents.agents.builtin import built_in
from jupyter_collab_agents.agents.builtin.echo import EchoAgent
from jupyter_collab_agents.agents.registry import ENTRY_POINTS, PALETTE, Registry, profile_of
from jupyter_collab_agents.protocol.participants import Kind

from .scene import info

MODULE = """
import sys, threading
from jupyter_collab_agents.agents.agent import AgentInfo, Done
loaded_in = threading.current_thread().name

def described(name):
    return AgentInfo(agent_id=f"agent:{name}", name=name, description="for tests")

class AClass:
    info = described("class")
    async def run(self, task, ctx):
        yield Done()

class Other(AClass):
    info = described("other")

instance = Other()

def factory():
    made = AClass()
    made.info = described("factory")
    return made

def same_id():
    made = AClass()
    made.info = described("notebook")
    return made

def bad_id():
    made = AClass()
    made.info = AgentInfo(agent_id="user:ann", name="ann", description="")
    return made

def nameless():
    made = AClass()
    made.info = AgentInfo(agent_id="agent:x", name=" ", description="")
    return made

class NoInfo:
    info = "me"
    def run(self, task, ctx): ...

class NeedsMore(AClass):
    def __init__(self, model): ...

def quits():
    sys.exit("no key")

number = 42
nothing = lambda: None
"""


@pytest.fixture
def packages(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "agents_of_a_package.py").write_text(MODULE)
    (tmp_path / "agents_broken.py").write_text("import a_module_that_is_not_there\n")
    yield lambda *values: [
        EntryPoint(f"e{i}", v if ":" in v else f"agents_of_a_package:{v}", ENTRY_POINTS)
        for i, v in enumerate(values)
    ]
    sys.modules.pop("agents_of_a_package", None)


async def test_an_agent_a_class_or_a_factory_can_be_announced(packages):
    registry = Registry(built_in())
    await registry.load(packages("AClass", "instance", "factory"))
    assert [i.agent_id for i in registry.infos()] == [
        "agent:notebook",
        "agent:echo",
        "agent:class",
        "agent:other",
        "agent:factory",
    ]
    assert registry.problems == []


async def test_packages_are_imported_in_a_thread(packages):
    await Registry().load(packages("AClass"))
    loaded_in = sys.modules["agents_of_a_package"].loaded_in
    assert loaded_in != threading.current_thread().name


async def test_one_that_fails_keeps_no_other_out(packages, caplog):
    registry = Registry()
    await registry.load(packages("agents_broken:agent", "quits", "missing", "AClass"))
    assert [i.agent_id for i in registry.infos()] == ["agent:class"]
    assert [p.source for p in registry.problems] == [
        "e0 = agents_broken:agent",
        "e1 = agents_of_a_package:quits",
        "e2 = agents_of_a_package:missing",
    ]
    assert "a_module_that_is_not_there" in registry.problems[0].message
    assert "no key" in registry.problems[1].message
    assert "e0 = agents_broken:agent" in caplog.text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("number", "neither an agent nor something that makes one"),
        ("nothing", "no `info`"),
        ("NoInfo", "not an AgentInfo"),
        ("NeedsMore", "loading it failed"),
        ("bad_id", "not like 'agent:name'"),
        ("nameless", "no name"),
    ],
)
async def test_what_is_not_an_agent_is_left_out_with_the_reason(packages, value, words):
    registry = Registry()
    await registry.load(packages(value))
    assert registry.infos() == []
    assert words in registry.problems[0].message


async def test_an_id_belongs_to_the_first(packages):
    registry = Registry(built_in())
    notebook = registry.get("agent:notebook")
    await registry.load(packages("same_id"))
    assert registry.get("agent:notebook") is notebook
    assert "another agent already" in registry.problems[0].message


async def test_the_loop_stays_free_while_packages_load(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "agents_slow.py").write_text(
        "import test_gate_for_slow\ntest_gate_for_slow.gate.wait(5)\nagent = 1\n"
    )
    gate = type(sys)("test_gate_for_slow")
    gate.gate = threading.Event()
    monkeypatch.setitem(sys.modules, "test_gate_for_slow", gate)
    loading = asyncio.create_task(
        Registry().load([EntryPoint("slow", "agents_slow:agent", ENTRY_POINTS)])
    )
    await asyncio.sleep(0)
    assert not loading.done()
    gate.gate.set()
    await loading


async def test_the_installed_packages_are_asked():
    registry = Registry()
    await registry.load()
    assert registry.problems == []


def test_an_agent_is_found_by_id_or_name():
    registry = Registry([EchoAgent()])
    assert registry.get("agent:echo") is registry.get("echo") is not None
    assert registry.get("agent:none") is None


def test_a_profile_says_who_an_agent_is():
    profile = profile_of(info("data helper", capabilities=("chat", "read")))
    assert profile.kind is Kind.AGENT
    assert profile.participant_id == "agent:data helper"
    assert profile.initials == "DH"
    assert profile.capabilities == ["chat", "read"]
    assert profile.color in PALETTE
    assert profile_of(info("data helper")).color == profile.color


def test_colours_differ_between_agents():
    assert len({profile_of(info(f"agent{i}")).color for i in range(50)}) == len(PALETTE)


def luminance(color):
    channels = [int(part, 16) / 255 for part in re.findall("[0-9a-f]{2}", color)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("color", PALETTE)
def test_every_colour_can_be_read_in_both_themes(color):
    assert contrast(color, "#ffffff") >= 4.5
    assert contrast(color, "#212121") >= 3


def test_summaries_and_profiles_cover_everybody():
    registry = Registry(built_in())
    assert [s.agent_id for s in registry.summaries()] == list(registry.profiles())
    assert registry.summaries()[0].commands == ["check", "explain", "outline", "help"]
