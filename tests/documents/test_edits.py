"""ED1, ED2, ED3, ED4, ED6: edits over REST, on documents that are open in real rooms and on files
that nobody has open."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from running_server.http import Person
from running_server.process import RunningServer, servers

from .editing import (
    PLENTY,
    SHARED,
    ask_content,
    conflicts,
    edit,
    read,
    source_step,
    sources,
    try_edit,
    write_notebook,
)
from .page import open_page


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        running = start(extensions=SHARED, traits={"CollabAgents": PLENTY})
        yield running
        running.terminate()
        assert "jupyter_collab_agents/" not in running.log.text, running.log.text


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


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A file name of this test's own, without an ending."""
    return f"{request.node.originalname}-{abs(hash(request.node.name)) % 10**8}"


@pytest.fixture
def notebook(server: RunningServer, name: str) -> str:
    write_notebook(server.root / f"{name}.ipynb", "a = 1", "b = 2", "c = 3")
    return f"{name}.ipynb"


@pytest.fixture
def text(server: RunningServer, name: str) -> str:
    (server.root / f"{name}.py").write_text("one\ntwo\nthree\n")
    return f"{name}.py"


def saved(server: RunningServer, path: str) -> Any:
    return json.loads((server.root / path).read_text())


# --- a file that nobody has open ----------------------------------------------------------------


async def test_a_text_is_edited_in_its_file(server, ann, text):
    before = await read(ann, text)
    assert (before["content"], before["live"]) == ("one\ntwo\nthree\n", False)
    result = await edit(ann, text, before["version"], content="one\n2\nthree\n")
    assert (server.root / text).read_text() == "one\n2\nthree\n"
    assert result["cells"] == [{"cell_id": None, "kind": "edited", "inserted": 1, "removed": 3}]
    assert not result["merged"]
    assert (await read(ann, text))["version"] == result["version"]


async def test_a_stale_text_is_merged_into_its_file(server, ann, text):
    before = await read(ann, text)
    (server.root / text).write_text("one!\ntwo\nthree\n")
    result = await edit(ann, text, before["version"], content="one\ntwo\nthree\nfour\n")
    assert (server.root / text).read_text() == "one!\ntwo\nthree\nfour\n"
    assert result["merged"]
    assert not result["conflicts"]


async def test_steps_change_a_notebook_file_and_keep_what_runs_left(server, ann, notebook):
    before = await read(ann, notebook)
    assert all(cell["outputs"] == [] for cell in before["content"]["cells"])
    steps = [
        source_step("c1", "b = 22"),
        {"type": "insert", "after": "c0", "source": "# new", "cell_type": "markdown"},
        {"type": "delete", "cell_id": "c2"},
        {"type": "metadata", "cell_id": "c0", "key": "tags", "value": ["seen"]},
        {"type": "move", "cell_id": "c1", "after": None},
    ]
    result = await edit(ann, notebook, before["version"], cells=steps)
    cells = saved(server, notebook)["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["b = 22", "a = 1", "# new"]
    assert cells[0]["outputs"][0]["text"] == ["c1\n"]
    assert cells[1]["metadata"] == {"tags": ["seen"]}
    assert {change["kind"] for change in result["cells"]} == {
        "edited",
        "added",
        "removed",
        "moved",
    }


async def test_line_ends_of_a_file_stay(server, ann, name):
    path = server.root / f"{name}.txt"
    path.write_bytes(b"one\r\ntwo\r\n")
    before = await read(ann, path.name)
    await edit(ann, path.name, before["version"], content="one\ntwo\nthree\n")
    assert path.read_bytes() == b"one\ntwo\nthree\n"
    path.write_bytes(b"one\r\ntwo\r\n")
    before = await read(ann, path.name)
    await edit(ann, path.name, before["version"], content=before["content"] + "three\r\n")
    assert path.read_bytes() == b"one\r\ntwo\r\nthree\r\n"


async def test_a_notebook_of_an_older_format_has_no_ids_in_its_file(server, ann, name):
    path = server.root / f"{name}.ipynb"
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [text]} for text in ("a", "b")]
    path.write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": cells})
    )
    before = await read(ann, path.name)
    second = before["content"]["cells"][1]["id"]
    path.write_text(path.read_text().replace('"a"', '"A"'))
    await edit(ann, path.name, before["version"], cells=[source_step(second, "B")])
    after = saved(server, path.name)
    assert [(c["source"], "id" in c) for c in after["cells"]] == [(["A"], False), (["B"], False)]


# --- a document that people have open -----------------------------------------------------------


async def test_an_edit_reaches_a_page_and_touches_only_what_it_changes(server, ann, ben, name):
    path = f"{name}.ipynb"
    write_notebook(server.root / path, *(f"x{n} = {n}" for n in range(300)))
    page = await open_page(ann, path)
    touched = []
    page.model.ycells.observe_deep(lambda events: touched.extend(e.path for e in events))
    before = await read(ben, path)
    assert before["live"]
    result = await edit(ben, path, before["version"], cells=[source_step("c7", "x7 = 'seven'")])
    await page.until(lambda: page.sources[7] == "x7 = 'seven'")
    assert touched == [[7, "source"]]
    assert [change["cell_id"] for change in result["cells"]] == ["c7"]
    assert page.model.get()["cells"][7]["outputs"][0]["text"] == "c7\n"
    await page.close()


async def test_what_people_typed_since_is_kept(ann, ben, notebook):
    page = await open_page(ann, notebook)
    before = await read(ben, notebook)
    page.append(0, " + 1")
    page.append(1, "  # ann: é 👩‍💻")
    await page.sync()
    content = before["content"]
    content["cells"][1]["source"] = "bb = 2"
    content["cells"].insert(1, {"cell_type": "code", "source": "new", "metadata": {}})
    result = await edit(ben, notebook, before["version"], content=content)
    await page.sync()
    assert page.sources == ["a = 1 + 1", "new", "bb = 2  # ann: é 👩‍💻", "c = 3"]
    assert result["merged"]
    await page.close()


async def test_a_live_text_is_merged_too(ann, ben, text):
    page = await open_page(ann, text)
    before = await read(ben, text)
    page.model.ydoc["source"].insert(0, "zéro\n")
    await page.sync()
    await edit(ben, text, before["version"], content="one\ntwo\nthree and a half\n")
    await page.sync()
    assert page.text == "zéro\none\ntwo\nthree and a half\n"
    await page.close()


async def test_a_version_of_the_file_is_a_base_for_the_live_document(server, ann, ben, notebook):
    before = await read(ben, notebook)
    assert not before["live"]
    page = await open_page(ann, notebook)
    page.append(2, " + 3")
    await page.sync()
    await edit(ben, notebook, before["version"], cells=[source_step("c0", "a = 11")])
    await page.sync()
    assert page.sources == ["a = 11", "b = 2", "c = 3 + 3"]
    await page.close()


async def test_many_edit_at_once_while_people_type_and_nothing_is_lost(ann, ben, notebook):
    page = await open_page(ann, notebook)

    async def agent(number: int) -> None:
        for turn in range(5):
            before = await read(ben, notebook)
            cell = before["content"]["cells"][number % 3]
            words = f"{cell['source']}\nagent{number}turn{turn} = 1"
            result = await edit(
                ben, notebook, before["version"], cells=[source_step(cell["id"], words)]
            )
            said.add(f"agent{number}turn{turn}")
            asked.extend(conflict["conflict_id"] for conflict in result["conflicts"])

    said: set[str] = set()
    asked: list[str] = []
    agents = [asyncio.create_task(agent(number)) for number in range(6)]
    typed = 0
    while not all(task.done() for task in agents):
        page.source(typed % 3).insert(0, f"typed{typed} = 0\n")
        said.add(f"typed{typed}")
        typed += 1
        await page.sync()
    await asyncio.gather(*agents)
    await page.sync()
    texts = "\n".join(page.sources)
    for conflict_id in asked:
        details = (await ann.get(f"conflicts/{conflict_id}")).json
        texts += f"\n{details['incoming']}\n{details['current']}"
    assert {word for word in said if word not in texts} == set()
    assert typed > 5
    await page.close()


async def test_a_large_document_is_merged_beside_the_event_loop(server, ann, ben, name):
    path = f"{name}.py"
    lines = [f"line {n} = {n % 7}\n" for n in range(20_000)]
    (server.root / path).write_text("".join(lines))
    page = await open_page(ann, path)
    before = await read(ben, path)
    lines[100] = "from outside\n"
    task = asyncio.create_task(edit(ben, path, before["version"], content="".join(lines)))
    shared = page.model.ydoc["source"]
    for number in range(20):
        shared.insert(len(shared), f"typed {number}\n")
        await page.sync()
    await task
    await page.sync()
    assert page.text == "".join(lines) + "".join(f"typed {n}\n" for n in range(20))
    await page.close()


# --- refused ------------------------------------------------------------------------------------


async def test_a_version_that_nobody_was_given_is_refused(ann, text):
    answer = await try_edit(ann, text, "0" * 64, content="x")
    assert (answer.status, answer.problem) == (409, "conflict")
    assert "Read it again" in answer.json["message"]


async def test_a_version_of_another_document_is_refused(ann, text, notebook):
    version = (await read(ann, notebook))["version"]
    assert (await try_edit(ann, text, version, content="x")).problem == "conflict"


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("../outside.py", "forbidden"),
        ("/etc/passwd", "forbidden"),
        (".hidden/file.py", "forbidden"),
        ("folder", "invalid"),
        ("binary.png", "invalid"),
        ("missing.py", "not_found"),
        ("link.py", "forbidden"),
        ("", "invalid"),
        ("broken.ipynb", "invalid"),
    ],
)
async def test_what_is_no_document_is_refused(server, ann, path, problem):
    root: Path = server.root
    (root / "folder").mkdir(exist_ok=True)
    (root / "binary.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    (root / "broken.ipynb").write_text("{")
    (root.parent / "secret.py").write_text("secret")
    if not (root / "link.py").exists():
        (root / "link.py").symlink_to(root.parent / "secret.py")
    assert (await ask_content(ann, path)).problem == problem


def metadata_step(cell_id: str, value: Any) -> dict[str, Any]:
    return {"type": "metadata", "cell_id": cell_id, "key": "k", "value": value}


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({}, "the new content, or steps"),
        ({"content": "x", "cells": []}, "the new content, or steps"),
        ({"content": "x"}, "is a notebook"),
        ({"content": {"nbformat": 3, "worksheets": []}}, "format 4"),
        ({"content": {"nbformat": 4, "cells": [7]}}, "Cell 1 is not an object"),
        ({"cells": [{"type": "delete", "cell_id": "nobody"}]}, "no cell 'nobody'"),
        ({"cells": [{"type": "insert", "after": "gone", "source": ""}]}, "no cell 'gone'"),
        (
            {"cells": [{"type": "insert", "after": None, "source": "", "cell_id": "c0"}]},
            "has its id",
        ),
        ({"cells": [{"type": "explode"}]}, "not understood"),
        ({"cells": [source_step("c0", "\ud800")]}, "not understood"),
        ({"content": "x", "wait": 1e9}, "not understood"),
        ({"cells": [metadata_step("c0", 2**53)]}, "too large"),
        ({"cells": [metadata_step("c0", nested(900))]}, "nested too deeply"),
    ],
)
async def test_edits_that_make_no_sense_are_refused(server, ann, notebook, edit, words):
    before = await read(ann, notebook)
    answer = await try_edit(ann, notebook, before["version"], **edit)
    assert answer.problem == "invalid"
    assert words in answer.json["message"]
    assert (await read(ann, notebook))["version"] == before["version"]


async def test_a_text_has_no_cells(ann, text):
    before = await read(ann, text)
    answer = await try_edit(ann, text, before["version"], cells=[])
    assert "no cells" in answer.json["message"]


async def test_cells_with_doubled_and_missing_ids_are_told_apart(server, ann, notebook):
    before = await read(ann, notebook)
    content = before["content"]
    del content["cells"][1]["id"]
    content["cells"][1]["source"] = "b = 22"
    content["cells"].append({**content["cells"][0], "source": "copied = 1"})
    await edit(ann, notebook, before["version"], content=content)
    cells = saved(server, notebook)["cells"]
    assert ["".join(c["source"]) for c in cells] == ["a = 1", "b = 22", "c = 3", "copied = 1"]
    assert len({c["id"] for c in cells}) == 4
    assert cells[1]["outputs"]


async def test_outputs_are_nobodys_to_edit_and_trust_neither(server, ann, notebook):
    before = await read(ann, notebook)
    content = before["content"]
    content["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "no"}]
    content["cells"][0]["metadata"] = {"trusted": True}
    result = await edit(ann, notebook, before["version"], content=content)
    assert result["version"] == before["version"]
    assert result["cells"] == []


async def test_a_reader_may_read_and_not_edit(ann, cara, text):
    before = await read(cara, text)
    answer = await try_edit(cara, text, before["version"], content="x")
    assert (answer.status, answer.problem) == (403, "forbidden")


async def test_an_edit_that_is_sent_again_happens_once(ann, notebook):
    before = await read(ann, notebook)
    steps = [{"type": "insert", "after": None, "source": "new"}]
    first = await edit(ann, notebook, before["version"], cells=steps, ref="once")
    again = await edit(ann, notebook, before["version"], cells=steps, ref="once")
    assert again["cells"] == []
    assert again["version"] == first["version"]
    assert sources((await read(ann, notebook))["content"]).count("new") == 1


async def test_a_file_that_was_renamed_or_deleted_meanwhile(server, ann, text):
    before = await read(ann, text)
    moved = f"moved-{text}"
    answer = await ann.ask("PATCH", f"/api/contents/{text}", {"path": moved})
    assert answer.status == 200, answer
    assert (await try_edit(ann, text, before["version"], content="x")).problem == "not_found"
    await edit(ann, moved, before["version"], content="one\ntwo\nthree\nmoved\n")
    assert (server.root / moved).read_text() == "one\ntwo\nthree\nmoved\n"
    assert (await ann.ask("DELETE", f"/api/contents/{moved}")).status == 204
    assert (await try_edit(ann, moved, before["version"], content="x")).problem == "not_found"


async def test_a_notebook_with_large_outputs_is_no_large_document(server, ann, name):
    path = server.root / f"{name}.ipynb"
    write_notebook(path, "a = 1")
    book = nbformat.read(path, as_version=4)
    book.cells[0].outputs[0].text = "x" * 50_000_000
    nbformat.write(book, path)
    before = await read(ann, path.name)
    await edit(ann, path.name, before["version"], cells=[source_step("c0", "a = 2")])
    after = nbformat.read(path, as_version=4)
    assert after.cells[0].source == "a = 2"
    assert len(after.cells[0].outputs[0].text) == 50_000_000


# --- locks --------------------------------------------------------------------------------------


async def lock(person: Person, path: str, **body: Any) -> str:
    answer = await person.ask("POST", f"locks?path={path}", body)
    assert answer.status == 200, answer
    lock_id: str = answer.json["lock_id"]
    return lock_id


async def test_what_somebody_locked_is_not_edited_by_others(ann, ben, notebook):
    before = await read(ben, notebook)
    await lock(ann, notebook, cell_id="c1", cell_index=1)
    answer = await try_edit(ben, notebook, before["version"], cells=[source_step("c1", "x")])
    assert (answer.status, answer.problem) == (423, "locked")
    assert answer.json["message"].startswith("Ann has locked cell 2.")
    await edit(ben, notebook, before["version"], cells=[source_step("c0", "x")])
    await edit(ann, notebook, before["version"], cells=[source_step("c1", "mine")])
    assert sources((await read(ann, notebook))["content"]) == ["x", "mine", "c = 3"]


async def test_an_edit_waits_for_a_lock_to_end(ann, ben, text):
    before = await read(ben, text)
    lock_id = await lock(ann, text)
    waiting = asyncio.create_task(edit(ben, text, before["version"], content="x", wait=20))
    answer = await try_edit(ben, text, before["version"], content="x")
    assert answer.problem == "locked"
    assert not waiting.done()
    await ann.ask("DELETE", f"locks?path={text}&lock_id={lock_id}")
    assert (await waiting)["cells"]


async def test_an_edit_that_waits_follows_its_file(server, ann, ben, text):
    """Another file that has its name by then is left alone."""
    before = await read(ben, text)
    lock_id = await lock(ann, text)
    waiting = asyncio.create_task(edit(ben, text, before["version"], content="x", wait=20))
    assert (await try_edit(ben, text, before["version"], content="x")).problem == "locked"
    moved = await ann.ask("PATCH", f"/api/contents/{text}", {"path": f"moved-{text}"})
    assert moved.status == 200, moved
    (server.root / text).write_text("one\ntwo\nthree\n")
    await ann.ask("DELETE", f"locks?path=moved-{text}&lock_id={lock_id}")
    assert (await waiting)["path"] == f"moved-{text}"
    assert (server.root / text).read_text() == "one\ntwo\nthree\n"
    assert (server.root / f"moved-{text}").read_text() == "x"


async def test_a_lock_and_a_version_follow_a_folder_that_is_renamed(server, ann, ben, name):
    folder = server.root / name / "inner"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("one\n")
    before = await read(ben, f"{name}/inner/a.py")
    lock_id = await lock(ann, f"{name}/inner/a.py")
    moved = await ann.ask("PATCH", f"/api/contents/{name}", {"path": f"{name}-moved"})
    assert moved.status == 200, moved
    path = f"{name}-moved/inner/a.py"
    state = (await ann.get("locks", path=path)).json
    assert [one["lock_id"] for one in state["locks"]] == [lock_id]
    assert (await try_edit(ben, path, before["version"], content="x")).problem == "locked"
    await edit(ann, path, before["version"], content="two\n")


async def test_where_documents_are_shared_out_of_reach_no_file_is_written(running_servers):
    """GA1, ED3: people may have it open."""
    server = running_servers(extensions=("documents.other_provider", "jupyter_server_fileid"))
    (server.root / "open.py").write_text("one\n")
    ann = Person(server, "ann")
    before = await read(ann, "open.py")
    answer = await try_edit(ann, "open.py", before["version"], content="two\n")
    assert (answer.status, answer.problem) == (409, "conflict")
    assert (server.root / "open.py").read_text() == "one\n"


# --- told ---------------------------------------------------------------------------------------


async def test_nobody_has_to_decide_what_merges(ann, text):
    before = await read(ann, text)
    await edit(ann, text, before["version"], content="one!\ntwo\nthree\n")
    await edit(ann, text, before["version"], content="one\ntwo\nthree!\n")
    assert await conflicts(ann, path=text) == []
