"""Cut cables, sending twice, reading slowly, not reading at all."""

import asyncio
import random
import socket

import pytest
from running_server.http import Person

from .conftest import Scene

MEBIBYTE = 2**20


async def test_cut_connections_lose_nothing(scene: Scene) -> None:
    """I1 to I5. LO3, LO4, JO2."""
    chance = random.Random(7)
    senders = [
        scene.browser("ann", "ann-1", twice=random.Random(3)),
        scene.browser("ben", "ben-1"),
        scene.browser("ben", "ben-2"),
    ]
    for _ in range(40):
        for sender in senders:
            await sender.type(20, frame=chance.randrange(1, 6))
        cut = chance.choice(senders)
        await cut.until_acknowledged(cut.acks + 1)
        cut.abort()
    await scene.judge()
    assert sum(len(sender.closings) for sender in senders) >= 40


async def test_everything_sent_twice_happens_once(scene: Scene) -> None:
    """I5. LO3."""

    class Always(random.Random):
        def random(self) -> float:
            return 0.0

    senders = [scene.browser(who, f"{who}-1", twice=Always()) for who in ("ann", "ben")]
    for sender in senders:
        await sender.type(500)
    stored = await scene.judge()
    assert sum(e["type"] == "chat.posted" for e in stored) == 1000


async def test_a_slow_reader_gets_everything_and_delays_nobody(scene: Scene) -> None:
    """I3, I8. LO7."""
    sender, slow = scene.browser("ann", "ann-1"), scene.browser("ben", "ben-slow")
    await sender.type(1)
    await scene.judge()
    before = scene.server.resident()
    for _ in range(20):
        slow.reads.clear()
        await sender.type(100, more=" " + "x" * 2000)
        await sender.until_all_acknowledged()
        slow.reads.set()
        await slow.until_told(scene.history.acked[-50][1])
    await scene.judge()
    assert scene.server.resident() - before < 48 * MEBIBYTE
    assert sorted(sender.waits)[int(len(sender.waits) * 0.99)] < 1.0


async def dead_reader(person: Person, session_id: str) -> socket.socket:
    """Joins, then never reads a byte."""
    server = person.server
    dead = socket.socket()
    dead.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    dead.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(dead, ("127.0.0.1", server.port))
    request = [
        f"GET /api/collab-agents/sessions/{session_id}/join HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *(f"{name}: {value}" for name, value in person.headers.items()),
    ]
    await loop.sock_sendall(dead, ("\r\n".join(request) + "\r\n\r\n").encode())
    return dead


async def metric(person: Person, name: str) -> float:
    text = (await person.ask("GET", "/metrics")).body.decode()
    return float(next(x for x in text.splitlines() if x.startswith(name + " ")).split()[-1])


async def test_dead_readers_are_sent_away_cost_no_memory_and_delay_nobody(scene: Scene) -> None:
    """I8. LO7."""
    ann = scene.people["ann"]
    sender, reader = scene.browser("ann", "ann-1"), scene.browser("ben", "ben-1")
    await sender.type(200, more=" " + "x" * 2000)
    await scene.judge()
    alive = await metric(ann, "collab_agents_connections")
    slow = await metric(ann, "collab_agents_slow_closed_total")
    dead = [await dead_reader(scene.people["ben"], scene.session_id) for _ in range(5)]
    while await metric(ann, "collab_agents_connections") < alive + len(dead):
        pass
    before = scene.server.resident()
    sender.waits.clear()
    async with asyncio.timeout(30):
        while await metric(ann, "collab_agents_slow_closed_total") < slow + len(dead):
            await sender.type(20, more=" " + "x" * 8000, frame=20)
            await sender.until_all_acknowledged()
    assert scene.server.resident() - before < 48 * MEBIBYTE
    assert sorted(sender.waits)[int(len(sender.waits) * 0.99)] < 1.0
    while await metric(ann, "collab_agents_connections") > alive:
        pass
    await scene.judge()
    assert reader.closings == sender.closings == []
    for one in dead:
        one.close()


@pytest.mark.parametrize("bad", [b"\x00" * 100, b"GET / HTTP/1.1\r\n" * 50, b"\x16\x03\x01"])
async def test_strangers_who_speak_no_http_do_no_harm(scene: Scene, bad: bytes) -> None:
    """I9."""
    sender = scene.browser("ann", "ann-1")
    _, writer = await asyncio.open_connection("127.0.0.1", scene.server.port)
    writer.write(bad)
    await sender.type(20)
    await scene.judge()
    writer.close()
