"""Frames of every length arrive whole."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from running_server.http import Person
from running_server.tabs import join
from tornado.iostream import IOStream

from jupyter_collab_agents.transport.text_frames import TextFrames, header

Line = tuple[TextFrames, socket.socket]


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


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """Frames to a socket, and its other end, which reads when a test does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        other = socket.create_connection(server.getsockname())
        stream = IOStream(server.accept()[0])
    protocol = SimpleNamespace(stream=stream, is_closing=stream.closed)
    yield TextFrames(cast(Any, SimpleNamespace(ws_connection=protocol))), other
    stream.close()
    other.close()


def fill(frames: TextFrames) -> asyncio.Future[None]:
    """Write until nothing more goes."""
    while (room := frames.write(bytes(50_000))) is None:
        pass
    return room


@pytest.mark.skipif(sys.platform == "win32", reason="this system does not say what it holds")
async def test_a_little_that_is_read_counts_as_taken_long_before_there_is_room(line: Line) -> None:
    """LO7"""
    frames, other = line
    room = fill(frames)
    for _ in range(3):
        before = frames.taken()
        # the other end's system tells of its room only when there is enough of it
        await asyncio.to_thread(_read_until_taken, frames, other, before)
        assert not room.done()


async def test_a_frame_that_waited_arrives_whole_and_then_there_is_room(line: Line) -> None:
    frames, other = line
    room = fill(frames)
    reading = asyncio.create_task(asyncio.to_thread(_read_all, other))
    await asyncio.wait_for(room, 10)
    assert frames.write(b"the end") is None
    other_end = cast(Any, frames)._stream
    other_end.close()
    read = await reading
    assert read.endswith(b"\x81\x07the end")
    assert len(read) % (50_000 + 4) == len(b"\x81\x07the end")


async def test_a_socket_that_closes_lets_go_of_whoever_waits(line: Line) -> None:
    frames, _ = line
    room = fill(frames)
    cast(Any, frames)._stream.close()
    await asyncio.wait_for(room, 10)
    pieces, unread = frames.taken()
    assert (pieces > 0, unread) == (True, None)
    assert frames.write(b"too late") is None


def _read_until_taken(frames: TextFrames, other: socket.socket, before: object) -> None:
    while frames.taken() == before:
        other.recv(20_000)


def _read_all(other: socket.socket) -> bytes:
    read = bytearray()
    while part := other.recv(1 << 20):
        read += part
    return bytes(read)
