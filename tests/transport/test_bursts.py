"""Somebody sends more than anybody can: typed refusals, flat memory, nobody else notices."""

import asyncio
import json
import time

from running_server.http import Person
from running_server.process import ServerFactory
from running_server.tabs import join

FRAMES = 10_000


async def test_ten_thousand_frames_are_refused_in_words_and_leave_no_trace(
    running_server: ServerFactory,
) -> None:
    """LI1, FR3."""
    server = running_server()
    ann, ben = Person(server, "ann"), Person(server, "ben")
    session_id = await ann.create()
    await ann.bring(session_id, ben)
    loud, calm = await join(ann, session_id), await join(ben, session_id)
    began = time.monotonic()

    async def burst() -> None:
        for number in range(FRAMES):
            if loud.closed:
                return
            await loud.raw(
                json.dumps([{"type": "chat.post", "ref": f"b{number}", "body": "again and again"}])
            )

    before = server.resident()
    sending = asyncio.create_task(burst())
    waits = []
    for _ in range(10):
        asked = time.monotonic()
        assert (await calm.ask("chat.post", body="am I still served?"))["type"] == "ack"
        waits.append(time.monotonic() - asked)
    await sending
    await loud.until(lambda t: t.closed or len(t.of("ack", "rejected")) >= FRAMES, timeout=60)
    took = time.monotonic() - began
    grown = server.resident() - before
    answered = loud.of("ack", "rejected")
    assert {a["code"] for a in answered if a["type"] == "rejected"} == {"rate_limited"}
    if not loud.closed:
        assert len({a["ref"] for a in answered}) == FRAMES, "each got its answer"
    stored = [
        e
        for e in (await ben.get(f"sessions/{session_id}/messages", limit=500)).json["messages"]
        if e["author"] == "user:ann"
    ]
    assert len(stored) <= 30 + 10 * took + 1
    assert max(waits) < 5.0
    assert grown < 8 * 2**20, f"{grown / 2**20:.0f} MiB more"
    assert (await calm.ask("chat.post", body="and now it is quiet"))["type"] == "ack"
    await calm.close()


async def test_ten_thousand_commands_in_big_frames_wait_for_nobody(
    running_server: ServerFactory,
) -> None:
    """LI2: a full queue says busy, what is queued is stored."""
    server = running_server(
        traits={
            "CollabAgents": {
                "command_rate": 1e6,
                "command_burst": 1_000_000,
                "message_queue_size": 50,
            }
        }
    )
    ann = Person(server, "ann")
    tab = await join(ann, await ann.create())
    for start in range(0, 10_000, 1000):
        await tab.send(
            *({"type": "chat.post", "body": f"message {start + n}"} for n in range(1000))
        )
    await tab.until(lambda t: t.closed or len(t.of("ack", "rejected")) >= 10_000, timeout=60)
    answers = tab.of("ack", "rejected")
    assert {a["code"] for a in answers if a["type"] == "rejected"} <= {"busy"}
    posted = [e["seq"] for e in tab.of("chat.posted")]
    if not tab.closed:
        assert sorted(a["seq"] for a in answers if a["type"] == "ack") == posted
        await tab.close()


async def test_many_tabs_of_one_person_are_refused_in_words(server, ann: Person) -> None:  # type: ignore[no-untyped-def]
    session_id = await ann.create()
    tabs = [await join(ann, session_id) for _ in range(32)]
    more = await join(ann, session_id, welcomed=False)
    await more.until_closed()
    assert more.told[0]["code"] == "busy"
    for tab in tabs:
        await tab.close()
