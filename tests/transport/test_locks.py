"""Locks on real servers: REST, sockets, rights, restarts, renamed and deleted files."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from running_server.http import Answer, Person
from running_server.process import RunningServer, ServerFactory, servers
from running_server.tabs import Tab, join

FILE = "work/sales.ipynb"
NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerFactory]:
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        yield start


@pytest.fixture(scope="module")
def server(start: ServerFactory) -> RunningServer:
    plenty = {"CollabAgents": {"command_rate": 10_000.0, "command_burst": 100_000}}
    return start(extensions=("jupyter_server_fileid",), traits=plenty)


@pytest.fixture(autouse=True)
def _file(server: RunningServer) -> None:
    """It is there when a test begins."""
    (server.root / "work").mkdir(exist_ok=True)
    (server.root / FILE).write_text(NOTEBOOK)


@pytest.fixture
def ann(server: RunningServer) -> Person:
    return Person(server, "ann")


@pytest.fixture
def ben(server: RunningServer) -> Person:
    return Person(server, "ben")


@pytest.fixture
def cara(server: RunningServer) -> Person:
    """May only read."""
    return Person(server, "cara")


async def ask(person: Person, method: str, body: Any = None, **query: Any) -> Answer:
    """A request about locks; ``path`` and the rest make its query."""
    return await person.ask(method, "locks?" + urlencode(query), body)


async def lock(person: Person, body: dict[str, Any] | None = None, path: str = FILE) -> Any:
    answer = await ask(person, "POST", body or {}, path=path)
    assert answer.status == 200, answer
    return answer.json


async def release(person: Person, held: dict[str, Any], path: str = FILE) -> Answer:
    return await ask(person, "DELETE", path=path, lock_id=held["lock_id"])


async def locks(person: Person, path: str = FILE) -> Any:
    answer = await ask(person, "GET", path=path)
    assert answer.status == 200, answer
    assert answer.json["path"] == path
    return answer.json["locks"]


def holders(path: str, *expected: str) -> Callable[[Tab], bool]:
    """Was it told that these hold the locks of a document?"""

    def told(tab: Tab) -> bool:
        states = [one["document"] for one in tab.of("document.changed")]
        mine = [state for state in states if state["path"] == path]
        return bool(mine) and [k["holder"] for k in mine[-1]["locks"]] == list(expected)

    return told


async def test_a_lock_is_acquired_prolonged_listed_and_released(ann: Person, ben: Person) -> None:
    """LK1, LK3"""
    held = await lock(ann, {"cell_id": "c1", "cell_index": 0, "seconds": 60})
    assert (held["holder"], held["holder_name"], held["scope"]) == ("user:ann", "Ann", "cell")
    assert held["expires_at"] - held["since"] == 60_000
    assert held["stays"]
    longer = await lock(ann, {"cell_id": "c1", "seconds": 600})
    assert (longer["lock_id"], longer["token"]) == (held["lock_id"], held["token"])
    assert longer["expires_at"] > held["expires_at"]
    assert await locks(ben) == [longer]
    taken = await ask(ben, "POST", {}, path=FILE)
    assert (taken.status, taken.problem) == (423, "locked")
    assert "Ann locked cell 1, 10 min left" in taken.json["message"]
    assert (await release(ben, held)).problem == "forbidden"
    assert (await release(ann, held)).status == 204
    assert (await release(ann, held)).status == 204
    assert await locks(ben) == []


async def test_a_resent_request_happens_once(ann: Person) -> None:
    """LK7"""
    first = await lock(ann, {"ref": "one"})
    assert await lock(ann, {"ref": "one"}) == first
    await release(ann, first)
    again = await ask(ann, "POST", {"ref": "one"}, path=FILE)
    assert (again.status, again.problem) == (404, "not_found")
    assert await locks(ann) == []


async def test_reading_needs_contents_read_and_locking_needs_contents_write(
    server: RunningServer, ann: Person, cara: Person
) -> None:
    """LK5, ID2"""
    assert await locks(cara) == []
    assert (await ask(cara, "POST", {}, path=FILE)).status == 403
    server.keep_from("ann", "contents")
    try:
        assert (await ask(ann, "GET", path=FILE)).problem == "forbidden"
        assert (await ask(ann, "POST", {}, path=FILE)).problem == "forbidden"
        assert (await ask(ann, "DELETE", path=FILE, lock_id="x")).problem == "forbidden"
    finally:
        server.keep_from("ann")
    await release(ann, await lock(ann))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "invalid"),
        ({"path": ""}, "invalid"),
        ({"path": "../x.ipynb"}, "forbidden"),
        ({"path": "/etc/passwd"}, "forbidden"),
        ({"path": ".hidden/x.ipynb"}, "forbidden"),
        ({"path": "work"}, "invalid"),
        ({"path": "none.ipynb"}, "not_found"),
        ({"path": "x" * 2000}, "invalid"),
        ({"path": "a\u202eb"}, "invalid"),
    ],
)
async def test_paths_that_no_document_has(ann: Person, query: Any, code: str) -> None:
    """LK5, CH6"""
    assert (await ask(ann, "GET", **query)).problem == code
    assert (await ask(ann, "POST", {}, **query)).problem == code


async def test_a_link_out_of_the_root_is_no_document(server: RunningServer, ann: Person) -> None:
    """LK5, CH6"""
    outside = server.folder / "outside.ipynb"
    outside.write_text(NOTEBOOK)
    (server.root / "link.ipynb").symlink_to(outside)
    assert (await ask(ann, "POST", {}, path="link.ipynb")).problem == "forbidden"


@pytest.mark.parametrize(
    "body",
    [
        {"seconds": 1},
        {"seconds": 10**9},
        {"cell_id": "no cell"},
        {"cell_id": ""},
        {"cell_index": -1},
        {"range": {"anchor": {"line": 0, "column": 0}}},
        {"range": {"anchor": {"line": 1, "column": 0}, "head": {"line": 1, "column": 0}}},
        {"holder": "user:ben"},
        [],
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(ann: Person, body: Any) -> None:
    """LK5"""
    assert (await ask(ann, "POST", body, path=FILE)).problem == "invalid"
    assert await locks(ann) == []


async def test_a_lock_taken_in_one_session_holds_in_all_and_is_shown(
    ann: Person, ben: Person
) -> None:
    """LK2, LK8, LK9"""
    one, other = await ann.create(files=[FILE]), await ben.create(files=[FILE])
    tab, there = await join(ann, one), await join(ben, other)
    answer = await tab.ask("lock.acquire", path=FILE, cell_id="c1", cell_index=2)
    assert answer["type"] == "ack", answer
    assert answer["seq"] is None
    await there.until(holders(FILE, "user:ann"))
    await there.until(lambda t: t.of("lock.acquired"))
    assert there.of("lock.acquired")[0]["lock"]["cell_index"] == 2
    refused = await there.ask("lock.acquire", path=FILE)
    assert refused["code"] == "locked"
    (held,) = await locks(ben)
    where = {"path": FILE, "lock_id": held["lock_id"]}
    assert (await there.ask("lock.request", **where))["type"] == "ack"
    asked = await tab.until(lambda t: t.of("lock.requested"))
    assert asked[0]["request"]["by"] == "user:ben"
    assert (await tab.ask("lock.hand_over", to="user:ben", **where))["type"] == "ack"
    await tab.until(holders(FILE, "user:ben"))
    (mine,) = await locks(ben)
    assert mine["token"] > held["token"]
    assert (await there.ask("lock.release", path=FILE, lock_id=mine["lock_id"]))["type"] == "ack"
    await tab.until(holders(FILE))
    await tab.close()
    await there.close()


async def test_a_lock_follows_its_file_through_a_rename_and_outlives_its_deletion(
    server: RunningServer, ann: Person, ben: Person
) -> None:
    """LK2"""
    tab = await join(ben, await ben.create())
    await tab.send({"type": "document.watch", "paths": [FILE]})
    held = await lock(ann, {"cell_id": "c1"})
    await tab.until(holders(FILE, "user:ann"))
    moved = "final.ipynb"
    answer = await ann.ask("PATCH", f"/api/contents/{FILE}", {"path": moved})
    assert answer.status == 200, answer
    await tab.until(holders(moved, "user:ann"), timeout=4.0)  # at once, not with the sweeper
    assert [one["lock_id"] for one in await locks(ben, moved)] == [held["lock_id"]]
    assert (await ask(ben, "POST", {}, path=moved)).problem == "locked"
    assert (await ann.ask("DELETE", f"/api/contents/{moved}")).status == 204
    assert (await release(ann, held, moved)).status == 204
    await tab.until(holders(moved))
    await tab.close()


async def test_a_file_that_is_replaced_on_disk_is_the_same_document(
    server: RunningServer, ann: Person, ben: Person
) -> None:
    """LK2"""
    held = await lock(ann)
    fresh = server.root / "work" / "fresh"
    fresh.write_text(NOTEBOOK)
    (server.root / FILE).unlink()
    assert (await ask(ben, "GET", path=FILE)).problem == "not_found"
    fresh.rename(server.root / FILE)
    assert await locks(ben) == [held]
    await release(ann, held)


async def test_locks_outlive_a_kill_of_the_server(start: ServerFactory) -> None:
    """LK2"""
    server = start(extensions=("jupyter_server_fileid",))
    (server.root / "a.ipynb").write_text(NOTEBOOK)
    ann, ben = Person(server, "ann"), Person(server, "ben")
    session = await ann.create(files=["a.ipynb"])
    tab = await join(ann, session)
    assert (await tab.ask("lock.acquire", path="a.ipynb", cell_id="c1"))["type"] == "ack"
    scripted = await lock(ben, {"cell_id": "c2"}, "a.ipynb")
    before = await locks(ben, "a.ipynb")
    server.kill()
    server.start()
    assert await locks(ben, "a.ipynb") == before
    assert (await ask(ben, "POST", {"cell_id": "c1"}, path="a.ipynb")).problem == "locked"
    again = await lock(ben, {"cell_id": "c3"}, "a.ipynb")
    assert again["token"] > scripted["token"]
    back = await join(ann, session)
    (mine, *_) = before
    answer = await back.ask("lock.release", path="a.ipynb", lock_id=mine["lock_id"])
    assert answer["type"] == "ack"
    await back.close()


async def test_without_file_ids_locks_say_what_is_missing(start: ServerFactory) -> None:
    server = start()
    (server.root / "a.ipynb").write_text(NOTEBOOK)
    answer = await ask(Person(server, "ann"), "POST", {}, path="a.ipynb")
    assert (answer.status, answer.problem) == (503, "not_ready")
    assert "jupyter_server_fileid" in answer.json["message"]


async def test_an_anonymous_caller_without_a_session_gets_no_lock(start: ServerFactory) -> None:
    """LK5, ID5"""
    server = start(extensions=("jupyter_server_fileid",), people=None)
    (server.root / "a.ipynb").write_text(NOTEBOOK)
    somebody = Person(server, headers={"Authorization": f"token {server.shared_token}"})
    answer = await ask(somebody, "POST", {}, path="a.ipynb")
    assert (answer.status, answer.problem) == (403, "forbidden")
    assert (await ask(somebody, "GET", path="a.ipynb")).json["locks"] == []
