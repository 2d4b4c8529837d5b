"""Settings from the environment, and what happens to a wrong one."""

import pytest
from running_server.http import Person
from running_server.process import ServerFactory
from running_server.tabs import join

PREFIX = "JUPYTER_COLLAB_AGENTS_"


async def test_every_kind_of_setting_comes_from_the_environment_and_traitlets_win(
    running_server: ServerFactory,
) -> None:
    """LI3."""
    server = running_server(
        environment={
            PREFIX + "MAX_FRAME": "4096",
            PREFIX + "MAX_MESSAGE": "100",
            PREFIX + "WEBSOCKET_PING_INTERVAL": "1.5",
            PREFIX + "DEFAULT_SESSION_NAME": "From outside",
            PREFIX + "DEFAULT_ROLE": "viewer",
            PREFIX + "DEFAULT_AGENTS": " agent:echo , agent:notebook,",
            PREFIX + "NO_SUCH_SETTING": "x",
        },
        traits={"CollabAgents": {"max_message": 200}},
    )
    ann = Person(server, "ann")
    tab = await join(ann, (await ann.get("sessions")).json["default_session"])
    limits, state = tab.welcome["limits"], tab.welcome["snapshot"]
    assert (limits["max_frame"], limits["max_message"]) == (4096, 200)
    assert limits["ping_interval"] == 1.5
    assert state["name"] == "From outside"
    assert state["participants"]["user:ann"]["role"] == "viewer"
    assert {"agent:echo", "agent:notebook"} <= set(state["participants"])
    # FR8: a ping that a page can see
    await tab.until(lambda t: t.of("ping"))
    await tab.close()


async def test_the_default_session_can_be_switched_off(running_server: ServerFactory) -> None:
    """JO6."""
    server = running_server(environment={PREFIX + "DEFAULT_SESSION": "false"})
    listed = (await Person(server, "ann").get("sessions")).json
    assert (listed["default_session"], listed["sessions"]) == (None, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAX_FRAME", "many"), ("MAX_CONCURRENT_SESSIONS", "0"), ("DEFAULT_ROLE", "owner")],
)
async def test_a_wrong_value_is_named_and_the_server_runs_without_us(
    running_server: ServerFactory, name: str, value: str
) -> None:
    """LI3."""
    server = running_server(environment={PREFIX + name: value})
    ann = Person(server, "ann")
    health = await ann.get("health")
    assert (health.status, health.json["ready"]) == (503, False)
    assert PREFIX + name in health.json["problem"]
    assert PREFIX + name in server.log.text
    assert (await ann.get("sessions")).problem == "not_ready"
    assert (await ann.ask("GET", "/api/status")).status == 200


async def test_the_extension_works_below_a_base_url(running_server: ServerFactory) -> None:
    server = running_server(base_url="/user/ann/")
    ann = Person(server, "ann")
    tab = await join(ann, await ann.create())
    assert (await tab.ask("chat.post", body="from below another address"))["type"] == "ack"
    await tab.close()


async def test_limits_of_sessions_and_people_are_refused_in_words(
    running_server: ServerFactory,
) -> None:
    """SE5, PA5."""
    server = running_server(
        traits={
            "CollabAgents": {
                "max_concurrent_sessions": 1,
                "max_session_participants": 2,
                "default_agents": [],
            }
        }
    )
    ann, ben, cara = (Person(server, n) for n in ("ann", "ben", "cara"))
    session_id = await ann.create()
    more = await ann.post("sessions", {"name": "One more"})
    assert (more.status, more.problem) == (409, "too_many_sessions")
    await ann.bring(session_id, ben)
    server.set_rights("cara", "read", "write")
    made = await ann.post(f"sessions/{session_id}/invites", {"role": "viewer"})
    full = await cara.post("invites/accept", {"token": made.json["token"]})
    assert (full.status, full.problem) == (409, "session_full")
    await ann.ask("PATCH", f"sessions/{session_id}", {"archived": True})
    assert (await ann.post("sessions", {"name": "Now there is room"})).status == 201


async def test_a_quiet_session_is_archived_and_nothing_is_lost(
    running_server: ServerFactory,
) -> None:
    """SE6, SE7."""
    server = running_server(
        traits={"CollabAgents": {"session_timeout": 1.0, "broadcast_interval": 0.1}}
    )
    ann = Person(server, "ann")
    watched, quiet = await ann.create("Watched"), await ann.create("Quiet")
    await ann.say(quiet, "the last word here")
    tab = await join(ann, watched)
    await tab.until(lambda t: t.of("session.state"))

    async def status() -> str:
        found: str = (await ann.get(f"sessions/{quiet}")).json["state"]["status"]
        return found

    while await status() == "active":
        # FR3: an answer each time, and so no busy loop
        assert (await tab.ask("chat.read", read_seq=0))["type"] in ("ack", "rejected")
    assert len((await ann.get(f"sessions/{quiet}/messages")).json["messages"]) == 1
    assert (await ann.get(f"sessions/{watched}")).json["state"]["status"] == "active"
    pulses = len(tab.of("session.state"))
    assert pulses < 10, "told only when something changed"
    await tab.close()
