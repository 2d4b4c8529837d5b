"""When the database cannot be used, Jupyter runs, we say what to do, and touch nothing."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from running_server.http import Person
from running_server.process import RunningServer, ServerFactory
from running_server.tabs import join

from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.storage.store import StoreNotReady


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


async def assert_not_ready(server: RunningServer, *words: str) -> None:
    ann = Person(server, "ann")
    health = await ann.get("health")
    assert health.status == 503
    told = health.json
    assert (told["live"], told["ready"], told["database"]) == (True, False, "closed")
    for word in words:
        assert word in told["problem"], told["problem"]
    for method, path, body in (
        ("GET", "sessions", None),
        ("POST", "sessions", {"name": "Work"}),
        ("GET", "people", None),
        ("GET", "agents", None),
        ("GET", f"sessions/{'0' * 32}", None),
        ("GET", f"sessions/{'0' * 32}/messages", None),
        ("POST", f"sessions/{'0' * 32}/messages", {"body": "anybody here?"}),
        ("POST", "agents/agent:notebook/tasks", {"session_id": "a", "task": "help"}),
        ("POST", "invites/accept", {"token": "a.b.c"}),
    ):
        answer = await ann.ask(method, path, body)
        assert (answer.status, answer.problem) == (503, "not_ready"), (path, answer)
        assert answer.json["message"] == told["problem"]
    tab = await join(ann, "0" * 32, welcomed=False)
    code = await tab.until_closed()
    assert code is not None
    assert 4000 <= code < 4500, "come back"
    (refused,) = tab.of("rejected")
    assert (refused["code"], refused["message"]) == ("not_ready", told["problem"])
    assert (await ann.ask("GET", "/api/status")).status == 200
    assert (await Person(server, headers={}).get("health")).status == 403


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database, it is a letter\n" * 1000)


def torn(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (x)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 500)
        database.commit()
    content = bytearray(path.read_bytes())
    content[4096:40960] = b"\xff" * (40960 - 4096)
    path.write_bytes(content)


def somebody_elses(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE invoices (x)")
        database.commit()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (garbage, ("damaged", "backup")),
        (torn, ("damaged", "backup")),
        (somebody_elses, ("another program", "another store")),
    ],
)
async def test_a_file_that_is_no_database_of_ours_stays_as_it_is(
    running_server: ServerFactory,
    tmp_path: Path,
    make: Callable[[Path], None],
    words: tuple[str, ...],
) -> None:
    file = tmp_path / "store.sqlite"
    make(file)
    before = fingerprint(tmp_path)
    server = running_server(traits={"CollabAgents": {"database_url": f"sqlite://{file}"}})
    await assert_not_ready(server, str(file), *words)
    server.terminate()
    assert fingerprint(tmp_path) == before


async def test_a_database_of_a_newer_version_stays_as_it_is(running_server: ServerFactory) -> None:
    server = running_server()
    ann = Person(server, "ann")
    session_id = await ann.create()
    server.terminate()
    with closing(sqlite3.connect(server.database)) as database:
        (table,) = database.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE '%alembic_version%' AND type = 'table'"
        ).fetchone()
        (known,) = database.execute(f"SELECT version_num FROM {table}").fetchone()
        database.execute(f"UPDATE {table} SET version_num = '9999'")
        database.commit()
    before = fingerprint(server.data / "collab_agents")
    server.start()
    await assert_not_ready(server, "newer version", "Upgrade")
    server.terminate()
    assert fingerprint(server.data / "collab_agents") == before
    with closing(sqlite3.connect(server.database)) as database:
        database.execute(f"UPDATE {table} SET version_num = ?", (known,))
        database.commit()
    server.start()
    assert (await ann.get(f"sessions/{session_id}")).status == 200


async def test_a_second_server_on_the_same_root_waits_for_nothing_and_harms_nothing(
    running_server: ServerFactory,
) -> None:
    first = running_server()
    ann = Person(first, "ann")
    session_id = await ann.create()
    second = running_server(root=first.root, data=first.data)
    await assert_not_ready(second, "another server", "Stop that server")
    tab = await join(ann, session_id)
    assert (await tab.ask("chat.post", body="the first goes on"))["type"] == "ack"
    await tab.close()
    second.terminate()
    first.kill()
    second.start()
    assert (await Person(second, "ann").get(f"sessions/{session_id}")).status == 200


async def test_jupyterlab_opens_without_us(running_server: ServerFactory, tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    garbage(file)
    server = running_server(
        traits={"CollabAgents": {"database_url": f"sqlite://{file}"}}, extensions=("jupyterlab",)
    )
    ann = Person(server, "ann")
    page = await ann.ask("GET", "/lab")
    assert page.status == 200
    assert server.tokens["ann"].encode() not in page.body
    assert (await ann.get("health")).status == 503


async def test_pages_of_jupyterlab_hold_nobodys_token(running_server: ServerFactory) -> None:
    server = running_server(extensions=("jupyterlab",))
    page = await Person(server, "ann").ask("GET", "/lab")
    assert page.status == 200
    assert b"jupyter-config-data" in page.body
    for token in server.tokens.values():
        assert token.encode() not in page.body


@pytest.mark.parametrize("url", ["postgres://u:hunter2@db/x", "sqlite://relative.sqlite", "x"])
async def test_an_address_of_no_store_is_refused_without_telling_its_password(
    running_server: ServerFactory, url: str
) -> None:
    server = running_server(traits={"CollabAgents": {"database_url": url}})
    await assert_not_ready(server, "sqlite:///")
    assert "hunter2" not in server.log.text


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
async def test_a_home_on_the_network_is_refused_before_anything_is_made(
    tmp_path: Path, kind: str
) -> None:
    with pytest.raises(StoreNotReady, match="local disk"):
        await open_sqlite(str(tmp_path / "home" / "store.sqlite"), file_system=lambda _: kind)
    assert fingerprint(tmp_path) == {}


async def test_a_server_whose_home_is_on_the_network_says_where_to_put_the_store(
    running_server: ServerFactory, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    drive = {"RUNNING_SERVER_NETWORK_DRIVE": str(home)}
    server = running_server(data=home / "data", environment=drive)
    await assert_not_ready(server, "network file system (nfs4)", "database_url", "local disk")
    server.terminate()
    assert not (home / "data" / "collab_agents").exists()
    url = f"sqlite://{tmp_path / 'local' / 'store.sqlite'}"
    local = running_server(
        data=home / "data", environment=drive, traits={"CollabAgents": {"database_url": url}}
    )
    assert (await Person(local, "ann").get("health")).status == 200
