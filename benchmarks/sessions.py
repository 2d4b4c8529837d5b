"""Sessions with people in them, made over REST, and their sockets."""

import asyncio

from .load import Crowd, Socket, body_of, connect_bare, connect_ours, post
from .processes import Server

AT_ONCE = 10


def make_session(server: Server, people: list[str]) -> str:
    """A session whose members are ``people``; the first one owns it."""
    created = server.ask("POST", "collab-agents/sessions", people[0], {"name": "Benchmark"})
    session_id = str(created["session_id"])
    if len(people) > 1:
        invites = f"collab-agents/sessions/{session_id}/invites"
        link = server.ask("POST", invites, people[0], {"role": "editor", "uses": len(people)})
        for person in people[1:]:
            server.ask("POST", "collab-agents/invites/accept", person, {"token": link["token"]})
    return session_id


async def crowd_of_ours(server: Server, sessions: int, size: int) -> tuple[Crowd, list[str]]:
    """``sessions`` sessions with ``size`` people each, everybody connected; the sessions' ids."""
    people = [[f"p{session}x{n}" for n in range(size)] for session in range(sessions)]
    ids = [make_session(server, group) for group in people]
    limit = asyncio.Semaphore(AT_ONCE)

    async def connect(session: int, person: str) -> Socket:
        async with limit:
            return await connect_ours(server, session, ids[session], person)

    sockets = await asyncio.gather(
        *(connect(session, person) for session in range(sessions) for person in people[session])
    )
    await asyncio.sleep(0.5)  # the welcomes' presence
    return Crowd(server, list(sockets), post, acks=True), ids


async def crowd_of_bare(server: Server, sessions: int, size: int, *, first: int = 0) -> Crowd:
    """The same number of sockets at the bare fan-out, in sessions numbered from ``first``."""
    numbers = [first + session for session in range(sessions) for _ in range(size)]
    sockets = [await connect_bare(server, number) for number in numbers]
    return Crowd(server, sockets, body_of, acks=False)
