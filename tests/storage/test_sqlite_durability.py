"""What was acknowledged is there after the process was killed, and after the disk was full."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from entry_builders import ANN, create, entry, event, post

from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.storage.sqlite_words import enter_words
from jupyter_collab_agents.storage.store import Outcome, Result, StoreUnavailable

HERE = Path(__file__).parent


def child(script, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, str(HERE / script), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def killed_mid_burst(path, run, lines):
    """Run the child until it has acknowledged ``lines`` entries, kill it; all it had said."""
    with child("burst_child.py", path, run) as process:
        told = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        told += process.stdout.read().splitlines()
    return [line.split() for line in told if len(line.split()) == 2]


def sound(path):
    """The file and its search index agree with themselves."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
        while enter_words(connection):
            pass
        connection.execute(
            "INSERT INTO message_words (message_words, rank) VALUES ('integrity-check', 1)"
        )


@pytest.mark.timeout(60)
async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(sqlite_path):
    store = await open_sqlite(sqlite_path)
    await create(store)
    await store.close()
    acked = {}
    for run, lines in (("a", 300), ("b", 700), ("c", 1500)):
        told = await asyncio.to_thread(killed_mid_burst, sqlite_path, run, lines)
        assert len(told) >= lines
        acked |= {ref: int(seq) for ref, seq in told}
        store = await open_sqlite(sqlite_path)
        events = await store.events("s", 0, 10**6)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        stored = {event.message_id: event.seq for event in events}
        assert {ref: stored.get(ref) for ref in acked} == acked
        ref, seq = told[-1]
        again = await store.append([post(ref, "resent", ref=ref)])
        assert again == [Outcome(Result.DUPLICATE, int(seq), int(seq))]
        await store.close()
    sound(sqlite_path)


@pytest.mark.skipif(os.name != "posix", reason="limits on file sizes are POSIX")
async def test_a_full_disk_acknowledges_nothing_and_heals_without_a_restart(sqlite_path):
    def run():
        with child("full_disk_child.py", sqlite_path) as process:
            return json.loads(process.stdout.read())

    told = await asyncio.to_thread(run)
    assert len(told["failed"]) == 3
    assert told["check"] == "unavailable"
    assert told["read_while_full"] == len(told["acked"]) - 3
    assert told["read_while_full"] > 10
    stored = told["stored"]
    del stored["null"]  # the event of the session's creation
    assert stored == told["acked"]
    assert sorted(stored.values()) == list(range(2, len(stored) + 2))
    sound(sqlite_path)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 8 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_disk_without_space_stops_writing_only(small_disk):
    path = str(small_disk / "store.sqlite")
    store = await open_sqlite(path)
    await create(store)
    await store.append([post("first", "some words")])
    assert [m.message_id for m in await store.search(["s"], "some", 10)] == ["first"]
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        free = os.statvfs(small_disk)
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)
    lost = [post(f"m{n}", "word " * 1000) for n in range(20)]
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="full"):
            await store.append(lost)
    outcomes = await asyncio.gather(
        *(store.append([entry]) for entry in lost), return_exceptions=True
    )
    assert any(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    assert [m.message_id for m in await store.search(["s"], "some", 10)] == ["first"]
    ballast.unlink()
    await store.append(lost)
    outcomes = await store.append(lost)
    assert {outcome.result for outcome in outcomes} == {Result.DUPLICATE}
    assert [e.seq for e in await store.events("s", 0, 100)] == list(range(1, 23))
    await store.check()
    await store.close()
    sound(path)


async def test_a_store_is_sound_after_all_kinds_of_changes(sqlite_path):
    store = await open_sqlite(sqlite_path)
    await create(store)
    await create(store, "other")
    await store.append([post(f"m{n}", f"Wörter {n} \0 {n}") for n in range(50)])
    await store.append([post(f"m{n}", f"anders {n}", session="other") for n in range(50)])
    await store.append([entry("erase", event(), erase=[f"m{n}" for n in range(0, 50, 3)])])
    await store.delete_session("other")
    await store.close()
    sound(sqlite_path)


async def test_texts_that_were_erased_are_not_left_in_the_file(sqlite_path):
    store = await open_sqlite(sqlite_path)
    await create(store)
    await store.append([post("m", "a long secret nobody should find " * 200)])
    await store.append([entry("erase", event(), erase=["m"])])
    await store.close()
    assert b"nobody should find" not in Path(sqlite_path).read_bytes()  # noqa: ASYNC240


async def test_commits_are_synced_to_the_disk(sqlite_store):
    def settings(connection, _):
        return [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]

    assert await sqlite_store._writer.change(settings) == ["wal", 2, 1, 5000]
    assert (await sqlite_store.find_command("s", ANN, "none")) is None
