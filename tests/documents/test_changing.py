"""ED3: nothing is changed that the merge did not see, whatever happens meanwhile."""

import asyncio
import random
from copy import deepcopy

import pytest

from jupyter_collab_agents.documents import changing as module
from jupyter_collab_agents.documents import permit
from jupyter_collab_agents.documents.conflict_records import Maker
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.merge import Conflict, ConflictKind
from jupyter_collab_agents.protocol.conflicts import Keep
from jupyter_collab_agents.storage.store import StoreUnavailable
from jupyter_collab_agents.testing import Fault, FaultyStore

from .broker_scene import BOT, Editing


@pytest.fixture
async def running(tmp_path):
    async with Editing(tmp_path) as running:
        yield running


async def test_what_is_typed_while_a_merge_runs_makes_it_run_again(running, monkeypatch):
    room = running.open("notes.md")
    version = (await running.broker.read("notes.md")).version
    monkeypatch.setattr(module, "AT_ONCE", 0)
    original = module.asyncio.to_thread
    merges = 0

    async def typing(work, *arguments):
        nonlocal merges
        merges += 1
        done = await original(work, *arguments)
        if merges in (2, 3):  # the first only reads the edit
            room.texts[0].insert(0, f"typed{merges}\n")
        return done

    monkeypatch.setattr(module.asyncio, "to_thread", typing)
    await running.edit("notes.md", version, "one\ntwo\n3\n")
    assert room.content == "typed3\ntyped2\none\ntwo\n3\n"
    assert merges == 4


async def test_who_types_without_end_is_not_overwritten(running, monkeypatch):
    room = running.open("notes.md")
    version = (await running.broker.read("notes.md")).version
    monkeypatch.setattr(module, "AT_ONCE", 0)
    original = module.asyncio.to_thread

    async def typing(work, *arguments):
        done = await original(work, *arguments)
        room.texts[0].insert(0, "t")
        return done

    monkeypatch.setattr(module.asyncio, "to_thread", typing)
    with pytest.raises(Refusal, match="Others changed the document each time"):
        await running.edit("notes.md", version, "one\ntwo\n3\n")
    assert room.content.endswith("one\ntwo\nthree\n")


async def test_a_room_that_closes_meanwhile_leaves_the_edit_to_the_file(running, monkeypatch):
    running.open("notes.md")
    version = (await running.broker.read("notes.md")).version
    monkeypatch.setattr(module, "AT_ONCE", 0)
    original = module.asyncio.to_thread
    calls = 0

    async def closing(work, *arguments):
        nonlocal calls
        calls += 1
        done = await original(work, *arguments)
        if calls == 2:
            running.close("notes.md")
        return done

    monkeypatch.setattr(module.asyncio, "to_thread", closing)
    await running.edit("notes.md", version, "one\ntwo\n3\n")
    assert (running.folder / "notes.md").read_text() == "one\ntwo\n3\n"


async def test_a_file_that_changes_meanwhile_is_merged_again(running, monkeypatch):
    version = (await running.broker.read("notes.md")).version
    original = module.asyncio.to_thread
    calls = 0

    async def writing(work, *arguments):
        nonlocal calls
        calls += 1
        done = await original(work, *arguments)
        if calls == 2:
            (running.folder / "notes.md").write_text("zero\none\ntwo\nthree\n")
        return done

    monkeypatch.setattr(module.asyncio, "to_thread", writing)
    await running.edit("notes.md", version, "one\ntwo\n3\n")
    assert (running.folder / "notes.md").read_text() == "zero\none\ntwo\n3\n"


async def test_nobody_opens_a_file_while_it_is_changed(running, monkeypatch):
    version = (await running.broker.read("notes.md")).version
    locked = []
    save = running.contents.save

    async def saving(*arguments):
        locked.append(running.rooms.lock.locked())
        return await save(*arguments)

    monkeypatch.setattr(running.contents, "save", saving)
    await running.edit("notes.md", version, "one\ntwo\n3\n")
    assert locked == [True]
    assert not running.rooms.lock.locked()


async def test_a_transaction_that_is_open_is_waited_for(running):
    room = running.open("notes.md")
    version = (await running.broker.read("notes.md")).version
    entered, leave = asyncio.Event(), asyncio.Event()

    async def loading():
        with room.ydoc.transaction(origin="loading"):
            room.texts[0].insert(0, "loaded\n")
            entered.set()
            await leave.wait()

    task = asyncio.create_task(loading())
    await entered.wait()
    edit = asyncio.create_task(running.edit("notes.md", version, "one\ntwo\n3\n"))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not edit.done()
    leave.set()
    await asyncio.gather(task, edit)
    assert room.content == "loaded\none\ntwo\n3\n"


async def test_the_change_carries_its_origin_and_is_one_transaction(running):
    room = running.open("a.ipynb")
    transactions, origins = [], []
    room.ydoc.observe(transactions.append)
    text = room.texts[0]
    text.observe(lambda event: origins.append(event.transaction.origin))
    now = await running.broker.read("a.ipynb")
    content = deepcopy(now.content)
    content["cells"][0]["source"] += "\n# more"
    content["cells"].append({"cell_type": "markdown", "source": "new", "metadata": {}})
    await running.edit("a.ipynb", now.version, content)
    assert origins == ["user:bot"]
    assert len(transactions) == 1


async def test_an_edit_whose_conflict_was_not_stored_can_be_sent_again(tmp_path):
    store = FaultyStore()
    async with Editing(tmp_path, store=store) as running:
        room = running.open("notes.md")
        version = (await running.broker.read("notes.md")).version
        room.texts[0].insert(0, "typed ")
        store.faults.append(Fault.LOST)
        wanted = "changed one\ntwo\n3\n"
        with pytest.raises(StoreUnavailable):
            await running.edit("notes.md", version, wanted)
        again = await running.edit("notes.md", version, wanted)
        assert room.content == "typed one\ntwo\n3\n" or again.conflicts
        listed = await running.conflicts.listed(None, decided=False, before=None, limit=10)
        assert [one.conflict for one in listed.conflicts] == again.conflicts


async def test_no_more_conflicts_than_people_can_be_told_of(running, monkeypatch):
    """ED5: then what merges everywhere is still taken."""
    monkeypatch.setattr(permit, "MOST_OPEN", 2)
    base = (await running.broker.read("notes.md")).version
    await running.edit("notes.md", base, "1\ntwo\nthree\n")
    for number in range(2):
        assert (await running.edit("notes.md", base, f"x{number}\ntwo\nthree\n")).conflicts
    with pytest.raises(Refusal, match="2 conflicts of this document wait"):
        await running.edit("notes.md", base, "another\ntwo\nthree!\n")
    await running.edit("notes.md", base, "one\ntwo\nthree!\n")
    assert (running.folder / "notes.md").read_text() == "1\ntwo\nthree!\n"


async def test_what_others_found_is_kept_once_and_can_be_decided(running):
    """ED5 ED7: the disk, say."""
    document_id = running.files._ids["notes.md"]
    found = Conflict(kind=ConflictKind.SOURCE, base="two\n", ours="two\n", theirs="zwei\n", start=4)
    noted = [
        await running.conflicts.note(
            document_id,
            "notes.md",
            [found],
            content="one\ntwo\nthree\n",
            incoming="one\nzwei\nthree\n",
            by=Maker("disk", "The disk"),
        )
        for _ in range(2)
    ]
    assert [len(new) for new in noted] == [1, 0]
    await running.conflicts.resolve(BOT, noted[0][0].conflict_id, Keep.INCOMING, None)
    assert (running.folder / "notes.md").read_text() == "one\nzwei\nthree\n"


@pytest.mark.parametrize("seed", range(100))
async def test_random_typing_and_edits_lose_nothing(tmp_path, monkeypatch, seed):
    """Every word that somebody wrote is in the document, or in a conflict, or was deleted by
    somebody; documents open and close meanwhile."""
    r = random.Random(seed)
    monkeypatch.setattr(module, "AT_ONCE", r.choice([0, 50_000]))
    said, asked = set(), []
    async with Editing(tmp_path) as running:

        async def bot(number):
            for turn in range(4):
                now = await running.broker.read("a.ipynb")
                content = deepcopy(now.content)
                word = f"bot{number}turn{turn}"
                change(r, content["cells"], word)
                await asyncio.sleep(0)
                result = await running.edit("a.ipynb", now.version, content)
                said.add(word)
                asked.extend(conflict.conflict_id for conflict in result.conflicts)

        async def people():
            for turn in range(25):
                rooms = list(running.rooms.rooms.values())
                if not rooms:
                    async with running.rooms.lock:
                        running.open("a.ipynb")
                elif r.random() < 0.1 and not running.rooms.lock.locked():
                    running.close("a.ipynb")
                else:
                    word = f"typed{turn}"
                    type_into(r, rooms[0], word)
                    said.add(word)
                await asyncio.sleep(0)

        await asyncio.gather(*(bot(number) for number in range(3)), people())
        now = await running.broker.read("a.ipynb")
        kept = repr(now.content)
        for conflict_id in asked:
            details = await running.conflicts.details(conflict_id)
            kept += repr((details.current, details.incoming))
    assert {word for word in said if word not in kept} == set()


def change(r, cells, word):
    """Says one word more, somewhere; deletes nothing that anybody said."""
    place = r.randrange(len(cells))
    match r.randrange(4):
        case 0:
            cells.insert(place, {"cell_type": "code", "source": word, "metadata": {}})
        case 1:
            cells.append(cells.pop(place))
            cells[-1]["source"] += f" # {word}"
        case 2:
            cells[place]["source"] = f"{word} = 1\n{cells[place]['source']}"
        case _:
            cells[place]["source"] += f"\n{word} = é"


def type_into(r, room, word):
    """A key stroke or two: at the beginning or the end of some cell."""
    text = r.choice(room.texts)
    if r.random() < 0.5:
        text.insert(0, f"{word} 👩‍💻\n")
    else:
        text.insert(len(text), f"\n{word}")
