"""Holds the database open until its input ends. Argument: path of the database."""

import asyncio
import sys

from jupyter_collab_agents.storage.sqlite_open import open_sqlite


async def main(path):
    store = await open_sqlite(path)
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await store.close()


asyncio.run(main(sys.argv[1]))
