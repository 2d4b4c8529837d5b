"""A text of 20,000 lines with 40 edits, merged in a thread beside a running event loop."""

import asyncio
import random
import time
from statistics import median

from jupyter_collab_agents.domain.merge import merge_texts

LINES = 20_000
EDITS = 40


def versions() -> tuple[str, str, str]:
    """A base and two copies with 20 edits each: rewritten, inserted and deleted lines."""
    r = random.Random(20_000)
    base = [
        f"row {n} = load({n % 97}, {n % 13})\n" if n % 4 else r.choice(["\n", "}\n", "end\n"])
        for n in range(LINES)
    ]
    places = [number * (LINES // EDITS) + 3 for number in range(EDITS)]
    r.shuffle(places)
    sides = [base.copy(), base.copy()]
    for number, place in enumerate(sorted(places, reverse=True)):
        side = sides[number % 2]
        match number % 3:
            case 0:
                side[place] = f"rewritten {number}\n"
            case 1:
                side.insert(place, f"inserted {number}\n")
            case _:
                del side[place]
    return "".join(base), "".join(sides[0]), "".join(sides[1])


async def measure(rounds: int = 9) -> tuple[float, float]:
    """Milliseconds of a merge (median), and the longest block of the event loop meanwhile."""
    texts = versions()
    merged = merge_texts(*texts)
    assert not merged.conflicts
    longest = 0.0
    took: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        task = asyncio.create_task(asyncio.to_thread(merge_texts, *texts))
        while not task.done():
            tick = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - tick - 0.001)
        took.append(time.perf_counter() - began)
        assert (await task).text == merged.text
    return 1000 * median(took), 1000 * longest
