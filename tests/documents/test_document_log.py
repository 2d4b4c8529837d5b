"""A document's turn: two servers at once, a store that fails, what cannot be read."""

import asyncio

import pytest

from jupyter_collab_agents.documents.log import DocumentLog, Draft
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.locks import Asked, LockSetting, decide
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.locks import AcquireLock, LockScope
from jupyter_collab_agents.storage.documents import DocumentEntry
from jupyter_collab_agents.storage.memory import MemoryStore
from jupyter_collab_agents.storage.store import StoreUnavailable
from jupyter_collab_agents.testing import FakeClock, Fault, FaultyStore

from .scene import ANN, BEN, CLEO


class Server:
    """One log over a store, and what it told."""

    def __init__(self, store, where=lambda document_id: None):
        self.told = []
        self.clock = FakeClock()
        self._count = 0
        self.log = DocumentLog(store, self.clock, where, self.told.append)

    async def do(self, who, command, ref=None):
        self._count += 1

        def decided(document, path):
            asked = Asked(
                document=document,
                path=path,
                who=who,
                now=self.clock.now(),
                mint=lambda prefix: f"{prefix}{id(self)}.{self._count}",
                setting=LockSetting(),
            )
            return Draft(decide(asked, command))

        return await self.log.change(
            "d",
            "a.ipynb",
            author=who.participant_id,
            ref=ref or f"{id(self)}.{self._count}",
            decide=decided,
        )

    async def acquire(self, who, cell=None, ref=None):
        return await self.do(who, AcquireLock(ref="r", path="a.ipynb", cell_id=cell), ref)

    def holders(self):
        return sorted(lock.holder for lock in self.log.document("d").locks.values())


@pytest.fixture
def store():
    return FaultyStore()


async def test_of_two_servers_that_lock_one_cell_exactly_one_does(store):
    """LK1"""
    one, other = Server(store), Server(store)
    answers = await asyncio.gather(
        *(
            server.acquire(who, f"c{number}")
            for number in range(20)
            for server, who in ((one, ANN), (other, BEN))
        ),
        return_exceptions=True,
    )
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [r.code for r in refusals] == [ErrorCode.LOCKED] * 20
    events = await store.document_events("d", 0, 100)
    assert [e.seq for e in events] == list(range(1, 21))
    for server in (one, other):
        with pytest.raises(Refusal):
            await server.acquire(CLEO)
    assert (await fresh(store)).holders() == sorted(max(one.holders(), other.holders(), key=len))


async def fresh(store):
    server = Server(store)
    await server.log.start()
    return server


async def test_many_commands_at_once_take_turns(store):
    server = Server(store)
    await asyncio.gather(*(server.acquire(ANN, f"c{number}") for number in range(30)))
    tokens = [lock.token for lock in server.log.document("d").locks.values()]
    assert tokens == list(range(1, 31))
    assert [changed.after.seq for changed in server.told] == tokens


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.UNKNOWN])
async def test_after_an_unknown_outcome_the_store_is_asked_first(store, fault):
    """LK7"""
    server = Server(store)
    store.faults.append(fault)
    with pytest.raises(StoreUnavailable):
        await server.acquire(ANN, "c1", ref="one")
    assert server.told == []
    document = await server.acquire(ANN, "c1", ref="one")
    assert [lock.token for lock in document.locks.values()] == [1]
    assert len(await store.document_events("d", 0, 10)) == 1
    assert server.told[-1].after == document


async def test_a_change_whose_caller_gave_up_is_not_forgotten():
    class Slow(MemoryStore):
        stored, answer = asyncio.Event(), asyncio.Event()

        async def append_document(self, entry):
            outcome = await super().append_document(entry)
            self.stored.set()
            await self.answer.wait()
            return outcome

    store = Slow()
    server = Server(store)
    task = asyncio.create_task(server.acquire(ANN, "c1"))
    await store.stored.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    store.answer.set()
    with pytest.raises(Refusal, match="Ann locked"):
        await server.acquire(BEN, "c1")
    assert server.told[-1].after.seq == 1


async def test_the_log_adds_up_where_the_state_cannot_be_read():
    store = MemoryStore()
    server = Server(store)
    await server.acquire(ANN, "c1")
    await server.acquire(BEN, "c2")
    broken = DocumentEntry(
        document_id="d", path="a.ipynb", author="x", ref="x", at=1, state=b'{"of": "the future"}'
    )
    await store.append_document(broken)
    again = await fresh(store)
    assert again.log.document("d") == server.log.document("d")


async def test_a_log_with_a_hole_loses_its_locks_but_not_its_place():
    store = MemoryStore()
    server = Server(store)
    await server.acquire(ANN, "c1")
    await store.prune_documents(server.clock.now() + 1)
    await store.append_document(
        DocumentEntry(document_id="d", path="a.ipynb", author="x", ref="x", at=1, state=b"nonsense")
    )
    again = await fresh(store)
    assert again.holders() == []
    document = await again.acquire(BEN, "c1")
    assert document.seq == 2


async def test_the_path_is_where_the_file_is_now_or_was_last_seen(store):
    places = {"d": "b.ipynb"}
    server = Server(store, places.get)
    await server.acquire(ANN)
    assert (await store.document("d")).path == "b.ipynb"
    del places["d"]
    assert server.log.path("d") == "b.ipynb"
    assert (await fresh(store)).log.path("d") == "b.ipynb"
    assert server.log.path("unknown", "c.ipynb") == "c.ipynb"
    assert server.log.document("d").locks.popitem()[1].scope is LockScope.DOCUMENT


async def test_a_fault_in_telling_takes_nobody_down(store, caplog):
    server = Server(store)
    server.log._on_change = None
    document = await server.acquire(ANN)
    assert document.seq == 1
    assert "was not told" in caplog.text
