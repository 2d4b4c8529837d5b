"""What the tests of the hub have in common: people, and what a client was told."""

import msgspec

from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.hub.records import stored_event
from jupyter_collab_agents.hub.tickets import ask
from jupyter_collab_agents.protocol.frames import decode_durable
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.protocol.sessions import SessionState
from jupyter_collab_agents.testing import person, robot

ANN, BEN, CLEO, DAN = (person(name) for name in ("ann", "ben", "cleo", "dan"))
NOA = robot("notebook")


def durable(client):
    """The durable events a client was told, in order."""
    return [one for one in client.socket.told if "seq" in one and one["type"] != "ack"]


def seqs(client):
    return [one["seq"] for one in durable(client)]


def bodies(client):
    return [one.get("body") for one in client.socket.of("chat.posted")]


def replica(client):
    """The state a client has: its snapshot and the events after it (JO4)."""
    state = msgspec.convert(client.welcome["snapshot"], SessionState)
    for one in durable(client):
        state = apply(state, decode_durable(msgspec.json.encode(one)))
    return state


async def log_of(store, session_id):
    """Every event of the log."""
    return [stored_event(one) for one in await store.events(session_id, 0, 100_000)]


async def let_in(running, session, profile, role=Role.EDITOR):
    """Make somebody a member, as a used invitation would."""
    from jupyter_collab_agents.domain.membership import Entrance

    await running.hub.meet(profile)
    doors = running.hub.doors
    await ask(session, lambda t: doors.join(profile, role, Entrance.INVITED, t))


async def wake_up(running, seconds=0.0):
    """Let time pass, sweep, and wait until all is told."""
    running.clock.advance(seconds)
    await running.hub.sweep()
    await running.quiet()
    running.clock.advance(running.hub.settings.presence_interval)
    await running.quiet()
