"""What the gate is told for every update, and what people are told of edits put back."""

import pytest

from jupyter_collab_agents.documents.protection import FREE, READ_ONLY, Protected, PutBack
from jupyter_collab_agents.domain.permissions import Rights

from .scene import ANN, BEN, CLEO, Documents, lock

READER = Rights(read=True, write=False, execute=False)
RANGE = {"anchor": {"line": 0, "column": 0}, "head": {"line": 2, "column": 0}}


@pytest.fixture
async def running():
    async with Documents() as running:
        yield running


@pytest.fixture
async def protection(running):
    return running.locks.protection


async def test_cells_that_others_locked_are_protected_and_ranges_are_advisory(running, protection):
    """LK1"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    assert protection.of("file-1", "user:ben") == FREE
    await lock(ann, cell_id="c1")
    await lock(ann, cell_id="c2")
    await lock(ann, cell_id="c3", range=RANGE)
    await lock(ben, cell_id="c4")
    theirs, mine = frozenset({"c1", "c2"}), frozenset({"c4"})
    assert protection.of("file-1", "user:ben") == Protected(cells=theirs, held=mine)
    assert protection.of("file-1", "user:ann") == Protected(cells=mine, held=theirs)
    assert protection.of("file-1", "agent:notebook").cells == {"c1", "c2", "c4"}
    assert protection.of("file-2", "user:ben") == FREE


async def test_a_locked_document_is_protected_as_a_whole_from_everybody_else(running, protection):
    """LK1"""
    ann, _ = await running.connect(ANN), await running.connect(BEN)
    await lock(ann)
    assert protection.of("file-1", "user:ben") == Protected(everything=True)
    assert protection.of("file-1", "user:ann") == FREE


async def test_protection_ends_with_the_time_of_the_lock_not_with_the_sweeper(running, protection):
    """LK4"""
    ann, _ = await running.connect(ANN), await running.connect(BEN)
    held = await lock(ann, cell_id="c1", seconds=60)
    running.clock._passed = (held["expires_at"] - running.clock._start) / 1000
    assert protection.of("file-1", "user:ben") == FREE


async def test_who_may_only_read_or_is_unknown_may_change_nothing(running, protection):
    await running.connect(CLEO, rights=READER)
    assert protection.of("file-1", "user:cleo") == READ_ONLY
    assert protection.of("file-1", "user:stranger") == READ_ONLY


async def test_the_author_of_edits_put_back_is_told_once_for_a_burst(running, protection):
    """LK10"""
    ann, ben = await running.connect(ANN), await running.connect(BEN)
    tab = await running.connect(BEN)
    for cell in ("c1", "c2", "c3"):
        await lock(ann, cell_id=cell)
    for _ in range(20):
        protection.put_back("file-1", "user:ben", [PutBack("c1", "source")])
    protection.put_back("file-1", "user:ben", [PutBack("c2", "deleted")])
    running.clock.advance(0.25)
    await running.quiet()
    for client in (ben, tab):
        (told,) = client.socket.of("edit.refused")
        assert (told["path"], told["obstacle"]) == ("a.ipynb", "locked")
        assert told["cell_ids"] == ["c1", "c2"]
        assert [(one["holder_name"], one["cell_id"]) for one in told["locks"]] == [
            ("Ann", "c1"),
            ("Ann", "c2"),
        ]
    assert ann.socket.of("edit.refused") == []
    protection.put_back("file-1", "user:ben", [PutBack("c1", "source")])
    running.clock.advance(0.25)
    await running.quiet()
    assert len(ben.socket.of("edit.refused")) == 2


async def test_a_reader_is_told_that_it_is_their_account(running, protection):
    """LK10"""
    cleo = await running.connect(CLEO, rights=READER)
    protection.put_back("file-1", "user:cleo", [PutBack(None, "document")])
    running.clock.advance(0.25)
    await running.quiet()
    (told,) = cleo.socket.of("edit.refused")
    assert (told["obstacle"], told["cell_ids"], told["locks"]) == ("read_only", [], [])
