"""Run the benchmarks and print a table; the exit code is 1 if a message was lost."""

import argparse
import asyncio
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from .delivery import Delivery
from .footprint import idle_memory, joining, start_up
from .load import Incomplete
from .processes import bare, cores, jupyter, pin
from .sessions import crowd_of_bare, crowd_of_ours
from .streaming import streaming
from .table import Row, text_table

SESSIONS = 50
PARTICIPANTS = 4
LARGE = 10
LARGE_SIZE = 20
PARTS = ("1000", "4000", "saturation", "large", "streaming", "join", "memory", "startup")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short; says only what was lost")
    parser.add_argument("--only", choices=PARTS, nargs="*", default=PARTS, help="these parts")
    parser.add_argument("--rounds", type=int, default=3, help="of each, by turns with the bare one")
    parser.add_argument("--seconds", type=float, default=2.5, help="of each round")
    parser.add_argument(
        "--patience",
        type=float,
        default=30.0,
        help="seconds in which rounds are repeated that other processes disturbed",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()),
        help="where the store is; on the disk to be measured",
    )
    return parser.parse_args()


def sync_time(folder: Path) -> float:
    """Milliseconds until 4 KB are on the disk."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(1000 * (time.perf_counter() - began))
    return median(took)


async def measure(given: argparse.Namespace, folder: Path) -> list[Row]:
    """All parts that were asked for."""
    server_core, load_core = cores()
    pin(0, load_core)
    only = set(given.only)
    rounds, seconds = given.rounds, given.seconds
    patience = given.patience
    if given.quick:
        rounds, seconds, patience = 1, 2.0, 0.0
    rows: list[Row] = []
    with jupyter(folder / "ours", server_core) as ours, bare(folder / "bare", server_core) as other:
        crowd, ids = await crowd_of_ours(ours, SESSIONS, PARTICIPANTS)
        bare_crowd = await crowd_of_bare(other, SESSIONS, PARTICIPANTS)
        delivery = Delivery(crowd, bare_crowd, rounds=rounds, seconds=seconds, patience=patience)
        crowd_of_20, _ = await crowd_of_ours(ours, LARGE, LARGE_SIZE)
        bare_crowd_of_20 = await crowd_of_bare(other, LARGE, LARGE_SIZE, first=SESSIONS)
        large = Delivery(
            crowd_of_20, bare_crowd_of_20, rounds=rounds, seconds=seconds, patience=patience
        )
        parts: dict[str, Callable[[], Awaitable[list[Row]]]] = {
            "memory": lambda: idle_memory(ours, ids),
            "1000": lambda: delivery.at_rate(1000, against_bare=True),
            "4000": lambda: delivery.at_rate(4000, against_bare=False),
            "saturation": lambda: delivery.saturated("saturation, 4 in a session"),
            "large": lambda: large.saturated("saturation, 20 in a session"),
            "streaming": lambda: streaming(ours),
            "join": lambda: joining(ours, ["ann", "ben"]),
        }
        for name, part in parts.items():
            if name in only:
                print(f"{name} ...", file=sys.stderr, flush=True)
                try:
                    rows += (found := await part())
                    print(text_table(found), file=sys.stderr, flush=True)
                except (Incomplete, TimeoutError) as problem:
                    rows.append(Row(name, "complete", str(problem) or "timed out", met=False))
                    delivery.problems.append(f"{name} did not complete")
        delivery.problems += large.problems
        delivery.others = max(delivery.others, large.others)
        rows = [delivery.proof(), *rows, delivery.disturbance()]
        for one in (crowd, bare_crowd, crowd_of_20, bare_crowd_of_20):
            one.close()
    return rows


def main() -> int:
    """Measure and print."""
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers end with this process
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, fsync {sync_time(given.folder):.2f} ms"
    )
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=given.folder) as name:
        folder = Path(name)
        rows = asyncio.run(measure(given, folder))
        if "startup" in given.only and not given.quick:
            rows += start_up(folder / "starts", cores()[0], 5)
    print(text_table(rows))
    return 1 if rows[0].met is False else 0


if __name__ == "__main__":
    sys.exit(main())
