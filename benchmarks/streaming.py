"""An agent's answer, streamed to everybody in a session: bytes on the wire, blocks of the loop."""

import asyncio
from array import array

from .load import Incomplete, Socket, connect_ours
from .probe import PIECE, PIECES
from .processes import Server
from .sessions import make_session
from .table import Row

PARTICIPANTS = 20
DONE_WITHIN = 30.0
TEXT = PIECE * PIECES
RUNS = {"paced": "1000 pieces/s", "unpaced": "unpaced"}


async def streaming(server: Server) -> list[Row]:
    """Everything a participant receives from the question to the end of the run counts."""
    server.ask("POST", "benchmark")
    people = [f"s{n}" for n in range(PARTICIPANTS)]
    session_id = make_session(server, people)
    sockets = [await connect_ours(server, n, session_id, who) for n, who in enumerate(people)]
    for number, name in enumerate(RUNS):
        add = f'{{"type":"participant.add","ref":"add{number}","participant_id":"agent:{name}"}}'
        sockets[0].send(f"[{add}]")
    await asyncio.sleep(1.0)
    rows: list[Row] = []
    for name, words in RUNS.items():
        server.ask("GET", "benchmark?reset=1")
        received = await _run(sockets, name)
        seen = server.ask("GET", "benchmark?reset=1")
        worst = max(received)
        late, blocked = 1000 * seen["late"], 1000 * seen["blocked"]
        rows += [
            Row(
                f"20 KB streamed to 20, {words}: bytes each",
                "<= 2 x the text",
                f"{worst} B",
                f"{TEXT} B (the text)",
                f"{worst / TEXT:.2f}",
                worst <= 2 * TEXT,
            ),
            Row(
                f"20 KB streamed to 20, {words}: longest block of the loop",
                "<= 20 ms",
                f"{blocked:.1f} ms ({late:.1f} ms with waiting for the core)",
                met=blocked <= 20,
            ),
        ]
    for socket in sockets:
        socket.transport.disconnect()
    return rows


async def _run(sockets: list[Socket], name: str) -> list[int]:
    over = asyncio.Event()
    pieces: array[int] = array("q", [0] * len(sockets))

    def came(socket: Socket, raw: bytes) -> None:
        pieces[socket.session] += raw.count(b"piece number ")
        if b'"run.finished"' in raw:
            waiting.discard(socket)
            if not waiting:
                over.set()

    waiting = set(sockets)
    for socket in sockets:
        socket.on_frame = came
        socket.bytes_received = 0
    ask = f'{{"type":"run.start","ref":"run-{name}","agent_id":"agent:{name}","task":"write"}}'
    sockets[0].send(f"[{ask}]")
    await asyncio.wait_for(over.wait(), DONE_WITHIN)
    for socket in sockets:
        if socket.problem:
            raise Incomplete(socket.problem)
    if set(pieces) != {PIECES}:
        raise Incomplete(f"participants received {sorted(set(pieces))} pieces of {PIECES}")
    return [socket.bytes_received for socket in sockets]
