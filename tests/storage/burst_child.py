"""Appends as fast as it can and prints what was acknowledged, until it is killed.

Arguments: path of the database, name of this run.
"""

import asyncio
import os
import sys

from entry_builders import post

from jupyter_collab_agents.storage.sqlite_open import open_sqlite


async def main(path, run):
    store = await open_sqlite(path)

    async def write(writer):
        for number in range(10**6):
            ref = f"{run}-{writer}-{number}"
            outcome = (await store.append([post(ref, f"text of {ref}", ref=ref)]))[0]
            os.write(1, f"{ref} {outcome.first_seq}\n".encode())

    await asyncio.gather(*(write(writer) for writer in range(16)))


asyncio.run(main(*sys.argv[1:]))
