"""An agent in a live document: seen by people, kind to their carets, there without a browser."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from jupyter_ydoc import YNotebook
from pycrdt import Array, Assoc, Doc, StickyIndex, Text
from running_server.http import Person
from running_server.process import RunningServer, servers

from jupyter_collab_agents.documents.caret import place_in

from .conftest import SHARED, write_notebook
from .page import Page, open_page, open_socket


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose agents a test moves; rooms go at once when everybody has left."""
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        running = start(
            extensions=(*SHARED, "documents.agent_driver"),
            traits={
                "YDocExtension": {"document_cleanup_delay": 0.1, "document_save_delay": 0.2},
                "CollabAgents": {"command_rate": 1000.0, "command_burst": 1000},
            },
        )
        yield running
        running.terminate()
        assert "Traceback" not in running.log.text, running.log.text


@pytest.fixture
def ann(driven: RunningServer) -> Person:
    return Person(driven, "ann")


@pytest.fixture
def path(driven: RunningServer, request: pytest.FixtureRequest) -> str:
    name = f"{request.node.originalname}.ipynb"
    write_notebook(driven.root / name, "a = 1", "b = 2\nc = 3")
    return name


async def do(person: Person, *steps: tuple[str, dict[str, Any]]) -> list[Any]:
    answer = await person.ask("POST", "/test/agent", list(steps))
    assert answer.status == 200, answer
    given: list[Any] = answer.json
    return given


async def claude(person: Person, what: str, **arguments: Any) -> Any:
    """One step of the agent "claude"."""
    return (await do(person, (what, {"name": "claude", **arguments})))[0]


def sources_on_disk(server: RunningServer, path: str) -> list[str]:
    return [cell.source for cell in nbformat.read(server.root / path, as_version=4).cells]


async def test_people_see_who_types_where(ann: Person, path: str) -> None:
    """GP1."""
    page = await open_page(ann, path)
    client = await claude(ann, "open", path=path)
    await page.until(lambda: client in page.states)
    state = page.states[client]
    assert state["user"] == {
        "username": "agent:claude",
        "name": "Claude",
        "display_name": "Claude (agent)",
        "initials": "CL",
        "color": "#8452a1",
        "avatar_url": None,
    }
    assert state["autosave"] is False
    await claude(ann, "type", cell="c0", words=["0", "0"])
    await page.until(lambda: page.sources[0] == "a = 100")
    await page.until(lambda: page.states[client].get("cursors"))
    (cursor,) = page.states[client]["cursors"]
    assert set(cursor["head"]) == {"type", "tname", "item", "assoc"}
    assert cursor["head"]["item"]["client"] == client
    await claude(ann, "close")
    await page.until(lambda: client not in page.states)
    await page.close()


async def test_it_is_in_the_list_of_everybody_before_and_after_they_come(
    ann: Person, path: str
) -> None:
    """GP1."""
    client = await claude(ann, "open", path=path)
    everybody = await open_socket(ann, "JupyterLab:globalAwareness")
    await everybody.until(lambda: client in everybody.states)
    assert everybody.states[client]["current"] == f"notebook:{path}"
    assert everybody.states[client]["documents"] == [path]
    second = await open_socket(ann, "JupyterLab:globalAwareness")
    await second.until(lambda: client in second.states)
    await claude(ann, "close")
    await everybody.until(lambda: client not in everybody.states)
    await second.until(lambda: client not in second.states)
    await everybody.close()
    await second.close()


async def test_newcomers_see_it_at_once(ann: Person, path: str) -> None:
    """GP1."""
    client = await claude(ann, "open", path=path)
    page = await open_page(ann, path)
    assert page.states[client]["user"]["name"] == "Claude"
    await claude(ann, "close")
    await page.close()


async def test_carets_of_people_stay_where_they_are(ann: Person, path: str) -> None:
    """GP2: words that stay are not touched."""
    page = await open_page(ann, path)
    text = page.source(1)
    carets = [StickyIndex.new(text, at, Assoc.AFTER) for at in (0, 4, 6, 10)]
    await claude(ann, "open", path=path)
    await claude(ann, "set_text", cell="c1", text="# new\nb = 22\nc = 3")
    await page.until(lambda: page.sources[1] == "# new\nb = 22\nc = 3")
    now = str(text)
    assert [now[c.get_index()] for c in carets] == ["b", "2", "c", "3"]
    assert page.sources[0] == "a = 1"
    await claude(ann, "close")
    await page.close()


async def test_two_type_into_one_cell_and_nothing_is_lost(ann: Person, path: str) -> None:
    """GP2: a person types before the agent's place while it types."""
    page = await open_page(ann, path)
    await claude(ann, "open", path=path)
    typing = ann.ask(
        "POST",
        "/test/agent",
        [["type", {"name": "claude", "cell": "c1", "words": list("é😀xyz" * 8)}]],
    )
    working = asyncio.ensure_future(typing)
    for letter in "漢hello":
        page.source(1).insert(0, letter)
        await page.sync()
    await working
    await page.sync()
    assert page.sources[1] == "olleh漢b = 2\nc = 3" + "é😀xyz" * 8
    assert (await claude(ann, "sources"))[1] == page.sources[1]
    await claude(ann, "close")
    await page.close()


async def test_eyes_can_follow(ann: Person, path: str) -> None:
    """GP3: thirty updates in a second at most, and nothing is left out."""
    page = await open_page(ann, path)
    await claude(ann, "open", path=path)
    before = len([m for m in page.wire if m[0] == 0])
    words = [f"w{n} " for n in range(200)]
    await claude(ann, "type", cell="c0", words=words)
    await page.until(lambda: page.sources[0] == "a = 1" + "".join(words))
    assert len([m for m in page.wire if m[0] == 0]) - before < 20
    await claude(ann, "close")
    await page.close()


async def test_without_the_cap_each_word_is_one_update(ann: Person, path: str) -> None:
    """GP3: 200 of them reach another page soon."""
    page = await open_page(ann, path)
    await claude(ann, "open", path=path)
    before = len([m for m in page.wire if m[0] == 0])
    words = [f"w{n} " for n in range(200)]
    began = time.perf_counter()
    await claude(ann, "type", cell="c0", words=words, per_second=None)
    await page.until(lambda: page.sources[0] == "a = 1" + "".join(words))
    took = time.perf_counter() - began
    assert len([m for m in page.wire if m[0] == 0]) - before == 200
    assert took < 5, "200 ms where nothing else runs, see benchmarks"
    await claude(ann, "close")
    await page.close()


async def test_it_is_bound_by_locks_like_everybody(ann: Person, path: str) -> None:
    """GP4, GA17."""
    page = await open_page(ann, path)
    locked = await ann.post(f"locks?path={path}", {"cell_id": "c0"})
    assert locked.status in (200, 201), locked
    await claude(ann, "open", path=path)
    put_back = await claude(ann, "set_text", cell="c0", text="taken over")
    assert put_back == [{"cell_id": "c0", "what": "source"}]
    assert await claude(ann, "delete_cell", cell="c0") == [{"cell_id": "c0", "what": "deleted"}]
    assert await claude(ann, "set_text", cell="c1", text="free") == []
    await page.until(lambda: page.sources == ["a = 1", "free"])
    assert await claude(ann, "sources") == ["a = 1", "free"]
    await claude(ann, "close")
    await page.close()


async def test_no_browser_is_needed_and_what_it_wrote_is_saved(
    driven: RunningServer, ann: Person, path: str
) -> None:
    """GP5: the room goes when it has left."""
    await claude(ann, "open", path=path)
    await claude(ann, "set_text", cell="c0", text="written alone")
    await claude(ann, "close")
    assert sources_on_disk(driven, path)[0] == "written alone"
    while any(room.startswith("json:") for room in (await do(ann, ("rooms", {})))[0]):
        pass


async def test_alone_it_is_saved_while_it_works(
    driven: RunningServer, ann: Person, path: str
) -> None:
    """GP5."""
    await claude(ann, "open", path=path)
    await claude(ann, "set_text", cell="c0", text="in the middle")
    while "in the middle" not in (driven.root / path).read_text():
        await claude(ann, "sources")
    await claude(ann, "close")


async def test_whoever_saves_by_hand_goes_on_doing_so(
    driven: RunningServer, ann: Person, path: str
) -> None:
    """GP5: an agent does not switch saving on."""
    page = await open_page(ann, path)
    await page.say({"autosave": False})
    await page.sync()
    await claude(ann, "open", path=path)
    await claude(ann, "set_text", cell="c0", text="not to be saved yet")
    await claude(ann, "close")
    await page.until(lambda: page.sources[0] == "not to be saved yet")
    for _ in range(30):
        await page.sync()
    assert sources_on_disk(driven, path)[0] == "a = 1"
    assert (await page.save())["status"] == "success"
    assert sources_on_disk(driven, path)[0] == "not to be saved yet"
    await page.close()


async def test_the_room_stays_while_it_works_and_everybody_leaves(
    driven: RunningServer, ann: Person, path: str
) -> None:
    """GP5."""
    page = await open_page(ann, path)
    await claude(ann, "open", path=path)
    await page.close()
    (rooms,) = await do(ann, ("rooms", {}))
    again = await open_page(ann, path)
    await claude(ann, "set_text", cell="c0", text="still the same room")
    await again.until(lambda: again.sources[0] == "still the same room")
    await claude(ann, "close")
    await again.close()
    assert any(room.startswith("json:notebook:") for room in rooms)


async def test_a_cell_that_is_taken_away_ends_the_typing(ann: Person, path: str) -> None:
    page = await open_page(ann, path)
    await claude(ann, "open", path=path)
    del page.model.ycells[0]
    await page.sync()
    assert await claude(ann, "type", cell="c0", words=["x"]) == {"gone": "c0"}
    await claude(ann, "close")
    await page.close()


async def test_a_file_of_text(driven: RunningServer, ann: Person) -> None:
    """GP2."""
    (driven.root / "typed.py").write_text("é = 1\n")
    page = await open_page(ann, "typed.py")
    await claude(ann, "open", path="typed.py")
    await claude(ann, "type", cell=None, words=["😀", "!"], at=1)
    await page.until(lambda: page.text == "é😀! = 1\n")
    await claude(ann, "select", cell=None, head=5, anchor=2)
    await claude(ann, "close")
    await page.close()


async def test_a_file_that_is_not_there_leaves_nothing_behind(ann: Person) -> None:
    answer = await ann.ask("POST", "/test/agent", [["open", {"name": "x", "path": "none.ipynb"}]])
    assert answer.status == 500 or "none" in json.dumps(answer.json)
    (rooms,) = await do(ann, ("rooms", {}))
    assert [room for room in rooms if "None" in room] == []


@pytest.mark.parametrize("text", ["plain text", "é漢😀 mixed 😀é", "", "אבג"])
def test_a_place_is_before_the_character_that_is_meant(text: str) -> None:
    """GP6: as browsers read it. The library's own would be wrong after the first é."""
    first = YNotebook(Doc())
    first.append_cell({"id": "c", "cell_type": "code", "source": text, "metadata": {}})
    shared = first.ycells[0]["source"]
    shared.insert(0, "ä")
    whole = str(shared)

    def find(doc: Any) -> Any:
        return doc.get("cells", type=Array)[0]["source"]

    for index in range(len(whole) + 1):
        place = place_in(find, first.ydoc, index)
        assert set(place) == {"type", "tname", "item", "assoc"}
        if index == len(whole):
            assert place["item"] is None
            assert place["type"] is not None
        else:
            assert character_at(first.ydoc, place["item"], whole) == whole[index]
    _ = Page, Text


def character_at(doc: Any, item: dict[str, int], whole: str) -> str:
    """The character that a unit belongs to: which one goes when just this unit is deleted."""
    units = _unit_owners(doc)
    return units[(item["client"], item["clock"])]


def _unit_owners(doc: Any) -> dict[tuple[int, int], str]:
    """Every unit of text in the document, from its own encoding."""
    from jupyter_collab_agents.documents.gate.reader import Reader

    reader = Reader(doc.get_update())
    owners: dict[tuple[int, int], str] = {}
    for _ in range(reader.number()):
        count, client, clock = reader.number(), reader.number(), reader.number()
        for _ in range(count):
            info = reader.byte()
            kind = info & 31
            if info & 0x80:
                reader.number(), reader.number()
            if info & 0x40:
                reader.number(), reader.number()
            if kind and not info & 0xC0:
                if reader.number() == 1:
                    reader.text()
                else:
                    reader.number(), reader.number()
                if info & 0x20:
                    reader.text()
            if kind == 4:
                for character in reader.text().decode():
                    for _ in range(len(character.encode("utf-16-le")) // 2):
                        owners[client, clock] = character
                        clock += 1
            elif kind == 7:
                reader.number()
                clock += 1
            elif kind == 8:
                for _ in range(reader.number()):
                    reader.value()
                    clock += 1
            elif kind in (0, 1):
                clock += reader.number()
            else:
                raise AssertionError(kind)
    return owners


async def test_what_was_there_before_a_run_is_kept_once(ann: Person, path: str) -> None:
    """SN2."""
    page = await open_page(ann, path)
    page.append(0, "0")
    await page.sync()
    for text in ("b = 3", "b = 4"):  # it leaves, and comes back in the same run
        await claude(ann, "open", path=path, run="run-of-snapshots")
        await claude(ann, "set_text", cell="c1", text=text)
        await claude(ann, "close")
    (snapshot,) = (await ann.get("snapshots", path=path)).json["snapshots"]
    assert (snapshot["reason"], snapshot["by"]) == ("run", "agent:claude")
    assert snapshot["run_id"] == "run-of-snapshots"
    content = (await ann.get(f"snapshots/{snapshot['snapshot_id']}")).json["content"]
    assert [cell["source"] for cell in content["cells"]] == ["a = 10", "b = 2\nc = 3"]
    await page.close()
