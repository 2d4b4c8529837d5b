"""Where a store is, how it is made, and how it is brought up to date."""

import asyncio
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from entry_builders import create, post

from jupyter_collab_agents.storage.memory import MemoryStore
from jupyter_collab_agents.storage.open import default_url, open_store
from jupyter_collab_agents.storage.sqlite import SqliteStore
from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.storage.sqlite_schema import SCHEMA, Schema
from jupyter_collab_agents.storage.store import StoreNotReady


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


async def test_memory_is_a_store():
    store = await open_store("memory:")
    assert isinstance(store, MemoryStore)
    assert await store.schema() is None
    await store.close()


async def test_a_new_file_is_private_and_complete(tmp_path):
    url = default_url(str(tmp_path), str(tmp_path / "100% data?#"))
    path = Path(url.removeprefix("sqlite://"))
    store = await open_store(url)
    assert isinstance(store, SqliteStore)
    assert await store.schema() == SCHEMA.head
    await create(store)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    secret = await store.secret()
    await store.close()
    assert names(path.parent) == [path.name, f"{path.name}.lock"]
    store = await open_store(url)
    assert await store.secret() == secret
    assert (await store.session("s")).last_seq == 1
    await store.close()


async def test_an_empty_file_becomes_a_store(tmp_path):
    path = tmp_path / "store.sqlite"
    path.touch()
    await (await open_store(f"sqlite://{path}")).close()
    assert path.stat().st_size > 0


def test_a_root_directory_has_one_store_however_it_is_spelled(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "link").symlink_to(root)
    data = str(tmp_path / "data")
    urls = {
        default_url(spelling, data)
        for spelling in (f"{root}", f"{root}/", f"{tmp_path}/link", f"{tmp_path}/x/../root")
    }
    assert len(urls) == 1
    (url,) = urls
    name = url.removeprefix(f"sqlite://{data}/collab_agents/")
    assert len(name.removesuffix(".sqlite")) == 24
    assert int(name.removesuffix(".sqlite"), 16)
    assert default_url(str(tmp_path), data) != url


@pytest.mark.parametrize(
    "url", ["sqlite://relative.sqlite", "sqlite:///", "sqlite://", "nonsense", ""]
)
async def test_a_url_that_names_no_store_is_refused(url):
    with pytest.raises(StoreNotReady):
        await open_store(url)


async def test_a_refusal_does_not_repeat_a_password():
    with pytest.raises(StoreNotReady) as refusal:
        await open_store("oracle://scott:tiger@host/db")
    assert "'oracle'" in str(refusal.value)
    assert "tiger" not in str(refusal.value)


def start_in_new_process(path):
    script = (
        "import asyncio, sys\n"
        "from jupyter_collab_agents.storage.open import open_store\n"
        f"asyncio.run(asyncio.run(open_store({f'sqlite://{path}'!r})).close())\n"
        "print([name for name in ('alembic', 'sqlalchemy') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_an_up_to_date_file_opens_without_the_migration_tools(sqlite_path):
    assert start_in_new_process(sqlite_path) == "[]"


def test_the_revisions_we_know_are_the_ones_there_are():
    from alembic.script import ScriptDirectory

    revisions = ScriptDirectory(SCHEMA.scripts).walk_revisions()
    assert tuple(script.revision for script in revisions)[::-1] == SCHEMA.revisions


@pytest.fixture
def next_schema(tmp_path):
    """A later version of the extension; its revision runs the given statements."""

    def make(*statements):
        scripts = tmp_path / "migrations"
        shutil.copytree(SCHEMA.scripts, scripts, ignore=shutil.ignore_patterns("__pycache__"))
        lines = "".join(f"    op.execute({statement!r})\n" for statement in statements)
        (scripts / "versions" / "later.py").write_text(
            "from alembic import op\n"
            f"revision, down_revision = '9999', {SCHEMA.head!r}\n"
            "branch_labels = depends_on = None\n\n"
            f"def upgrade():\n{lines}"
        )
        return Schema((*SCHEMA.revisions, "9999"), str(scripts))

    return make


async def filled(path):
    store = await open_sqlite(path)
    await create(store)
    await store.append([post("m", "some text")])
    await store.close()


async def test_an_older_file_is_copied_and_brought_up_to_date(sqlite_path, next_schema):
    await filled(sqlite_path)
    schema = next_schema("CREATE TABLE later (id INTEGER)")
    store = await open_sqlite(sqlite_path, schema=schema)
    assert await store.schema() == "9999"
    assert [m.body for m in await store.messages("s", None, 10)] == ["some text"]
    await store.close()
    with pytest.raises(StoreNotReady, match="newer version"):
        await open_sqlite(sqlite_path)
    copy = f"{sqlite_path}.before-9999"
    old = await open_sqlite(copy)
    assert await old.schema() == SCHEMA.head
    assert [m.body for m in await old.messages("s", None, 10)] == ["some text"]
    await old.close()


@pytest.mark.parametrize("revision", SCHEMA.revisions[:-1])
async def test_a_file_of_every_earlier_version_is_brought_up_to_date(tmp_path, revision):
    path = str(tmp_path / "store.sqlite")
    earlier = SCHEMA.revisions[: SCHEMA.revisions.index(revision) + 1]
    old = await open_sqlite(path, schema=Schema(earlier, SCHEMA.scripts))
    await create(old)
    await old.append([post("m", "some text")])
    await old.close()
    store = await open_sqlite(path)
    assert await store.schema() == SCHEMA.head
    assert [m.body for m in await store.messages("s", None, 10)] == ["some text"]
    assert await store.documents() == []
    await store.close()


async def test_an_upgrade_that_fails_leaves_the_file_as_it_was(sqlite_path, next_schema):
    await filled(sqlite_path)
    schema = next_schema("CREATE TABLE later (id INTEGER)", "INSERT INTO nowhere VALUES (1)")
    with pytest.raises(StoreNotReady, match="nowhere"):
        await open_sqlite(sqlite_path, schema=schema)
    with closing(sqlite3.connect(sqlite_path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema")]
    assert "later" not in tables
    store = await open_sqlite(sqlite_path)
    assert (await store.session("s")).last_seq == 2
    await store.close()


async def test_a_creation_that_fails_leaves_nothing(tmp_path, next_schema):
    folder = tmp_path / "data"
    schema = next_schema("INSERT INTO nowhere VALUES (1)")
    with pytest.raises(StoreNotReady, match="nowhere"):
        await open_sqlite(str(folder / "store.sqlite"), schema=schema)
    assert names(folder) == []


async def test_stores_may_be_made_at_the_same_time(tmp_path):
    stores = await asyncio.gather(*(open_sqlite(str(tmp_path / f"{n}.sqlite")) for n in range(4)))
    secrets = {await store.secret() for store in stores}
    assert len(secrets) == 4
    await asyncio.gather(*(store.close() for store in stores))
