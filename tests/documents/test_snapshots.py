"""Snapshots are kept by content, and forgotten by age, number and size."""

import pytest

from jupyter_collab_agents.documents.snapshots import RETAIN_EVERY, Retention, Snapshots
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.protocol.snapshots import SnapshotReason
from jupyter_collab_agents.storage.memory import MemoryStore

DAY = 86_400_000
ASKED, RUN = SnapshotReason.ASKED, SnapshotReason.RUN


class Shelf:
    """Snapshots with a clock of the test's own."""

    def __init__(self, *, days: float = 30, each: int = 100, total: int = 10**9) -> None:
        self.store = MemoryStore()
        self.time = 1_000 * DAY
        self.kept = Snapshots(self.store, lambda: self.time, Retention(days, each, total))

    async def take(self, content, document: str = "d", reason=ASKED, **more):  # type: ignore[no-untyped-def]
        self.time += 1
        return await self.kept.take(document, "a.py", content, reason, **more)

    async def contents(self, document: str = "d") -> list[object]:
        return [await self.kept.content(s.snapshot_id) for s in await self.kept.of(document)]


def notebook(source: str, **metadata: object) -> dict[str, object]:
    cell = {"id": "a", "cell_type": "code", "source": source, "metadata": metadata}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}


@pytest.mark.parametrize("content", ["", "é🙂\r\n", notebook("x = 1")])
async def test_a_content_comes_back_as_it_was(content: object) -> None:
    """SN1."""
    shelf = Shelf()
    taken = await shelf.take(content)
    assert await shelf.kept.content(taken.snapshot_id) == content
    assert await shelf.kept.get(taken.snapshot_id) == taken


async def test_the_same_content_is_kept_once() -> None:
    """SN1."""
    shelf = Shelf()
    first = await shelf.take("same")
    assert await shelf.take("same") == first
    run = await shelf.take("same", reason=RUN, run_id="r1")
    assert run.digest == first.digest
    assert [s.snapshot_id for s in await shelf.kept.of("d")] == [
        run.snapshot_id,
        first.snapshot_id,
    ]


async def test_trust_is_no_part_of_a_content() -> None:
    shelf = Shelf()
    first = await shelf.take(notebook("x", trusted=True))
    assert await shelf.take(notebook("x", trusted=False)) == first
    assert await shelf.contents() == [notebook("x")]


async def test_a_run_has_one_before_it() -> None:
    """SN2."""
    shelf = Shelf()
    taken = await shelf.kept.before_run("d", "a.py", "x", agent_id="agent:echo", run_id="r1")
    assert (taken.reason, taken.by, taken.run_id) == (RUN, "agent:echo", "r1")
    again = await shelf.kept.before_run("d", "a.py", "xy", agent_id="agent:echo", run_id="r1")
    assert again == taken, "what the run itself wrote is not before it"
    (item,) = await shelf.store.items("snapshot", about="r1")
    assert item.item_id == taken.snapshot_id


async def test_pages_go_back_in_time() -> None:
    shelf = Shelf()
    taken = [await shelf.take(str(number)) for number in range(5)]
    newest = taken[::-1]
    assert await shelf.kept.of("d", limit=2) == newest[:2]
    assert await shelf.kept.of("d", before=newest[1].snapshot_id, limit=9) == newest[2:]
    assert await shelf.kept.of("other") == []


async def test_old_ones_are_forgotten() -> None:
    """SN6."""
    shelf = Shelf(days=2)
    await shelf.take("old")
    shelf.time += 3 * DAY
    await shelf.take("new")
    assert await shelf.contents() == ["new"]


async def test_with_no_days_nothing_gets_too_old() -> None:
    """SN6."""
    shelf = Shelf(days=0)
    await shelf.take("old")
    shelf.time += 3_000 * DAY
    await shelf.take("new")
    assert await shelf.contents() == ["new", "old"]


async def test_a_document_keeps_its_newest() -> None:
    """SN6."""
    shelf = Shelf(each=2)
    await shelf.take("other", document="e")
    for number in range(4):
        await shelf.take(str(number))
    await shelf.kept.retain()
    assert await shelf.contents() == ["3", "2"]
    assert await shelf.contents("e") == ["other"]


async def test_all_together_have_a_size() -> None:
    """SN6."""
    shelf = Shelf(total=250)
    for number in range(5):
        await shelf.take(str(number) * 100, document=f"d{number % 2}")
    await shelf.kept.retain()
    assert await shelf.contents("d0") == ["4" * 100]
    assert await shelf.contents("d1") == ["3" * 100]
    blobs = [await shelf.store.blob(s.digest) for s in await shelf.kept.of("d0")]
    assert blobs == [b"4" * 100]


async def test_the_newest_of_all_stays_however_large_it_is() -> None:
    """SN6: what was taken before something is overwritten is there."""
    shelf = Shelf(total=50)
    await shelf.take("old")
    shelf.time += RETAIN_EVERY
    await shelf.take("x" * 100)
    assert await shelf.contents() == ["x" * 100]


async def test_what_goes_is_looked_for_now_and_then() -> None:
    shelf = Shelf(each=1)
    await shelf.take("1")
    await shelf.take("2")
    assert len(await shelf.contents()) == 2
    shelf.time += RETAIN_EVERY
    await shelf.take("3")
    assert await shelf.contents() == ["3"]


async def test_one_that_is_not_there_is_refused() -> None:
    shelf = Shelf()
    for ask in (shelf.kept.get, shelf.kept.content, shelf.kept.content_after):
        with pytest.raises(Refusal, match="no such snapshot"):
            await ask("nobody")
