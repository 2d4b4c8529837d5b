"""Snapshots over REST on a real server: taken, compared, and put back into what is open."""

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from pycrdt import Text
from running_server.http import Answer, Person
from running_server.process import RunningServer, ServerFactory

from benchmarks.disk.waiting import until

from .page import open_page
from .room import OpenNotebook, open_notebook

SHARED = ("jupyter_server_ydoc", "jupyter_server_fileid")


@pytest.fixture(scope="module")
def shared(running_servers: ServerFactory) -> RunningServer:
    return running_servers(
        extensions=SHARED, traits={"YDocExtension": {"document_save_delay": 0.05}}
    )


@pytest.fixture
def ann(shared: RunningServer) -> Person:
    return Person(shared, "ann")


def write(path: Path, *sources: str) -> None:
    cells = [
        nbformat.v4.new_code_cell(text, id=f"cell{number}") for number, text in enumerate(sources)
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


async def taken(who: Person, path: str) -> Any:
    answer = await who.ask("POST", "snapshots", path=path)
    assert answer.status == 201, answer
    return answer.json


async def restored(who: Person, snapshot: Any, **body: Any) -> Any:
    answer = await who.post(f"snapshots/{snapshot['snapshot_id']}/restore", body)
    assert answer.status == 200, answer
    return answer.json


async def seen(tab: OpenNotebook, *texts: str) -> None:
    await until(lambda: tab.sources == list(texts), lambda: tab.sources)


async def test_a_closed_file_is_put_back_and_the_way_back_is_there(
    shared: RunningServer, ann: Person
) -> None:
    """SN1, SN4."""
    path = shared.root / "closed.py"
    path.write_text("one\n")
    first = await taken(ann, "closed.py")
    assert (first["by"], first["reason"], first["path"]) == ("user:ann", "asked", "closed.py")
    path.write_text("two\n")
    diff = (await ann.get(f"snapshots/{first['snapshot_id']}/diff")).json
    assert [part["unified"] for part in diff["parts"]] == ["@@ -1 +1 @@\n-one\n+two\n"]
    done = await restored(ann, first)
    assert (done["live"], done["conflicts"], path.read_text()) == (False, 0, "one\n")
    await restored(ann, done["before"])
    assert path.read_text() == "two\n"
    page = (await ann.get("snapshots", path="closed.py")).json
    assert [s["reason"] for s in page["snapshots"]] == ["restore", "restore", "asked"]
    assert page["has_earlier"] is False


async def test_in_an_open_notebook_it_is_an_edit_that_leaves_the_rest_alone(
    shared: RunningServer, ann: Person
) -> None:
    """SN4."""
    path = shared.root / "open.ipynb"
    write(path, "x = 1", "y = 2")
    first = await taken(ann, "open.ipynb")
    ben = await open_notebook(Person(shared, "ben"), "open.ipynb")
    kept = ben.notebook.ycells[1]["source"]
    await ben.type_into(0, "00")
    done = await restored(ann, first)
    assert done["live"] is True
    await seen(ben, "x = 1", "y = 2")
    await ben.type_into(1, "22")
    assert str(kept) == "y = 222", "the same shared text as before"
    undone = await restored(ann, done["before"], keep_later=True)
    await seen(ben, "x = 100", "y = 222")
    assert undone["conflicts"] == 0
    await until(lambda: all(t in path.read_text() for t in ('"x = 100"', '"y = 222"')))
    ben.close()


async def test_two_snapshots_are_compared_by_cells(shared: RunningServer, ann: Person) -> None:
    """SN3."""
    path = shared.root / "two.ipynb"
    write(path, "x = 1", "y = 2")
    first = await taken(ann, "two.ipynb")
    write(path, "x = 1", "y = 3", "z = 4")
    second = await taken(ann, "two.ipynb")
    diff = await ann.get(f"snapshots/{first['snapshot_id']}/diff", against=second["snapshot_id"])
    assert [(part["change"], part["cell_id"]) for part in diff.json["parts"]] == [
        ("changed", "cell1"),
        ("added", "cell2"),
    ]
    content = (await ann.get(f"snapshots/{second['snapshot_id']}")).json["content"]
    assert [cell["source"] for cell in content["cells"]] == ["x = 1", "y = 3", "z = 4"]


async def test_a_deleted_file_comes_back(shared: RunningServer, ann: Person) -> None:
    path = shared.root / "gone.py"
    path.write_text("precious\n")
    await taken(ann, "gone.py")
    deleted = await ann.ask("DELETE", "/api/contents/gone.py")
    assert deleted.status == 204, deleted
    (snapshot,) = (await ann.get("snapshots", path="gone.py")).json["snapshots"]
    assert (await restored(ann, snapshot))["path"] == "gone.py"
    assert path.read_text() == "precious\n"


async def test_a_renamed_file_keeps_its_snapshots(shared: RunningServer, ann: Person) -> None:
    """SN1."""
    (shared.root / "before.py").write_text("one\n")
    snapshot = await taken(ann, "before.py")
    renamed = await ann.ask("PATCH", "/api/contents/before.py", {"path": "after.py"})
    assert renamed.status == 200, renamed
    (shared.root / "after.py").write_text("two\n")
    page = (await ann.get("snapshots", path="after.py")).json
    assert [s["snapshot_id"] for s in page["snapshots"]] == [snapshot["snapshot_id"]]
    assert (await restored(ann, snapshot))["path"] == "after.py"
    assert (shared.root / "after.py").read_text() == "one\n"
    assert not (shared.root / "before.py").exists()


async def test_a_reader_sees_and_changes_nothing(shared: RunningServer, ann: Person) -> None:
    """SN5."""
    (shared.root / "read.py").write_text("one\n")
    snapshot = await taken(ann, "read.py")
    cara = Person(shared, "cara")
    address = f"snapshots/{snapshot['snapshot_id']}"
    for path, query in ((address, {}), (f"{address}/diff", {}), ("snapshots", {"path": "read.py"})):
        assert (await cara.get(path, **query)).status == 200
    for refused in (
        await cara.ask("POST", "snapshots", path="read.py"),
        await cara.post(f"{address}/restore", {}),
    ):
        assert (refused.status, refused.problem) == (403, "forbidden")


@pytest.mark.parametrize("resource", ["contents", "collab-agents"])
async def test_who_may_not_read_files_sees_none(
    shared: RunningServer, ann: Person, resource: str
) -> None:
    """SN5."""
    (shared.root / "secret.py").write_text("one\n")
    snapshot = await taken(ann, "secret.py")
    shared.keep_from("ben", resource)
    try:
        for path in ("", "/diff"):
            answer = await Person(shared, "ben").get(f"snapshots/{snapshot['snapshot_id']}{path}")
            assert (answer.status, answer.problem) == (403, "forbidden")
    finally:
        shared.keep_from("ben")


async def refused(who: Person, path: str) -> Answer:
    return await who.ask("POST", "snapshots", path=path)


@pytest.mark.parametrize(
    ("path", "status"),
    [("../out.py", 400), (".hidden", 400), ("nothing.py", 404), ("folder", 400), ("", 400)],
)
async def test_what_is_no_document_is_refused(
    shared: RunningServer, ann: Person, path: str, status: int
) -> None:
    (shared.root / "folder").mkdir(exist_ok=True)
    answer = await refused(ann, path)
    assert answer.status in {status, 403}, answer
    assert answer.problem in {"invalid", "not_found", "forbidden"}


async def test_a_binary_file_is_refused(shared: RunningServer, ann: Person) -> None:
    (shared.root / "picture.png").write_bytes(b"\x89PNG\xff\xfe" + os.urandom(64))
    answer = await refused(ann, "picture.png")
    assert (answer.status, answer.problem) == (400, "invalid")


async def test_a_snapshot_that_is_not_there_is_not_found(ann: Person) -> None:
    for path in ("snapshots/no", "snapshots/no/diff"):
        assert (await ann.get(path)).problem == "not_found"
    assert (await ann.post("snapshots/no/restore", {})).problem == "not_found"


async def test_only_a_restoring_can_be_taken_back(shared: RunningServer, ann: Person) -> None:
    """SN4."""
    (shared.root / "plain.py").write_text("one\n")
    snapshot = await taken(ann, "plain.py")
    answer = await ann.post(f"snapshots/{snapshot['snapshot_id']}/restore", {"keep_later": True})
    assert (answer.status, answer.problem) == (400, "invalid")


async def test_a_text_that_was_emptied_while_it_is_open_comes_back(
    shared: RunningServer, ann: Person
) -> None:
    """SN4."""
    (shared.root / "emptied.py").write_text("precious\n")
    first = await taken(ann, "emptied.py")
    ben = await open_page(Person(shared, "ben"), "emptied.py", format="text", type="file")
    ben.doc.get("source", type=Text).clear()
    await ben.sync()
    done = await restored(ann, first)
    assert done["live"] is True
    await ben.until(lambda: ben.text == "precious\n")
    await ben.close()


async def test_what_somebody_else_has_locked_is_not_changed(
    shared: RunningServer, ann: Person
) -> None:
    """SN4."""
    write(shared.root / "locked.ipynb", "x = 1", "y = 2")
    snapshot = await taken(ann, "locked.ipynb")
    write(shared.root / "locked.ipynb", "x = 1", "y = 3")
    lock = await Person(shared, "ben").ask(
        "POST", "locks", {"cell_id": "cell1"}, path="locked.ipynb"
    )
    assert lock.status in (200, 201), lock
    answer = await ann.post(f"snapshots/{snapshot['snapshot_id']}/restore", {})
    assert (answer.status, answer.problem) == (423, "locked")
    assert '"y = 3"' in (shared.root / "locked.ipynb").read_text()
    assert (await restored(Person(shared, "ben"), snapshot))["conflicts"] == 0
