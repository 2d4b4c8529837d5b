"""Rooms that are kept open from inside, and what was typed last before a room goes."""

from collections.abc import Iterator

import pytest
from running_server.http import Person
from running_server.process import RunningServer, ServerFactory, servers

from .conftest import SHARED, write_notebook
from .page import open_page
from .test_peer import do

STORE = ".jupyter_ystore.db"


@pytest.fixture(scope="module")
def slow_saver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Saves an hour after the last letter; rooms go at once."""
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        folder = tmp_path_factory.mktemp("store")
        yield start(
            extensions=(*SHARED, "documents.agent_driver"),
            traits={
                "YDocExtension": {"document_save_delay": 3600, "document_cleanup_delay": 0.1},
                "SQLiteYStore": {"db_path": str(folder / "updates.db")},
            },
        )


async def test_what_was_typed_last_is_saved_when_the_room_goes(slow_saver: RunningServer) -> None:
    """GP5."""
    write_notebook(slow_saver.root / "last.ipynb", "a = 1")
    ann = Person(slow_saver, "ann")
    page = await open_page(ann, "last.ipynb")
    page.append(0, " + 1")
    await page.sync()
    await page.close()
    while (await do(ann, ("rooms", {})))[0]:
        pass
    assert "a = 1 + 1" in (slow_saver.root / "last.ipynb").read_text()


async def test_what_was_typed_last_is_saved_when_the_server_stops(
    running_server: ServerFactory,
) -> None:
    """GP5."""
    server = running_server(
        extensions=SHARED, traits={"YDocExtension": {"document_save_delay": 3600}}
    )
    for name in ("one.ipynb", "two.ipynb"):
        write_notebook(server.root / name, "a = 1")
        page = await open_page(Person(server, "ann"), name)
        page.append(0, " + 1")
        await page.sync()
    server.terminate()
    for name in ("one.ipynb", "two.ipynb"):
        assert "a = 1 + 1" in (server.root / name).read_text()


async def test_an_agent_uses_the_store_of_updates_that_is_configured(
    slow_saver: RunningServer,
) -> None:
    """GP5: one history, whoever opens the document."""
    write_notebook(slow_saver.root / "store.ipynb", "a = 1")
    ann = Person(slow_saver, "ann")
    await do(ann, ("open", {"name": "claude", "path": "store.ipynb"}))
    await do(ann, ("set_text", {"name": "claude", "cell": "c0", "text": "by the agent"}))
    await do(ann, ("close", {"name": "claude"}))
    assert not (slow_saver.folder / STORE).exists()


async def test_a_room_that_was_left_half_made_is_made_anew(slow_saver: RunningServer) -> None:
    """GP5: the provider leaves one behind when it cannot load a file; it would never save."""
    path = slow_saver.root / "half.ipynb"
    path.write_text("{broken")
    ann = Person(slow_saver, "ann")
    await do(ann, ("leave_half_made", {"path": "half.ipynb"}))
    write_notebook(path, "a = 1")
    await do(ann, ("open", {"name": "claude", "path": "half.ipynb"}))
    await do(ann, ("set_text", {"name": "claude", "cell": "c0", "text": "saved after all"}))
    await do(ann, ("save", {"name": "claude"}), ("close", {"name": "claude"}))
    assert "saved after all" in path.read_text()


async def test_a_page_that_finds_a_room_left_half_made_gets_a_whole_one(
    slow_saver: RunningServer,
) -> None:
    """GP5."""
    path = slow_saver.root / "half2.ipynb"
    path.write_text("{broken")
    ann = Person(slow_saver, "ann")
    await do(ann, ("leave_half_made", {"path": "half2.ipynb"}))
    write_notebook(path, "a = 1")
    page = await open_page(ann, "half2.ipynb")
    page.append(0, "0")
    await page.sync()
    assert (await page.save())["status"] == "success"
    assert "a = 10" in path.read_text()
    await page.close()
