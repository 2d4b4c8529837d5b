"""Two event loops in two threads, one store: as two hubs that share a database."""

import asyncio
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from entry_builders import create, entry, event

from jupyter_collab_agents.storage.store import Result

ROUNDS = 60


async def test_of_two_hubs_that_decide_at_one_seq_exactly_one_wins(store):
    await create(store)
    barrier = threading.Barrier(2)

    def hub(name):
        async def race():
            results = []
            for number in range(ROUNDS):
                barrier.wait()
                claim = entry(f"{name} {number}", event(name), expected_seq=number + 1)
                results.append((await store.append([claim]))[0].result)
                barrier.wait()
            return results

        return asyncio.run(race())

    with ThreadPoolExecutor(2) as threads:
        ann, bob = await asyncio.gather(
            *(asyncio.get_running_loop().run_in_executor(threads, hub, name) for name in "ab")
        )
    for pair in zip(ann, bob, strict=True):
        assert Counter(pair) == {Result.STORED: 1, Result.CONFLICT: 1}
    events = await store.events("s", 1, 1000)
    assert [e.seq for e in events] == list(range(2, ROUNDS + 2))
    assert [e.type == "a" for e in events] == [result is Result.STORED for result in ann]


async def test_two_hubs_that_do_not_check_are_both_stored_without_a_hole(store):
    await create(store)

    def hub(name):
        async def write():
            batches = [[entry(f"{name} {n} {k}", event()) for k in range(3)] for n in range(50)]
            return await asyncio.gather(*map(store.append, batches))

        return asyncio.run(write())

    with ThreadPoolExecutor(2) as threads:
        both = await asyncio.gather(
            *(asyncio.get_running_loop().run_in_executor(threads, hub, name) for name in "ab")
        )
    seqs = [outcome.first_seq for hub in both for batch in hub for outcome in batch]
    assert sorted(seqs) == list(range(2, 302))
