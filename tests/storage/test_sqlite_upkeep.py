"""What can wait is done when nobody does, and before it must be: the words, the log file."""

import asyncio
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from entry_builders import create, edit, entry, event, post, take_back

from jupyter_collab_agents.storage import sqlite_checkpoint, sqlite_writer
from jupyter_collab_agents.storage.sqlite_open import open_sqlite


@pytest.fixture
def never_calm(monkeypatch):
    """Words are entered when somebody searches, and not before."""
    monkeypatch.setattr(sqlite_writer, "CALM", 3600)


async def entered(store):
    """How many messages are in the index of words."""
    question = "SELECT count(*) FROM message_words_docsize"
    return await store._writer.change(lambda connection, _: connection.execute(question).fetchone())


async def found(store, query):
    return [hit.message_id for hit in await store.search(["s", "t"], query, 100)]


@pytest.mark.usefixtures("never_calm")
async def test_a_search_finds_what_was_said_a_moment_ago(sqlite_store):
    await create(sqlite_store)
    await sqlite_store.append([post(f"m{n}", f"word {n}") for n in range(600)])
    assert await entered(sqlite_store) == (0,)
    assert await found(sqlite_store, "599") == ["m599"]
    assert await entered(sqlite_store) == (600,)
    await sqlite_store.append([post("more", "word 600")])
    assert await found(sqlite_store, "600") == ["more"]


@pytest.mark.usefixtures("never_calm")
async def test_what_changed_before_it_was_entered_is_found_as_it_is(sqlite_store):
    await create(sqlite_store)
    await sqlite_store.append([post("early", "old"), post("gone early", "old")])
    assert await found(sqlite_store, "old") == ["gone early", "early"]
    await sqlite_store.append([post("late", "old"), post("gone late", "old")])
    for name in ("early", "late"):
        await sqlite_store.append([edit(name, "new"), take_back(f"gone {name}")])
    assert await found(sqlite_store, "old") == []
    assert await found(sqlite_store, "new") == ["late", "early"]


@pytest.mark.usefixtures("never_calm")
async def test_what_takes_the_place_of_a_deleted_session_is_entered(sqlite_store):
    await create(sqlite_store)
    await create(sqlite_store, "t")
    await sqlite_store.append([post("kept", "word"), post("gone", "word", session="t")])
    assert await found(sqlite_store, "word") == ["gone", "kept"]
    await sqlite_store.delete_session("t")
    await sqlite_store.append([post("next", "word"), post("after next", "word")])
    assert await found(sqlite_store, "word") == ["after next", "next", "kept"]


async def test_words_are_entered_when_it_is_calm(sqlite_store, monkeypatch):
    await create(sqlite_store)
    enter, done = sqlite_writer.enter_words, threading.Event()

    def tell(connection):
        more = enter(connection)
        if not more:
            done.set()
        return more

    monkeypatch.setattr(sqlite_writer, "enter_words", tell)
    await sqlite_store.append([post(f"m{n}", "word") for n in range(600)])
    assert await asyncio.to_thread(done.wait, 30)
    assert await entered(sqlite_store) == (600,)


@pytest.mark.usefixtures("never_calm")
async def test_words_do_not_wait_for_ever(sqlite_store, monkeypatch):
    monkeypatch.setattr(sqlite_writer, "MOST_WORDLESS", 100)
    await create(sqlite_store)
    for n in range(600):
        await sqlite_store.append([post(f"m{n}", "word")])
    assert await entered(sqlite_store) >= (450,)


async def test_the_log_file_stays_small_under_any_load(sqlite_path, monkeypatch):
    monkeypatch.setattr(sqlite_writer, "MOST_PAGES", 200)
    store = await open_sqlite(sqlite_path)
    await create(store)

    async def write(writer):
        for number in range(200):
            await store.append([post(f"{writer} {number}", "word " * 800)])

    await asyncio.gather(*map(write, range(10)))
    log_file = Path(f"{sqlite_path}-wal")
    written = 2000 * 8 * 4096  # at least
    assert log_file.stat().st_size < written / 4  # noqa: ASYNC240
    assert len(await store.messages("s", None, 5000)) == 2000
    await store.close()
    assert not log_file.exists()  # noqa: ASYNC240


async def test_who_reads_for_long_stops_nobody(sqlite_path, monkeypatch):
    monkeypatch.setattr(sqlite_writer, "MOST_PAGES", 50)
    monkeypatch.setattr(sqlite_checkpoint, "PATIENCE_MS", 1)
    store = await open_sqlite(sqlite_path)
    await create(store)
    with closing(sqlite3.connect(sqlite_path)) as reader:
        reader.execute("BEGIN")
        seen = reader.execute("SELECT count(*) FROM events").fetchone()
        for number in range(300):
            await store.append([post(f"m{number}", "word")])
        assert reader.execute("SELECT count(*) FROM events").fetchone() == seen
    assert len(await store.events("s", 0, 1000)) == 301
    await store.close()


async def test_a_log_file_that_cannot_be_folded_in_is_tried_again(sqlite_path, caplog):
    store = await open_sqlite(sqlite_path)
    await create(store)
    again = threading.Event()
    checkpointer = store._writer._checkpointer
    connect = checkpointer._connect

    def refuse():
        checkpointer._connect = tell
        raise sqlite3.OperationalError("disk I/O error")

    def tell():
        again.set()
        return connect()

    checkpointer._connect = refuse
    with caplog.at_level("WARNING"):
        checkpointer.want()
        while not again.is_set():
            await store.append([entry(f"{len(caplog.records)} {os.urandom(4).hex()}", event())])
            checkpointer.want()
    assert "could not be folded in: disk I/O error" in caplog.text
    await store.close()
