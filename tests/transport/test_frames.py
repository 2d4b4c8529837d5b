"""WebSocket frames, with TLS in the server's process and without."""

import asyncio
import logging
import struct
import sys
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from jupyter_collab_agents.transport import frames as module

from .line import MAX_FRAME, Line, lines


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    async with lines(tls=request.param) as line:
        yield line


# --- what comes -----------------------------------------------------------------------------


@pytest.mark.parametrize("piece", [1, 7, 4096])
async def test_messages_come_whole_and_in_order_in_whatever_pieces(line: Line, piece: int) -> None:
    """FR1"""
    texts = ["[]", "é" * 60, "x" * 125, "x" * 126, "", "y" * 3000]
    data = b"".join(Frame(Opcode.TEXT, text.encode()).serialize(mask=True) for text in texts)
    line.frames.serve(line.take)
    for start in range(0, len(data), piece):
        line.browser.raw(data[start : start + piece])
        await line.browser.writer.drain()
    await line.until(len(texts))
    assert line.came == texts


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_what_comes_on_the_heels_of_the_handshake_is_not_lost(tls: bool) -> None:
    early = Frame(Opcode.TEXT, b"early").serialize(mask=True)
    async with lines(tls=tls, heels=early) as line:
        line.browser.send("late")
        line.frames.serve(line.take)
        await line.until(2)
        assert line.came == ["early", "late"]


async def test_a_message_may_come_in_parts_with_a_ping_in_between(line: Line) -> None:
    line.frames.serve(line.take)
    letter = "é".encode()  # it may be cut in the middle
    line.browser.send(letter[:1], fin=False, opcode=Opcode.TEXT)
    line.browser.send(b"there?", opcode=Opcode.PING)
    line.browser.send(letter[1:], fin=False, opcode=Opcode.CONT)
    line.browser.send("!", opcode=Opcode.CONT)
    line.browser.send(letter[:1], fin=False)
    line.browser.send(letter[1:], opcode=Opcode.CONT)
    pong = await line.browser.frame()
    assert (pong.opcode, pong.data) == (Opcode.PONG, b"there?")
    await line.until(2)
    assert line.came == ["é!", letter]


def masked(first: int, length: int) -> bytes:
    """The beginning of a frame with a mask of zeros."""
    return struct.pack("!BBQ", first, 0xFF, length) + bytes(4)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x82\x00\x00\x00\x00\xff\xfe", 1007),
        (masked(0x81, MAX_FRAME + 1), 1009),
        (b"\x01\x81\x00\x00\x00\x00x" + masked(0x80, MAX_FRAME), 1009),
        (masked(0x81, 2**63), 1002),
        (b"\x81\x02no", 1002),
        (b"\xc1\x82\x00\x00\x00\x00no", 1002),
        (b"\x83\x82\x00\x00\x00\x00no", 1002),
        (b"\x80\x82\x00\x00\x00\x00no", 1002),
        (b"\x01\x82\x00\x00\x00\x00no\x81\x82\x00\x00\x00\x00no", 1002),
        (b"\x09\x82\x00\x00\x00\x00no", 1002),
        (b"\x89\xfe\x00\x7e\x00\x00\x00\x00" + bytes(126), 1002),
    ],
    ids=[
        "no UTF-8",
        "too long",
        "too long in parts",
        "longer than there is",
        "no mask",
        "reserved bits",
        "unknown sort",
        "continues nothing",
        "two at a time",
        "half a ping",
        "a long ping",
    ],
)
async def test_what_breaks_the_rules_ends_the_socket(line: Line, data: bytes, code: int) -> None:
    """FR6"""
    line.frames.serve(line.take)
    line.browser.send("before")
    line.browser.raw(data)
    line.browser.send("after")
    assert await line.browser.close_code() in (code, 1009 if code == 1002 else code)
    await line.browser.ended()
    line.browser.hang_up()
    await line.frames.closed
    assert line.came == ["before"]


async def test_the_next_message_waits_for_what_is_left_of_the_one_before(line: Line) -> None:
    go_on = asyncio.Event()

    async def rest(message: str | bytes) -> None:
        await go_on.wait()
        line.take(f"{message!r} seen through")

    def take(message: str | bytes) -> Coroutine[Any, Any, None] | None:
        line.take(message)
        return rest(message) if message == "slow" else None

    line.frames.serve(take)
    line.browser.send("slow", "next")
    await line.until(1)
    line.browser.send("last")
    await asyncio.sleep(0)
    assert line.came == ["slow"]
    go_on.set()
    await line.until(4)
    assert line.came == ["slow", "'slow' seen through", "next", "last"]


@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
async def test_a_fault_of_ours_ends_the_socket(
    line: Line, later: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise RuntimeError("a fault")

    def take(message: str | bytes) -> Coroutine[Any, Any, None]:
        if later:
            return fail()
        raise RuntimeError("a fault")

    line.frames.serve(take)
    line.browser.send("one", "two")
    await asyncio.wait_for(line.frames.closed, 10)
    assert "a fault" in caplog.text


async def test_many_messages_at_once_leave_others_their_turn(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 10)
    loop = asyncio.get_running_loop()
    turns: list[int] = [0]

    def turn() -> None:
        turns.append(0)
        loop.call_soon(turn)

    def take(message: str | bytes) -> None:
        turns[-1] += 1
        line.take(message)

    turn()
    line.frames.serve(take)
    line.browser.send(*["[]"] * 500)
    await line.until(500)
    # a turn of others between two shares of ours; two shares may fall into one
    assert max(turns) <= 20


async def test_no_text_stands_in_the_log(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        line.frames.serve(line.take)
        line.browser.send("a secret")
        await line.until(1)
        line.frames.write(b"another secret")
        await line.browser.frame()
    assert "secret" not in caplog.text


# --- what goes ------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 125, 126, 65535, 65536])
async def test_frames_around_every_change_of_the_header_arrive(line: Line, length: int) -> None:
    line.frames.write(b"x" * length)
    frame = await line.browser.frame()
    assert (frame.opcode, frame.fin, len(frame.data)) == (Opcode.TEXT, True, length)


def fill(line: Line) -> asyncio.Future[None]:
    """Write until nothing more goes."""
    while (room := line.frames.write(bytes(50_000))) is None:
        pass
    return room


@pytest.mark.skipif(sys.platform == "win32", reason="this system does not say what it holds")
async def test_a_little_that_is_read_counts_as_taken_long_before_there_is_room(line: Line) -> None:
    """LO7"""
    room = fill(line)
    for _ in range(3):
        before = line.frames.taken()
        # the other end's system tells of its room only when there is enough of it
        while line.frames.taken() == before:
            await line.browser.reader.read(20_000)
        assert not room.done()


async def test_frames_that_waited_arrive_whole_and_then_there_is_room(line: Line) -> None:
    room = fill(line)
    assert line.frames.write(b"the last one") is room
    while (frame := await line.browser.frame()).data != b"the last one":
        assert len(frame.data) == 50_000
    await asyncio.wait_for(room, 10)
    assert line.frames.write(b"more") is None


async def test_a_socket_that_closes_lets_go_of_whoever_waits(line: Line) -> None:
    room = fill(line)
    line.frames.serve(line.take)
    line.browser.hang_up()
    await asyncio.wait_for(room, 10)
    await asyncio.wait_for(line.frames.closed, 10)
    assert line.frames.write(b"too late") is None
    assert line.frames.taken()[1] is None


async def test_whoever_pings_without_reading_does_not_fill_the_memory(line: Line) -> None:
    line.frames.serve(line.take)
    fill(line)
    for _ in range(200):
        line.browser.send(*[bytes(125)] * 100, opcode=Opcode.PING)
        await line.browser.writer.drain()
    line.browser.send("the end")
    await line.until(1)
    waiting, _ = line.frames.taken()
    assert waiting < module.MOST_UNSENT + 50_000 + 200


# --- the end --------------------------------------------------------------------------------


async def test_we_close_and_the_browser_answers(line: Line) -> None:
    line.frames.serve(line.take)
    line.frames.close(4500, "é" * 200)
    assert line.frames.write(b"too late") is None
    frame = await line.browser.frame()
    assert frame.opcode is Opcode.CLOSE
    assert (frame.data[:2], frame.data[2:].decode()) == (struct.pack("!H", 4500), "é" * 61)
    line.browser.answer_close()
    await line.browser.ended()
    line.browser.hang_up()
    await asyncio.wait_for(line.frames.closed, 10)


async def test_who_does_not_answer_is_hung_up_on(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLOSE_WITHIN", 0.01)
    line.frames.close(4500, "go")
    await asyncio.wait_for(line.frames.closed, 10)


async def test_the_browser_closes(line: Line) -> None:
    line.frames.serve(line.take)
    line.browser.send("the last word")
    line.browser.answer_close()
    assert await line.browser.close_code() == 1000
    await line.browser.ended()
    line.browser.hang_up()
    await asyncio.wait_for(line.frames.closed, 10)
    assert line.came == ["the last word"]


async def test_the_browser_is_gone(line: Line) -> None:
    line.frames.serve(line.take)
    line.browser.writer.close()
    await asyncio.wait_for(line.frames.closed, 10)
