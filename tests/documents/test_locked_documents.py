"""LK1, LK2, LK10 from end to end: locks that people take, held in rooms that people type in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from pycrdt import Map, Text
from running_server.http import Person
from running_server.process import RunningServer, servers
from running_server.tabs import Tab, join

from .editing import PLENTY, SHARED, write_notebook
from .page import Page, open_page

SETUP: dict[str, Any] = {"extensions": SHARED, "traits": {"CollabAgents": PLENTY}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        running = start(**SETUP)
        yield running
        running.terminate()
        assert "Traceback" not in running.log.text, running.log.text


@pytest.fixture
def book(server: RunningServer, request: pytest.FixtureRequest) -> str:
    """A notebook of this test's own."""
    path = f"{request.node.originalname}.ipynb"
    write_notebook(server.root / path, "a = 1", "b = 2", "c = 3")
    return path


class Scene:
    """Ann and Ben, each with the notebook and a session's panel open."""

    def __init__(self, path: str, pages: tuple[Page, Page], tabs: tuple[Tab, Tab]) -> None:
        self.path = path
        self.ann, self.ben = pages
        self.anns, self.bens = tabs

    async def lock(self, tab: Tab, cell_id: str | None = None) -> str:
        """A lock, known to everybody; its id."""
        answer = await tab.ask("lock.acquire", path=self.path, cell_id=cell_id)
        assert answer["type"] == "ack", answer
        locks = await tab.until(lambda t: [s["locks"] for s in self.states(t) if s["locks"]])
        lock_id: str = locks[-1][-1]["lock_id"]
        return lock_id

    def states(self, tab: Tab) -> list[dict[str, Any]]:
        those = [one["document"] for one in tab.of("document.changed")]
        return [state for state in those if state["path"] == self.path]

    async def settled(self) -> list[str]:
        """Both pages and the room say the same: what the cells say."""
        await self.ben.sync()
        await self.ann.sync()
        await self.ben.sync()
        assert self.ann.sources == self.ben.sources
        return self.ann.sources


@asynccontextmanager
async def two_people(server: RunningServer, path: str) -> AsyncIterator[Scene]:
    ann, ben = Person(server, "ann"), Person(server, "ben")
    pages = await open_page(ann, path), await open_page(ben, path)
    tabs = (
        await join(ann, await ann.create(files=[path])),
        await join(ben, await ben.create(files=[path])),
    )
    yield Scene(path, pages, tabs)
    for one in (*pages, *tabs):
        await one.close()


async def test_what_is_typed_into_a_locked_cell_disappears_and_its_author_hears_why(
    server: RunningServer, book: str
) -> None:
    async with two_people(server, book) as scene:
        await scene.lock(scene.anns, "c1")
        scene.ben.append(1, " # mine")
        scene.ben.append(2, " # free")
        assert await scene.settled() == ["a = 1", "b = 2", "c = 3 # free"]
        (told,) = await scene.bens.until(lambda t: t.of("edit.refused"))
        assert (told["obstacle"], told["cell_ids"]) == ("locked", ["c1"])
        assert [(lock["holder_name"], lock["cell_id"]) for lock in told["locks"]] == [("Ann", "c1")]
        assert scene.anns.of("edit.refused") == []
        scene.ann.append(1, " # hers")
        assert (await scene.settled())[1] == "b = 2 # hers"


async def test_a_locked_cell_can_be_run_by_everybody(server: RunningServer, book: str) -> None:
    async with two_people(server, book) as scene:
        await scene.lock(scene.anns)
        cell = scene.ben.model.ycells[1]
        with scene.ben.doc.transaction():
            cell["execution_count"] = 7
            cell["outputs"].clear()
            said = Map({"output_type": "stream", "name": "stdout", "text": Text("ran\n")})
            cell["outputs"].append(said)
        await scene.settled()
        seen = scene.ann.model.ycells[1].to_py()
        assert (seen["execution_count"], seen["outputs"][0]["text"]) == (7, "ran\n")
        assert scene.bens.of("edit.refused") == []


async def test_a_locked_document_gains_and_loses_nothing_until_it_is_handed_over(
    server: RunningServer, book: str
) -> None:
    async with two_people(server, book) as scene:
        lock_id = await scene.lock(scene.anns)
        del scene.ben.model.ycells[0]
        scene.ben.append(0, " # mine")
        assert await scene.settled() == ["a = 1", "b = 2", "c = 3"]
        await scene.bens.until(lambda t: t.of("edit.refused"))
        given = await scene.anns.ask("lock.hand_over", path=book, lock_id=lock_id, to="user:ben")
        assert given["type"] == "ack"
        del scene.ben.model.ycells[0]
        assert await scene.settled() == ["b = 2", "c = 3"]
        scene.ann.append(0, " # late")
        assert await scene.settled() == ["b = 2", "c = 3"]
        await scene.anns.until(lambda t: t.of("edit.refused"))


async def test_a_lock_holds_in_the_room_when_the_file_is_renamed(
    server: RunningServer, book: str
) -> None:
    async with two_people(server, book) as scene:
        await scene.lock(scene.anns, "c0")
        ann = Person(server, "ann")
        moved = await ann.ask("PATCH", f"/api/contents/{book}", {"path": f"moved-{book}"})
        assert moved.status == 200, moved
        scene.ben.append(0, " # mine")
        assert (await scene.settled())[0] == "a = 1"
        told = await scene.bens.until(lambda t: t.of("edit.refused"))
        assert told[0]["path"] == f"moved-{book}"


async def test_a_lock_holds_after_a_kill_also_against_what_was_typed_offline(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        server = start(**SETUP)
        write_notebook(server.root / "a.ipynb", "a = 1", "b = 2")
        ann, ben = Person(server, "ann"), Person(server, "ben")
        query = urlencode({"path": "a.ipynb"})
        assert (await ann.post(f"locks?{query}", {"cell_id": "c0"})).status == 200
        page = await open_page(ben, "a.ipynb")
        server.kill()
        await page.until_closed()
        page.offline = True
        page.append(0, " # typed offline")
        server.start()
        back = await open_page(ben, "a.ipynb", doc=page.doc)
        await back.sync()
        fresh = await open_page(ann, "a.ipynb")
        assert fresh.sources == ["a = 1", "b = 2"]
        assert back.sources == ["a = 1", "b = 2"]
        await back.close()
        await fresh.close()
