"""Fills a database up to a limit on the size of its files, then gets room again.

Argument: path of the database. Prints a JSON object of what happened.
"""

import asyncio
import json
import resource
import sys

from entry_builders import create, post

from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.storage.store import StoreUnavailable


async def main(path):
    store = await open_sqlite(path)
    await create(store)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, resource.RLIM_INFINITY))
    acked, failed = {}, []
    for number in range(2000):
        ref = f"r{number}"
        try:
            outcome = (await store.append([post(ref, "word " * 400, ref=ref)]))[0]
        except StoreUnavailable:
            failed.append(ref)
            if len(failed) == 3:
                break
        else:
            acked[ref] = outcome.first_seq
    check = "fine"
    try:
        for _ in range(100):  # a few pages that were too few for a post are still free
            await store.check()
    except StoreUnavailable:
        check = "unavailable"
    read_while_full = len(await store.messages("s", None, 10_000))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    again = await store.append([post(ref, "word " * 400, ref=ref) for ref in failed])
    await store.check()
    for ref, outcome in zip(failed, again, strict=True):
        acked[ref] = outcome.first_seq
    events = await store.events("s", 0, 10_000)
    await store.close()
    told = {"acked": acked, "failed": failed, "check": check, "read_while_full": read_while_full}
    print(json.dumps(told | {"stored": {e.message_id: e.seq for e in events}}))


asyncio.run(main(sys.argv[1]))
