import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_collab_agents.domain.presence import ConnectionPresence, summarise
from jupyter_collab_agents.protocol.presence import Activity, Location

IDLE, AWAY = 60_000, 600_000


def tab(last_active, path=None, following=None):
    return ConnectionPresence(last_active, path and Location(path=path), following)


def test_without_a_connection_one_is_offline():
    presence = summarise("user:ann", [], 5000, IDLE, AWAY)
    assert (presence.activity, presence.connections) == (Activity.OFFLINE, 0)
    assert presence.location is None


@pytest.mark.parametrize(
    ("silent", "activity"),
    [
        (0, Activity.ACTIVE),
        (IDLE - 1, Activity.ACTIVE),
        (IDLE, Activity.IDLE),
        (AWAY - 1, Activity.IDLE),
        (AWAY, Activity.AWAY),
        (-5, Activity.ACTIVE),
    ],
)
def test_silence_makes_idle_then_away(silent, activity):
    now = 1_000_000
    assert summarise("user:ann", [tab(now - silent)], now, IDLE, AWAY).activity is activity


def test_three_tabs_are_one_person_at_the_place_of_the_latest():
    tabs = [tab(10, "a.py"), tab(30, "b.py", "user:ben"), tab(20, "c.py")]
    presence = summarise("user:ann", tabs, 40, IDLE, AWAY)
    assert presence.connections == 3
    assert presence.location == Location(path="b.py")
    assert presence.following == "user:ben"
    assert presence.last_active == 30


def test_an_agent_that_does_something_is_active():
    presence = summarise("agent:echo", [], 5000, IDLE, AWAY, doing="reading cell 4")
    assert presence.activity is Activity.ACTIVE
    assert presence.doing == "reading cell 4"
    assert presence.last_active == 5000


@given(st.lists(st.integers(0, 2_000_000), min_size=1), st.integers(0, 2_000_000))
def test_one_more_sign_of_life_never_makes_anybody_sleepier(times, more):
    order = [Activity.ACTIVE, Activity.IDLE, Activity.AWAY]
    before = summarise("user:ann", [tab(t) for t in times], 2_000_000, IDLE, AWAY)
    after = summarise("user:ann", [tab(t) for t in [*times, more]], 2_000_000, IDLE, AWAY)
    assert order.index(after.activity) <= order.index(before.activity)
    assert after.last_active == max([*times, more])
