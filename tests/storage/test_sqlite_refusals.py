"""A file that must not be used is refused in words, and stays as it was, with nothing beside it."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from entry_builders import create, post

from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.storage.store import StoreNotReady


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


async def refused(path, **options):
    """The words of the refusal, after which the folder must be as before."""
    folder = Path(path).parent
    before = contents(folder)
    with pytest.raises(StoreNotReady) as refusal:
        await open_sqlite(str(path), **options)
    assert contents(folder) == before
    assert str(path) in str(refusal.value)
    return str(refusal.value)


async def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "store.sqlite"
    path.write_text("dear diary")
    words = await refused(path)
    assert "is damaged" in words
    assert "backup" in words


def damage(path):
    """Overwrite two pages in the middle."""
    data = bytearray(path.read_bytes())
    half = len(data) // 2 // 4096 * 4096
    data[half : half + 8192] = b"\xa5" * 8192
    path.write_bytes(data)


def truncate(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


@pytest.mark.parametrize("harm", [damage, truncate])
async def test_a_damaged_database(sqlite_path, harm):
    store = await open_sqlite(sqlite_path)
    await create(store)
    await store.append([post(f"m{n}", "some text " * 50) for n in range(100)])
    await store.close()
    harm(Path(sqlite_path))
    words = await refused(sqlite_path)
    assert "is damaged" in words
    assert "backup" in words


def pretend_newer(path):
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    return connection


async def test_a_database_of_a_newer_version(sqlite_path):
    pretend_newer(sqlite_path).close()
    words = await refused(sqlite_path)
    assert "newer version" in words
    assert "9999" in words
    assert "Upgrade the extension" in words


async def test_a_newer_database_whose_server_was_killed(sqlite_path, tmp_path):
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with closing(pretend_newer(sqlite_path)):  # its change is in the log file beside it
        for suffix in ("", "-wal"):
            shutil.copy(sqlite_path + suffix, crashed)
    assert len(contents(crashed)) == 2
    assert "newer version" in await refused(crashed / "store.sqlite")


async def test_a_database_of_another_program(tmp_path):
    path = tmp_path / "store.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cats (name)")
    assert "another program" in await refused(path)


async def test_a_log_file_without_its_database(tmp_path):
    (tmp_path / "store.sqlite-wal").write_bytes(b"precious")
    assert "is missing or empty" in await refused(tmp_path / "store.sqlite")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p", "SMB3"])
async def test_a_network_file_system(tmp_path, kind):
    words = await refused(tmp_path / "store.sqlite", file_system=lambda _: kind)
    assert kind in words
    assert "local disk" in words


async def test_the_network_file_system_asked_about_is_the_one_of_the_files_folder(sqlite_path):
    asked = []
    store = await open_sqlite(sqlite_path, file_system=lambda path: asked.append(path) or "ext4")
    await store.close()
    assert asked == [str(Path(sqlite_path).parent)]


async def test_a_file_that_is_open_already(sqlite_path):
    store = await open_sqlite(sqlite_path)
    assert "in use by another server" in await refused(sqlite_path)
    await create(store)  # and the first is none the worse for it
    await store.close()
    await (await open_sqlite(sqlite_path)).close()


@contextmanager
def held_by_another_process(path):
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "holder_child.py"), path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        yield
        holder.stdin.close()
        assert holder.wait() == 0


async def test_a_file_that_another_process_holds(sqlite_path):
    with held_by_another_process(sqlite_path):
        assert "Stop that server" in await refused(sqlite_path)
    await (await open_sqlite(sqlite_path)).close()


async def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreNotReady, match="cannot be opened: Not a directory"):
        await open_sqlite(str(tmp_path / "file" / "folder" / "store.sqlite"))
    assert contents(tmp_path) == {"file": b"not a folder"}
