"""Who does not answer a ping is not there."""

import asyncio
import json

import pytest
from running_server.http import Person
from running_server.process import RunningServer, ServerFactory
from websockets.frames import Frame, Opcode

from .line import Browser

TRAITS = {"CollabAgents": {"websocket_ping_interval": 1.0, "websocket_ping_timeout": 1.0}}


@pytest.fixture(scope="module")
def server(running_servers: ServerFactory) -> RunningServer:
    return running_servers(traits=TRAITS)


@pytest.fixture
def ann(server: RunningServer) -> Person:
    return Person(server, "ann")


async def joined(ann: Person, server: RunningServer) -> Browser:
    """A browser that does nothing by itself."""
    session_id = await ann.create()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        f"GET /api/collab-agents/sessions/{session_id}/join HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: token {server.tokens[ann.name]}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "\r\n".encode()
    )
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    browser = Browser(reader, writer)
    assert b'"welcome"' in (await browser.frame()).data
    return browser


async def next_ping(browser: Browser) -> Frame:
    while (frame := await browser.frame()).opcode is not Opcode.PING:
        pass
    return frame


async def test_a_socket_that_never_answers_is_closed(server: RunningServer, ann: Person) -> None:
    silent = await joined(ann, server)
    await asyncio.wait_for(silent.ended(), 10)
    silent.hang_up()


async def test_who_answers_stays_and_is_told_that_the_server_is_alive(
    server: RunningServer, ann: Person
) -> None:
    """FR8"""
    browser = await joined(ann, server)
    for _ in range(3):
        browser.send((await next_ping(browser)).data, opcode=Opcode.PONG)
        told = await browser.frame()
        while json.loads(told.data) != [{"type": "ping"}]:
            told = await browser.frame()
    browser.hang_up()
