"""``python -m benchmarks.disk``: random schedules of people who type and programs that write.

Ends with 1 if a word was lost, or if in the end the people's replicas, the server and the file
did not say the same. ``--kind`` and ``--first`` choose schedules to look at again.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

from .schedules import WAYS, Tally, run_schedule

SCHEDULES = 200


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.disk", description=__doc__)
    parser.add_argument("--schedules", type=int, default=SCHEDULES, help="how many")
    parser.add_argument("--first", type=int, default=0, help="seed of the first one")
    return parser.parse_args()


async def measure(given: argparse.Namespace) -> list[Tally]:
    tallies: list[Tally] = []
    for seed in range(given.first, given.first + given.schedules):
        with tempfile.TemporaryDirectory(prefix="disk-") as folder:
            tallies.append(await run_schedule(Path(folder), seed))
        if tallies[-1].lost or not tallies[-1].equal:
            print(f"seed {seed}: {tallies[-1]}", file=sys.stderr, flush=True)
    return tallies


def main() -> int:
    given = arguments()
    logging.getLogger("live rooms").setLevel(logging.CRITICAL)
    began = time.monotonic()
    tallies = asyncio.run(measure(given))
    print(f"{'':<34}{'text':>8}{'notebook':>10}{'all':>8}")
    rows = {
        "schedules": lambda t: 1,
        "words by people and programs": lambda t: t.words,
        "writes by programs": lambda t: t.outside,
        "in the document at the end": lambda t: t.shown,
        "in a question to people": lambda t: t.asked,
        "cut away, in a snapshot": lambda t: t.in_snapshot,
        "cut away by the program itself": lambda t: t.cut_by_itself,
        "lost": lambda t: len(t.lost),
        "all replicas, server, file equal": lambda t: int(t.equal),
    }
    for name, count in rows.items():
        parts = [sum(map(count, tallies[at::2])) for at in (0, 1)]
        print(f"{name:<34}{parts[0]:>8}{parts[1]:>10}{sum(parts):>8}")
    print(f"ways to write: {', '.join(WAYS)}; {time.monotonic() - began:.0f} s")
    return 0 if all(t.equal and not t.lost for t in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
