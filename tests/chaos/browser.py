"""A client that does what the page does: an outbox, resuming, resending in order."""

import asyncio
import json
import random
import socket
import struct
import time
from typing import Any

from running_server.http import Person
from tornado.httpclient import HTTPError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from .history import History, Segment

TIMEOUT = 40.0
BACK_OFF = 0.02
"""Seconds that a page waits before it connects again; pages wait longer."""


class Network:
    """Up or down; clients wait for it instead of knocking all the time."""

    def __init__(self) -> None:
        self.up = asyncio.Event()
        self.up.set()


class Browser:
    """One tab of one person. ``name`` has no spaces; texts begin with it."""

    def __init__(
        self,
        person: Person,
        session_id: str,
        name: str,
        history: History,
        network: Network,
        *,
        twice: random.Random | None = None,
    ) -> None:
        self.person = person
        self.session_id = session_id
        self.name = name
        self.history = history
        self.network = network
        self.acks = 0
        self.closings: list[int | None] = []
        self.seq: int | None = None
        self.waits: list[float] = []
        """Seconds from sending to the acknowledgement, in the first try."""
        self.reads = asyncio.Event()
        self.reads.set()
        self._twice = twice
        self._epoch = ""
        self._at = 0
        self._outbox: dict[str, str] = {}
        self._asked: dict[str, float] = {}
        self._socket: WebSocketClientConnection | None = None
        self._news = asyncio.Condition()
        history.sent.setdefault(name, [])
        history.told.setdefault(name, [])
        self._life = asyncio.create_task(self._live())

    async def type(self, count: int, *, more: str = "", frame: int = 5) -> None:
        """Type messages; they leave ``frame`` at a time if there is a connection."""
        texts = self.history.sent[self.name]
        fresh = []
        for _ in range(count):
            text = f"{self.name} {len(texts)}{more}"
            ref = f"{self.name}-{len(texts)}"
            texts.append(text)
            if len(texts) % 100 == 0:
                self.person.server.secrets.add(text)
            self._outbox[ref] = text
            fresh.append(ref)
        if self._socket is not None:
            self._push(fresh, frame)

    async def until(self, ready: Any, timeout: float = TIMEOUT) -> None:
        """Wait until ``ready(self)``; also for somebody who died in between."""

        async def content() -> None:
            async with self._news:
                await self._news.wait_for(lambda: ready(self))

        waiting = asyncio.create_task(content())
        await asyncio.wait(
            [waiting, self._life], timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        if not waiting.done():
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            if self._life.done():
                self._life.result()
            raise AssertionError(
                f"{self.name}: {len(self._outbox)} unanswered, at {self.seq}, {self.closings}"
            )
        waiting.result()

    async def until_acknowledged(self, acks: int) -> None:
        """At least so many of mine were acknowledged, since the beginning."""
        await self.until(lambda me: me.acks >= acks)

    async def until_told(self, seq: int) -> None:
        """I was told everything up to ``seq``."""
        await self.until(lambda me: me.seq is not None and me.seq >= seq)

    async def until_all_acknowledged(self) -> None:
        """Nothing is in the outbox any more."""
        await self.until(lambda me: not me._outbox)

    def abort(self) -> None:
        """The cable is cut: a reset, no close handshake."""
        if self._socket is not None and self._socket.protocol is not None:
            stream = self._socket.protocol.stream
            if stream is not None and stream.socket is not None:
                linger = struct.pack("ii", 1, 0)
                stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                stream.close()

    async def end(self) -> None:
        """Close the tab."""
        self._life.cancel()
        await asyncio.gather(self._life, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()

    async def _live(self) -> None:
        while True:
            await self.network.up.wait()
            query = f"?after={self.seq}&at={self._at}&epoch={self._epoch}" if self._epoch else ""
            address = f"{self.person.server.api}/sessions/{self.session_id}/join{query}"
            request = HTTPRequest(
                address.replace("http", "ws", 1), headers=self.person.headers, connect_timeout=10
            )
            try:
                joined = await websocket_connect(request)
            except (OSError, HTTPError):
                await asyncio.sleep(BACK_OFF)
                continue
            try:
                await self._converse(joined)
            finally:
                self._socket = None
                protocol = joined.protocol
                joined.close()
                if protocol is not None and protocol.stream is not None:
                    protocol.stream.close()
            self.closings.append(joined.close_code)
            await self._tell()
            await asyncio.sleep(BACK_OFF)

    async def _converse(self, joined: WebSocketClientConnection) -> None:
        while True:
            await self.reads.wait()
            frame = await joined.read_message()
            if frame is None:
                return
            for one in json.loads(frame):
                if one["type"] == "welcome":
                    self._welcomed(one)
                    self._socket = joined
                    self._push(list(self._outbox), 5)
                elif one["type"] == "ack":
                    self._acknowledged(one)
                elif one["type"] == "rejected":
                    if one["ref"] is not None:
                        raise AssertionError(f"{self.name} was refused: {one}")
                elif "seq" in one:
                    self._told(one)
            await self._tell()

    def _welcomed(self, welcome: dict[str, Any]) -> None:
        if not welcome["recovered"]:
            assert self._epoch in ("", welcome["epoch"]), "the log is another one"
            self.seq, self._epoch = welcome["head_seq"], welcome["epoch"]
            self._at = welcome["snapshot"]["last_at"]
            self.history.told[self.name].append(Segment(self.seq))

    def _told(self, event: dict[str, Any]) -> None:
        self.history.told[self.name][-1].events.append(event)
        self.seq, self._at = event["seq"], event["at"]

    def _acknowledged(self, ack: dict[str, Any]) -> None:
        text = self._outbox.pop(ack["ref"], None)
        if text is None:
            text = self.history.sent[self.name][int(ack["ref"].rpartition("-")[2])]
        else:
            self.acks += 1
            self.waits.append(time.perf_counter() - self._asked[ack["ref"]])
        self.history.acked.append((text, ack["seq"]))

    def _push(self, refs: list[str], frame: int) -> None:
        assert self._socket is not None
        for start in range(0, len(refs), frame):
            part = [
                {"type": "chat.post", "ref": ref, "body": self._outbox[ref]}
                for ref in refs[start : start + frame]
                if ref in self._outbox
            ]
            for command in part:
                self._asked.setdefault(command["ref"], time.perf_counter())
            times = 2 if self._twice is not None and self._twice.random() < 0.5 else 1
            for _ in range(times):
                self._send(json.dumps(part))

    def _send(self, frame: str) -> None:
        """Nobody waits for it: what cannot leave is still in the outbox."""
        assert self._socket is not None
        try:
            sent = self._socket.write_message(frame)
        except WebSocketClosedError:
            return
        sent.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()
