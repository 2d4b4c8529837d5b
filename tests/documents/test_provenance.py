"""Who wrote what, and taking back what a run of an agent did; on real servers."""

from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from jupyter_ydoc import YNotebook
from pycrdt import Doc, Text, create_update_message
from running_server.http import Person
from running_server.process import RunningServer, ServerFactory, servers
from running_server.tabs import join

from .conftest import SHARED, write_notebook
from .page import Page, open_page
from .test_peer import do

OPTIONS: dict[str, Any] = {
    "extensions": (*SHARED, "documents.agent_driver"),
    "traits": {
        "YDocExtension": {"document_save_delay": 0.2},
        "CollabAgents": {"command_rate": 1000.0, "command_burst": 1000},
    },
}


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        running = start(**OPTIONS)
        yield running
        running.terminate()
        assert "Traceback" not in running.log.text, running.log.text


@pytest.fixture
def ann(driven: RunningServer) -> Person:
    return Person(driven, "ann")


@pytest.fixture
def ben(driven: RunningServer) -> Person:
    return Person(driven, "ben")


@pytest.fixture
def path(driven: RunningServer, request: pytest.FixtureRequest) -> str:
    name = f"{request.node.originalname}.ipynb"
    write_notebook(driven.root / name, "a = 1", "b = 2", "c = 3")
    return name


class Run:
    """An agent that does things in one document, as one run."""

    def __init__(self, person: Person, path: str, run_id: str) -> None:
        self.person, self.path, self.run_id = person, path, run_id

    async def do(self, what: str, **given: Any) -> Any:
        return (await do(self.person, (what, {"name": self.run_id, **given})))[0]

    async def begin(self) -> "Run":
        await self.do("open", path=self.path, run=self.run_id)
        return self

    async def end(self) -> None:
        await self.do("close")


async def texts(person: Person, path: str) -> dict[str | None, list[tuple[str, str | None]]]:
    """For each cell: its stretches and their authors (of a run: its id)."""
    answer = await person.get("documents/provenance", path=path)
    assert answer.status == 200, answer
    content = (await person.get("documents/content", path=path)).json["content"]
    said = (
        {None: content}
        if isinstance(content, str)
        else {cell["id"]: cell["source"] for cell in content["cells"]}
    )
    found = {}
    for text in answer.json["texts"]:
        units = said[text["cell_id"]].encode("utf-16-le")
        found[text["cell_id"]] = [
            (
                units[2 * one["start"] : 2 * one["end"]].decode("utf-16-le"),
                one["run_id"] or one["author"],
            )
            for one in text["written"]
        ]
        assert "".join(words for words, _ in found[text["cell_id"]]) == said[text["cell_id"]]
    return found


async def revert(person: Person, run_id: str, **query: Any) -> Any:
    answer = await person.ask("POST", f"runs/{run_id}/revert", **query)
    assert answer.status == 200, answer
    return answer.json


async def test_each_stretch_says_who_wrote_it(ann: Person, ben: Person, path: str) -> None:
    """GR2: people, agents, and what was there before; places as browsers count them."""
    mine, bens = await open_page(ann, path), await open_page(ben, path)
    mine.source(0).insert(0, "é😀 ")
    await mine.sync()
    await bens.until(lambda: bens.sources[0].startswith("é"))
    bens.append(0, "0 漢")
    await bens.sync()
    run = await Run(ann, path, "who1").begin()
    await run.do("type", cell="c0", words=[" # 😀", " done"])
    await run.end()
    assert (await texts(ann, path))["c0"] == [
        ("é😀 ", "user:ann"),
        ("a = 1", None),
        ("0 漢", "user:ben"),
        (" # 😀 done", "who1"),
    ]
    told = (await ann.get("documents/provenance", path=path)).json
    assert told["live"] is True
    assert told["runs"] == ["who1"]
    first = told["texts"][0]
    assert (first["edited_by"], first["edited_run"]) == ("agent:who1", "who1")
    assert told["texts"][1]["edited_by"] is None
    await mine.close()
    await bens.close()


async def test_nobody_writes_under_another_name(ann: Person, ben: Person, path: str) -> None:
    """GR2: whatever client id the letters carry."""
    mine, bens = await open_page(ann, path), await open_page(ben, path)
    forged: Doc = Doc(client_id=mine.doc.client_id)
    forged.apply_update(bens.doc.get_update())
    updates: list[bytes] = []
    subscription = forged.observe(lambda event: updates.append(event.update))
    YNotebook(forged).ycells[0]["source"].insert(0, "forged ")
    await bens.send(create_update_message(updates[0]))
    await bens.sync()
    assert (await texts(ann, path))["c0"] == [("forged ", "user:ben"), ("a = 1", None)]
    forged.unobserve(subscription)
    await mine.close()
    await bens.close()


async def test_who_moves_a_cell_has_not_written_it(ann: Person, ben: Person, path: str) -> None:
    """GR2."""
    mine, bens = await open_page(ann, path), await open_page(ben, path)
    mine.append(0, "0")
    await mine.sync()
    await bens.sync()
    cell = bens.model.get_cell(0)
    with bens.doc.transaction():
        del bens.model.ycells[0]
        bens.model.ycells.insert(2, bens.model.create_ycell(cell))
    await bens.sync()
    assert (await texts(ann, path))["c0"] == [("a = 1", None), ("0", "user:ann")]
    await mine.close()
    await bens.close()


async def test_who_ran_a_cell_is_known(ann: Person, ben: Person, path: str) -> None:
    """GR2."""
    bens = await open_page(ben, path)
    bens.model.ycells[1]["execution_count"] = 7
    await bens.sync()
    told = (await ann.get("documents/provenance", path=path)).json["texts"]
    assert [text["ran_by"] for text in told] == [None, "user:ben", None]
    await bens.close()


async def test_what_is_put_back_changes_no_author(ann: Person, ben: Person, path: str) -> None:
    """GR2, GA9."""
    mine, bens = await open_page(ann, path), await open_page(ben, path)
    mine.append(0, "0")
    await mine.sync()
    await bens.sync()
    assert (await ann.post(f"locks?path={path}", {"cell_id": "c0"})).status in (200, 201)
    bens.source(0).clear()
    await bens.sync()
    assert (await texts(ann, path))["c0"] == [("a = 1", None), ("0", "user:ann")]
    await mine.close()
    await bens.close()


async def work(ann: Person, path: str, run_id: str) -> tuple[Page, list[str]]:
    """A run changes much while Ann types between; the page, and what is to be left of it."""
    page = await open_page(ann, path)
    run = await Run(ann, path, run_id).begin()
    await run.do("set_text", cell="c0", text="a = 100\nextra = a")
    await page.until(lambda: "extra" in page.sources[0])
    page.source(0).insert(0, "# Ann's é😀\n")
    page.append(0, " + ann")
    await page.sync()
    await run.do("insert_cell", index=1, cell="new1", text="made by the run")
    await run.do("insert_cell", index=2, cell="new2", text="also made")
    await run.do("delete_cell", cell="c1")
    await run.do("move_cell", cell="c2", to=0)
    await run.do("set_metadata", cell="c0", key="tags", value=["run"])
    await page.until(lambda: len(page.model.ycells) == 4)
    new = next(c for c in page.model.ycells if c["id"] == "new2")
    new["source"].insert(0, "Ann: ")
    await page.sync()
    await run.end()
    return page, ["# Ann's é😀\na = 1 + ann", "Ann: ", "b = 2", "c = 3"]


async def test_a_run_is_taken_back_and_what_others_did_stays(ann: Person, path: str) -> None:
    """GR1, GR3."""
    page, expected = await work(ann, path, "take1")
    result = await revert(ann, "take1")
    assert [one["refused"] for one in result["documents"]] == [None]
    await page.until(lambda: sorted(page.sources) == sorted(expected))
    assert [str(c["id"]) for c in page.model.ycells if c["id"] != "new2"] == ["c0", "c1", "c2"]
    assert "tags" not in page.model.get_cell(0)["metadata"]
    assert dict(await texts(ann, path))["c0"] == [
        ("# Ann's é😀\n", "user:ann"),
        ("a = 1", None),
        (" + ann", "user:ann"),
    ]
    again = await ann.ask("POST", "runs/take1/revert")
    assert again.status == 404
    await page.close()


async def test_sessions_that_have_the_file_are_told(ann: Person, path: str) -> None:
    """GR4."""
    session_id = await ann.create()
    tab = await join(ann, session_id)
    await tab.ask("session.set_files", files=[path])
    page, _ = await work(ann, path, "tell1")
    await revert(ann, "tell1")
    await tab.until(lambda t: t.of("edit.reverted"))
    told = tab.of("edit.reverted")[0]
    assert (told["actor"], told["agent_id"], told["run_id"]) == ("user:ann", "agent:tell1", "tell1")
    assert told["path"] == path
    await page.close()
    await tab.close()


async def test_what_somebody_else_holds_is_not_taken_back(
    ann: Person, ben: Person, path: str
) -> None:
    """GR3, ED4."""
    run = await Run(ann, path, "held1").begin()
    await run.do("set_text", cell="c0", text="a = 100")
    await run.end()
    assert (await ben.post(f"locks?path={path}", {"cell_id": "c0"})).status in (200, 201)
    refused = await ann.ask("POST", "runs/held1/revert")
    assert refused.problem == "locked"
    assert (await texts(ann, path))["c0"] == [("a = 1", None), ("00", "held1")]


async def test_a_reader_takes_nothing_back(driven: RunningServer, ann: Person, path: str) -> None:
    """GR3."""
    run = await Run(ann, path, "read1").begin()
    await run.do("set_text", cell="c0", text="a = 100")
    await run.end()
    refused = await Person(driven, "cara").ask("POST", "runs/read1/revert")
    assert refused.status == 403


async def test_a_file_of_text(driven: RunningServer, ann: Person) -> None:
    """GR1, GR2."""
    (driven.root / "text.py").write_text("é = 1\nb = 2\n")
    page = await open_page(ann, "text.py")
    run = await Run(ann, "text.py", "text1").begin()
    await run.do("set_text", cell=None, text="é = 100\nb = 2\nc = 3\n")
    await run.end()
    await page.sync()
    text: Any = page.doc.get("source", type=Text)
    text.insert(0, "# top\n")
    await page.sync()
    assert (await texts(ann, "text.py"))[None] == [
        ("# top\n", "user:ann"),
        ("é = 1", None),
        ("00", "text1"),
        ("\nb = 2\n", None),
        ("c = 3\n", "text1"),
    ]
    await revert(ann, "text1", path="text.py")
    await page.until(lambda: page.text == "# top\né = 1\nb = 2\n")
    await page.close()


@pytest.mark.parametrize("how", ["terminate", "kill", "closed"])
async def test_it_is_the_same_after_a_restart(running_server: ServerFactory, how: str) -> None:
    """GR1, GR5: taken back from the file, or from the document that is opened anew; what Ann typed
    after the run and the restart stays."""
    server = running_server(**OPTIONS)
    path = "restart.ipynb"
    write_notebook(server.root / path, "a = 1", "b = 2", "c = 3")
    ann = Person(server, "ann")
    page, expected = await work(ann, path, "re1")
    before = await texts(ann, path)
    assert (await page.save())["status"] == "success"
    if how == "kill":
        server.kill()
    else:
        server.terminate()
    server.start()
    if how != "closed":
        page = await open_page(ann, path)
        page.append(page.sources.index("c = 3"), " # later")
        await page.sync()
        expected = [text + " # later" if text == "c = 3" else text for text in expected]
    else:
        assert await texts(ann, path) == before
    await revert(ann, "re1")
    if how == "closed":
        cells = nbformat.read(server.root / path, as_version=4).cells
        sources = [cell.source for cell in cells]
    else:
        await page.until(lambda: sorted(page.sources) == sorted(expected))
        sources = page.sources
        await page.close()
    assert sorted(sources) == sorted(expected)
    after = await texts(ann, path)
    assert after["c0"] == [
        ("# Ann's é😀\n", "user:ann"),
        ("a = 1", None),
        (" + ann", "user:ann"),
    ]


async def test_a_document_that_is_loaded_in_pieces(running_server: ServerFactory) -> None:
    """GR2, GR5, GA17: the gate stands there from the first piece."""
    options = {
        **OPTIONS,
        "traits": {
            "YDocExtension": {"document_load_progressively": True, "document_save_delay": 0.2}
        },
    }
    server = running_server(**options)
    path = "pieces.ipynb"
    write_notebook(server.root / path, *[f"x{n} = {n}" for n in range(300)])
    ann = Person(server, "ann")
    page = await open_page(ann, path)
    await page.until(lambda: len(page.model.ycells) == 300 and page.sources[299] == "x299 = 299")
    for number in (0, 150, 299):
        page.append(number, " # é")
    await page.sync()
    assert (await page.save())["status"] == "success"
    before = await texts(ann, path)
    assert before["c299"] == [("x299 = 299", None), (" # é", "user:ann")]
    server.terminate()
    (server.folder / ".jupyter_ystore.db").unlink()  # so that the file is loaded, in pieces
    server.start()
    page = await open_page(ann, path)
    await page.until(lambda: len(page.model.ycells) == 300 and page.sources[299].endswith("é"))
    page.append(1, " later")
    await page.sync()
    after = await texts(ann, path)
    assert after == {**before, "c1": [("x1 = 1", None), (" later", "user:ann")]}
    await page.close()
