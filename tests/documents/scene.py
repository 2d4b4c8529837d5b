"""Documents on a hub without a server: files are names, and a clock stands still."""

import itertools

from jupyter_collab_agents.documents.locks import DocumentLocks
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.locks import LockSetting
from jupyter_collab_agents.domain.paths import clean_path
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.testing import RunningHub, person

SETTING = LockSetting()
ANN, BEN, CLEO = (person(name) for name in ("ann", "ben", "cleo"))


class Files:
    """``FileIds`` over a dictionary: ids by path."""

    def __init__(self, *paths):
        self._ids = {}
        self._numbers = itertools.count(1)
        for path in paths:
            self.make(path)

    def make(self, path):
        self._ids[path] = f"file-{next(self._numbers)}"

    def move(self, path, to):
        self._ids[to] = self._ids.pop(path)

    def delete(self, path):
        del self._ids[path]

    async def of(self, path):
        clean = clean_path(path)
        if clean not in self._ids:
            raise Refusal(ErrorCode.NOT_FOUND, f"There is no file '{clean}'.")
        return self._ids[clean], clean

    def path(self, document_id):
        return next((path for path, one in self._ids.items() if one == document_id), None)


class Documents(RunningHub):
    """A hub with documents: ``async with Documents() as running: …``."""

    def __init__(self, *args, files=None, setting=SETTING, **options):
        super().__init__(*args, **options)
        self.files = files or Files("a.ipynb", "b.ipynb", "notes.md")
        self.locks = DocumentLocks(self.hub, self.files, setting, grace=60.0)

    async def __aenter__(self):
        await super().__aenter__()
        await self.locks.start()
        self.hub.documents = self.locks
        return self

    async def __aexit__(self, *exc):
        self.locks.stop()
        await super().__aexit__(*exc)

    async def connect(self, *args, **options):
        """Somebody whose account has the same rights on documents."""
        return await super().connect(*args, documents=True, **options)

    async def pass_time(self, seconds):
        """Let time pass, sweep, and wait until all is told."""
        self.clock.advance(seconds)
        await self.quiet()
        await self.hub.sweep()
        await self.quiet()
        self.clock.advance(self.hub.settings.presence_interval)
        await self.quiet()


async def lock(client, path="a.ipynb", **fields):
    """Acquire a lock; as it was told."""
    answer = await client.ask("lock.acquire", path=path, **fields)
    assert answer["type"] == "ack", answer
    me = client.connection.participant_id
    mine = [one for one in locks_of(client, path) if one["holder"] == me]
    return max(mine, key=lambda one: one["token"])


def told(client, path="a.ipynb"):
    """The states of a document that a client was told."""
    states = [one["document"] for one in client.socket.of("document.changed")]
    return [state for state in states if state["path"] == path]


def locks_of(client, path="a.ipynb"):
    """The locks of a document as a client was last told."""
    states = told(client, path)
    return states[-1]["locks"] if states else []
