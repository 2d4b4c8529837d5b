"""docs/admin-guide.md names every setting with its default, and none that is not there."""

import re
from typing import Any

import pytest
from work_tree import ROOT

from jupyter_collab_agents.domain.permissions import TABLE, Action
from jupyter_collab_agents.extension import CollabAgents
from jupyter_collab_agents.hub import metrics
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.protocol.rest import Health

GUIDE = (ROOT / "docs" / "admin-guide.md").read_text("utf-8")
CODE = re.compile(r"`([^`]+)`")


def section(title: str) -> str:
    """What stands under a heading of second order."""
    return GUIDE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a table's rows, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def documented() -> dict[str, str]:
    """Default by setting, as the table of settings has them."""
    found: dict[str, str] = {}
    for names, defaults, *_ in rows(section("Settings")):
        pairs = zip(CODE.findall(names), CODE.findall(defaults), strict=True)
        for name, default in pairs:
            assert name not in found, name
            found[name] = default.strip('"')
    return found


def traits() -> dict[str, Any]:
    """The settings of our own (ExtensionApp has others)."""
    every = CollabAgents.class_traits(config=True)
    return {name: trait for name, trait in every.items() if trait.this_class is CollabAgents}


def written(default: Any) -> str:
    """A default as the environment would have it."""
    if isinstance(default, list):
        return ",".join(default)
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_every_setting_is_in_the_guide_and_no_other():
    assert set(documented()) == set(traits())


@pytest.mark.parametrize("name", traits())
def test_the_default_is_as_the_guide_says(name):
    assert documented()[name] == written(traits()[name].default())


@pytest.mark.parametrize("name", traits())
def test_every_setting_says_what_it_is(name):
    assert traits()[name].help


def test_every_setting_in_an_example_is_there():
    used = set(re.findall(r"c\.CollabAgents\.([a-z_]+)", GUIDE))
    assert used
    assert used <= set(traits())


def test_every_metric_is_in_the_guide_and_no_other():
    named: set[str] = set()
    for cell, *_ in rows(section("Health and metrics")):
        for name in CODE.findall(cell):
            named.add(name.partition("{")[0].replace("…_", "collab_agents_").replace("_total", ""))
    ours = {
        metric._name
        for metric in vars(metrics).values()
        if getattr(metric, "_name", "").startswith("collab_agents_")
    }
    assert named == ours


def test_every_field_of_the_health_answer_is_in_the_guide():
    text = section("Health and metrics")
    for field in Health.__struct_fields__:
        assert f"`{field}`" in text, field


ROLES = {
    "read": {Action.READ, Action.EXPORT},
    "post": {
        Action.POST,
        Action.REACT,
        Action.EDIT_OWN,
        Action.DELETE_OWN,
        Action.START_RUN,
        Action.CANCEL_OWN_RUN,
        Action.PROPOSE,
    },
    "shared context": {
        Action.SET_CONTEXT,
        Action.SET_FILES,
        Action.SET_ACTIVE_FILE,
        Action.RENAME,
        Action.BRING,
        Action.REPORT_EDIT,
        Action.LOCK,
        Action.REVIEW,
    },
    "invite people": {Action.INVITE, Action.ADD_AGENT, Action.MUTE, Action.CANCEL_ANY_RUN},
    "roles": {Action.SET_ROLE, Action.REMOVE, Action.DELETE_ANY},
    "archive": {Action.ARCHIVE, Action.REOPEN, Action.DELETE_SESSION, Action.SET_HISTORY},
}
"""What each row of the guide's table stands for, by its first words."""


def test_the_table_of_roles_is_the_one_in_the_code():
    assert set().union(*ROLES.values()) == set(Action)
    roles = (Role.OWNER, Role.EDITOR, Role.COMMENTER, Role.VIEWER)
    table = {words.split(",")[0]: marks for words, *marks in rows(section("Who may do what"))}
    assert set(table) == set(ROLES)
    for words, marks in table.items():
        allowed = [role for role, mark in zip(roles, marks, strict=True) if mark == "yes"]
        assert {TABLE[action].lowest for action in ROLES[words]} == {allowed[-1]}, words
        assert allowed == list(roles[: len(allowed)]), words
