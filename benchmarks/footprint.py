"""What a session, a connection and the extension cost: joining, memory, start-up."""

import asyncio
import time
from pathlib import Path
from statistics import median

from .load import Socket, connect_ours
from .processes import Server, jupyter
from .sessions import make_session
from .table import Row

MESSAGES = 5000
JOINS = 20
IDLE = 500


async def joining(server: Server, people: list[str]) -> list[Row]:
    """From the first byte of the handshake to the first page, in a session of 5,000 messages."""
    session_id = make_session(server, people)
    writer = await connect_ours(server, 0, session_id, people[0])
    written = asyncio.Event()

    def came(socket: Socket, _: bytes) -> None:
        if socket.acknowledged >= MESSAGES:
            written.set()

    writer.on_frame = came
    for start in range(0, MESSAGES, 100):
        posts = ",".join(
            f'{{"type":"chat.post","ref":"j{n}","body":"{"Some words of a message. " * 8}"}}'
            for n in range(start, start + 100)
        )
        writer.send(f"[{posts}]")
    await asyncio.wait_for(written.wait(), 60)
    took = []
    size = 0
    for _ in range(JOINS):
        began = time.perf_counter()
        socket = await connect_ours(server, 0, session_id, people[1])
        took.append(1000 * (time.perf_counter() - began))
        size = socket.bytes_received
        socket.transport.disconnect()
        await asyncio.sleep(0.02)
    writer.transport.disconnect()
    return [
        Row(
            "join a session of 5,000 messages: handshake and first page",
            "<= 50 ms",
            f"{median(took):.1f} ms, worst {max(took):.1f} ms, {size // 1024} KB",
            met=median(took) <= 50,
        )
    ]


async def idle_memory(server: Server, ids: list[str]) -> list[Row]:
    """Resident memory of 500 more sockets in sessions that are open already."""
    people = [f"p{session}x{n}" for session in range(len(ids)) for n in (0, 1)]
    opened: list[Socket] = []

    async def connect(number: int) -> None:
        person = people[number % len(people)]
        session = int(person[1:].partition("x")[0])
        opened.append(await connect_ours(server, session, ids[session], person))

    for number in range(50):  # what the first ones make grow is not theirs
        await connect(number)
    await asyncio.sleep(1.0)
    before = server.ask("GET", "benchmark?collect=1")["resident"]
    for number in range(IDLE):
        await connect(number)
    await asyncio.sleep(1.0)
    after = server.ask("GET", "benchmark?collect=1")["resident"]
    for socket in opened:
        socket.transport.disconnect()
    each = (after - before) / IDLE / 1024
    return [
        Row("an idle connection: resident memory", "<= 60 KB", f"{each:.1f} KB", met=each <= 60)
    ]


def start_up(folder: Path, core: int | None, rounds: int) -> list[Row]:
    """From the start of the process until it answers; with us, until the store is open."""
    _start(folder, core, extension=False)  # reads everything from the disk
    _, first = _start(folder, core, extension=True)
    with_us: list[tuple[float, float]] = []
    without: list[tuple[float, float]] = []
    for _ in range(rounds):
        with_us.append(_start(folder, core, extension=True))
        without.append(_start(folder, core, extension=False))
    added = median(a - b for (a, _), (b, _) in zip(with_us, without, strict=True))
    working = median(a - b for (_, a), (_, b) in zip(with_us, without, strict=True))
    plain = median(took for took, _ in without)
    first -= median(worked for _, worked in without)
    return [
        Row(
            "start-up: added to Jupyter's",
            "<= 300 ms",
            f"{added:.0f} ms ({working:.0f} ms working)",
            f"{plain:.0f} ms (Jupyter)",
            met=added <= 300,
        ),
        Row("start-up: added the first time (makes the database)", "", f"{first:.0f} ms working"),
    ]


def _start(folder: Path, core: int | None, *, extension: bool) -> tuple[float, float]:
    """Milliseconds until ready, and how many of them the processor worked."""
    began = time.perf_counter()
    with jupyter(folder, core, extension=extension) as server:
        return 1000 * (time.perf_counter() - began), 1000 * server.processor_seconds()
