"""The disk and people, with real servers that are stopped, killed, and written around."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from running_server.http import Person
from running_server.process import RunningServer, ServerFactory

from benchmarks.disk.waiting import until

from .test_disk_guard import write_notebook
from .written import OpenFile, open_file

SHARED = ("jupyter_server_ydoc", "jupyter_server_fileid")
FAST, NEVER = 0.05, 3600.0


def traits(save_delay: float) -> dict[str, dict[str, float]]:
    return {"YDocExtension": {"document_save_delay": save_delay, "file_poll_interval": 0.05}}


@pytest.fixture(scope="module")
def shared(running_servers: ServerFactory) -> RunningServer:
    return running_servers(extensions=SHARED, traits=traits(FAST))


@pytest.fixture
def ann(shared: RunningServer) -> Person:
    return Person(shared, "ann")


async def read(who: Person, path: str) -> dict[str, Any]:
    answer = await who.get(f"/api/contents/{path}", content="1")
    assert answer.status == 200, answer
    model: dict[str, Any] = answer.json
    return model


async def opened(who: Person, path: str, text: str) -> OpenFile:
    (who.server.root / path).write_text(text)
    return await open_file(who, path)


async def conflicts_of(who: Person, path: str) -> list[Any]:
    """The open ones, as soon as there are some."""
    async with asyncio.timeout(15):
        while not (found := (await who.get("conflicts", path=path)).json["conflicts"]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return list(found)


def beside(server: RunningServer, stem: str) -> list[Path]:
    return sorted(server.root.glob(f"{stem}.conflict-*"))


async def test_a_change_outside_is_merged_and_what_was_there_is_a_snapshot(
    shared: RunningServer, ann: Person
) -> None:
    """DI1, SN2."""
    tab = await opened(ann, "outside.py", "one\ntwo\n")
    tab.type("typed\n", at=0)
    await until(lambda: tab.saved("typed\none\ntwo\n"))
    (shared.root / "outside.py").write_text("typed\none\ntwo\nfrom outside\n")
    await until(lambda: "from outside" in tab.text)
    page = (await ann.get("snapshots", path="outside.py")).json
    assert [s["reason"] for s in page["snapshots"]] == ["overwrite"]
    await tab.close()


async def test_what_cannot_be_merged_is_kept_beside_the_file(
    shared: RunningServer, ann: Person
) -> None:
    """DI2."""
    tab = await opened(ann, "clash.py", "value = 1\n")
    tab.replace(8, 9, "2")
    await until(lambda: tab.saved("value = 2\n"))
    tab.replace(8, 9, "4")
    (shared.root / "clash.py").write_text("value = 3\n")
    (listed,) = await conflicts_of(ann, "clash.py")
    assert (listed["conflict"]["by"], listed["conflict"]["kind"]) == ("disk", "source")
    (kept,) = beside(shared, "clash")
    assert (kept.suffix, kept.read_text()) == (".py", "value = 3\n")
    await until(lambda: tab.saved("value = 4\n"))
    await tab.close()


@pytest.mark.parametrize("named", ["last_modified", "hash", None])
async def test_a_stale_save_of_the_whole_content_takes_nothing_away(
    ann: Person, named: str | None
) -> None:
    """DI4."""
    path = f"stale_{named}.py"
    tab = await opened(ann, path, "one\ntwo\n")
    stale = (await ann.get(f"/api/contents/{path}", content="1", hash="1")).json
    tab.type("typed\n", at=0)
    await until(lambda: tab.saved("typed\none\ntwo\n"))
    body = {"type": "file", "format": "text", "content": stale["content"] + "from a program\n"}
    if named:
        body[named] = stale[named]
    answer = await ann.ask("PUT", f"/api/contents/{path}", body)
    assert answer.status == 200, answer
    await until(lambda: tab.saved("typed\none\ntwo\nfrom a program\n"), lambda: tab.text)
    await tab.close()


async def test_a_save_of_a_version_that_nobody_remembers_is_refused_and_kept(
    shared: RunningServer, ann: Person
) -> None:
    """DI4."""
    tab = await opened(ann, "unknown.py", "one\n")
    body = {
        "type": "file",
        "format": "text",
        "content": "another\n",
        "last_modified": "2020-01-01T00:00:00Z",
    }
    answer = await ann.ask("PUT", "/api/contents/unknown.py", body)
    assert answer.status == 409, answer
    assert "Read the file again" in answer.body.decode()
    await until(lambda: [f.read_text() for f in beside(shared, "unknown")] == ["another\n"])
    assert tab.text == "one\n"
    await tab.close()


async def test_a_save_into_an_open_notebook_is_merged_by_cells(
    shared: RunningServer, ann: Person
) -> None:
    """DI4."""
    write_notebook(shared.root / "whole.ipynb", "x = 1", "y = 2")
    tab = await open_file(ann, "whole.ipynb")
    stale = await read(ann, "whole.ipynb")
    tab.type(" # typed", cell=0)
    await until(lambda: "# typed" in (shared.root / "whole.ipynb").read_text())
    stale["content"]["cells"][1]["source"] = "y = 3"
    answer = await ann.ask("PUT", "/api/contents/whole.ipynb", stale)
    assert answer.status == 200, answer
    await until(lambda: tab.sources == ["x = 1 # typed", "y = 3"], lambda: tab.sources)
    await tab.close()


async def test_somebody_of_whom_only_jupyter_was_asked_saves(
    shared: RunningServer, ann: Person
) -> None:
    """DI4: whoever may save through Jupyter may; that they never were in a session is no matter."""
    tab = await opened(ann, "stranger.py", "one\ntwo\n")
    shared.tokens["gus"] = "gus-token"
    shared.set_rights("gus", "read", "write")
    gus = Person(shared, "gus")
    model = await read(gus, "stranger.py")
    tab.type("typed\n", at=0)
    await until(lambda: tab.saved("typed\none\ntwo\n"))
    answer = await gus.ask(
        "PUT", "/api/contents/stranger.py", {**model, "content": "one\ntwo\nthree\n"}
    )
    assert answer.status == 200, answer
    await until(lambda: tab.text == "typed\none\ntwo\nthree\n", lambda: tab.text)
    await tab.close()


async def test_a_file_that_nobody_has_open_is_saved_as_ever(
    shared: RunningServer, ann: Person
) -> None:
    (shared.root / "closed.py").write_text("one\n")
    body = {"type": "file", "format": "text", "content": "two\n", "hash": "no such"}
    answer = await ann.ask("PUT", "/api/contents/closed.py", body)
    assert (answer.status, (shared.root / "closed.py").read_text()) == (200, "two\n")


async def test_what_comes_in_pieces_is_not_written_over_an_open_file(ann: Person) -> None:
    """DI4."""
    tab = await opened(ann, "pieces.py", "one\n")
    body = {"type": "file", "format": "text", "content": "two\n", "chunk": 1}
    answer = await ann.ask("PUT", "/api/contents/pieces.py", body)
    assert answer.status == 409, answer
    assert tab.saved("one\n")
    await tab.close()


async def test_a_lock_binds_a_save_of_the_whole_content(shared: RunningServer, ann: Person) -> None:
    """DI4."""
    tab = await opened(ann, "locked.py", "one\n")
    lock = await Person(shared, "ben").ask("POST", "locks", {}, path="locked.py")
    assert lock.status in (200, 201), lock
    body = {"type": "file", "format": "text", "content": "two\n"}
    answer = await ann.ask("PUT", "/api/contents/locked.py", body)
    assert answer.status == 423, answer
    assert tab.saved("one\n")
    assert (await Person(shared, "ben").ask("PUT", "/api/contents/locked.py", body)).status == 200
    await until(lambda: tab.saved("two\n"))
    await tab.close()


async def test_what_could_not_be_saved_is_not_said_to_be(
    shared: RunningServer, ann: Person
) -> None:
    """DI3."""
    folder = shared.root / "folder"
    folder.mkdir()
    tab = await opened(ann, "folder/a.py", "one\n")
    tab.type("two\n")
    assert await tab.save() is True
    assert (folder / "a.py").read_text() == "one\ntwo\n"
    folder.rename(shared.root / "elsewhere")
    tab.type("three\n")
    assert await tab.save() is False
    (shared.root / "elsewhere").rename(folder)
    assert await tab.save() is True
    assert (folder / "a.py").read_text() == "one\ntwo\nthree\n"
    await tab.close()


async def test_the_last_typing_before_the_server_stops_is_saved(
    running_server: ServerFactory,
) -> None:
    """DI3."""
    server = running_server(extensions=SHARED, traits=traits(NEVER))
    tab = await opened(Person(server, "ann"), "last.py", "one\n")
    await tab.type_and_wait("last words\n")
    await tab.close()  # whoever waits for the server's end cannot answer it
    server.terminate()
    assert (server.root / "last.py").read_text() == "one\nlast words\n"


async def test_what_was_never_saved_when_the_server_was_killed_comes_back(
    running_server: ServerFactory,
) -> None:
    """DI5."""
    server = running_server(extensions=SHARED, traits=traits(NEVER))
    ann = Person(server, "ann")
    tab = await opened(ann, "killed.py", "one\n")
    await tab.type_and_wait("unsaved\n")
    await updates_have(server, b"unsaved")
    server.kill()
    assert (server.root / "killed.py").read_text() == "one\n"
    server.start()
    again = await open_file(ann, "killed.py")
    assert again.text == "one\nunsaved\n"
    page = (await ann.get("snapshots", path="killed.py")).json
    (snapshot,) = page["snapshots"]
    content = (await ann.get(f"snapshots/{snapshot['snapshot_id']}")).json["content"]
    assert content == "one\n", "what the file said, before the unsaved text goes there"
    (listed,) = await conflicts_of(ann, "killed.py")
    details = (await ann.get(f"conflicts/{listed['conflict']['conflict_id']}")).json
    assert (details["current"], details["incoming"]) == ("unsaved\n", "")
    assert beside(server, "killed") == []
    await decide(ann, details, "incoming")
    await until(lambda: again.text == "one\n")
    await again.close()


async def decide(who: Person, details: Any, keep: str) -> None:
    answer = await who.post(f"conflicts/{details['conflict']['conflict_id']}", {"keep": keep})
    assert answer.status == 200, answer


async def test_unsaved_text_of_a_file_that_changed_since_is_a_conflict_to_decide(
    running_server: ServerFactory,
) -> None:
    """DI5."""
    server = running_server(extensions=SHARED, traits=traits(NEVER))
    ann = Person(server, "ann")
    write_notebook(server.root / "killed.ipynb", "x = 1", "y = 2")
    tab = await open_file(ann, "killed.ipynb")
    tab.type(" # unsaved", cell=1)
    await tab.synced()
    await updates_have(server, b" # unsaved")
    server.kill()
    write_notebook(server.root / "killed.ipynb", "x = 10", "y = 2")
    server.start()
    again = await open_file(ann, "killed.ipynb")
    assert again.sources == ["x = 10", "y = 2"]
    found = await conflicts_of(ann, "killed.ipynb")
    by_cell = {one["conflict"]["cell_id"]: one for one in found}
    details = (await ann.get(f"conflicts/{by_cell['cell1']['conflict']['conflict_id']}")).json
    assert (details["current"], details["incoming"]) == ("y = 2", "y = 2 # unsaved")
    await decide(ann, details, "incoming")
    await until(lambda: again.sources == ["x = 10", "y = 2 # unsaved"], lambda: again.sources)
    await again.close()


async def updates_have(server: RunningServer, text: bytes) -> None:
    """Until the update store has something for good (it is stored a moment after it is shown)."""

    def stored() -> bool:
        with closing(sqlite3.connect(server.folder / ".jupyter_ystore.db")) as store:
            rows = store.execute("SELECT yupdate FROM yupdates").fetchall()
        return any(text in update for (update,) in rows)

    await until(stored)


@pytest.mark.parametrize("seed", range(2))
async def test_nothing_that_was_acknowledged_as_saved_is_missing_after_a_kill(
    running_server: ServerFactory, seed: int
) -> None:
    """DI5."""
    random = Random(seed)
    server = running_server(extensions=SHARED, traits=traits(FAST))
    ann = Person(server, "ann")
    tab = await opened(ann, "kill.py", "begin\n")
    acknowledged: list[str] = []
    kill_at = random.uniform(0.2, 0.8)
    began = asyncio.get_running_loop().time()
    number = 0
    while asyncio.get_running_loop().time() - began < kill_at:
        words = []
        for _ in range(random.randint(1, 5)):
            number += 1
            words.append(f"<{number}>")
            tab.type(f"{words[-1]}{'.' * random.randint(0, 2000)}\n")
        if await tab.save():
            acknowledged += words
    for _ in range(20):
        number += 1
        tab.type(f"<{number}>\n")
    server.kill()
    server.start()
    again = await open_file(ann, "kill.py")
    assert acknowledged
    missing = [word for word in acknowledged if word not in again.text]
    assert missing == []
    await until(lambda: again.saved(again.text))
    await again.close()
