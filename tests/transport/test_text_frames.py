"""Frames of every length arrive whole."""

import pytest
from running_server.http import Person
from running_server.tabs import join

from jupyter_collab_agents.transport.text_frames import header


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, "8100"),
        (125, "817d"),
        (126, "817e007e"),
        (65535, "817effff"),
        (65536, "817f0000000000010000"),
    ],
)
def test_a_header_tells_the_length(length: int, expected: str) -> None:
    assert header(length).hex() == expected


async def test_frames_around_every_change_of_the_header_are_read(ann: Person) -> None:
    session_id = await ann.create()
    tab = await join(ann, session_id)
    for length in (*range(1, 12), *range(64_700, 64_712), 200, 5_000):
        body = "é" * (length // 2) + "x" * (length % 2)
        ack = await tab.ask("chat.post", body=body)
        assert ack["type"] == "ack", ack
        seq = ack["seq"]
        await tab.until(lambda t, seq=seq: any(e["seq"] == seq for e in t.of("chat.posted")))
        assert tab.of("chat.posted")[-1]["body"] == body
    await tab.close()
