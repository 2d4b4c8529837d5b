"""ED5, ED7, ED8, ED9: conflicts end to end: found, told, listed, looked at, decided."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from running_server.http import Person
from running_server.process import RunningServer, ServerFactory, servers
from running_server.tabs import Tab, join

from .editing import (
    PLENTY,
    SHARED,
    conflicts,
    decide,
    edit,
    read,
    source_step,
    sources,
    try_edit,
    write_notebook,
)
from .page import open_page


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerFactory]:
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        yield start


@pytest.fixture(scope="module")
def server(start: ServerFactory) -> RunningServer:
    return start(extensions=SHARED, traits={"CollabAgents": PLENTY})


@pytest.fixture
def ann(server: RunningServer) -> Person:
    return Person(server, "ann")


@pytest.fixture
def ben(server: RunningServer) -> Person:
    return Person(server, "ben")


@pytest.fixture
def notebook(server: RunningServer, request: pytest.FixtureRequest) -> str:
    path = f"{request.node.originalname}-{abs(hash(request.node.name)) % 10**8}.ipynb"
    write_notebook(server.root / path, "a = 1\nkept = 0", "b = 2", "c = 3")
    return path


async def disagree(
    ann: Person, ben: Person, path: str, mine: list[dict[str, Any]], yours: list[dict[str, Any]]
) -> dict[str, Any]:
    """Ann and Ben edit one version; Ben comes second. What he is answered."""
    version = (await read(ann, path))["version"]
    await edit(ann, path, version, cells=mine)
    return await edit(ben, path, version, cells=yours)


async def same_word(ann: Person, ben: Person, path: str) -> str:
    """Both change one word of cell c0, differently: the conflict."""
    result = await disagree(
        ann,
        ben,
        path,
        [source_step("c0", "a = 10\nkept = 0")],
        [source_step("c0", "a = 20\nkept = 0")],
    )
    (conflict,) = result["conflicts"]
    conflict_id: str = conflict["conflict_id"]
    return conflict_id


async def now(person: Person, path: str) -> list[str]:
    return sources((await read(person, path))["content"])


# --- found --------------------------------------------------------------------------------------


async def test_a_conflict_keeps_the_document_as_it_is_and_both_sides(ann, ben, notebook):
    version = (await read(ann, notebook))["version"]
    await edit(ann, notebook, version, cells=[source_step("c0", "a = 10\nkept = 0")])
    result = await edit(
        ben,
        notebook,
        version,
        cells=[source_step("c0", "a = 20\nkept = 0"), source_step("c1", "b = 22")],
    )
    assert await now(ann, notebook) == ["a = 10\nkept = 0", "b = 22", "c = 3"]
    (conflict,) = result["conflicts"]
    assert not result["merged"]
    details = (await ann.get(f"conflicts/{conflict['conflict_id']}")).json
    assert {key: details[key] for key in ("base", "current", "incoming")} == {
        "base": "a = 1\n",
        "current": "a = 10\n",
        "incoming": "a = 20\n",
    }
    assert details["conflict"] == conflict
    assert (conflict["kind"], conflict["cell_id"]) == ("source", "c0")
    assert (conflict["by"], conflict["by_name"]) == ("user:ben", "Ben")
    assert (details["kept"], details["path"]) == (None, notebook)


async def test_a_conflict_is_listed_counted_and_told(ann, ben, notebook):
    session = await ann.create(files=[notebook])
    await ann.bring(session, ben)
    tab = await join(ann, session)
    await tab.send({"type": "document.watch", "paths": [notebook]})
    counted = (await ann.get("conflicts")).json["statistics"]
    conflict_id = await same_word(ann, ben, notebook)
    told = await tab.until(lambda t: t.of("conflict.detected"))
    assert [c["conflict_id"] for c in told[0]["conflicts"]] == [conflict_id]
    assert (told[0]["actor"], told[0]["path"]) == ("user:ben", notebook)
    assert [e["actor"] for e in tab.of("edit.applied")] == ["user:ann"]
    await tab.until(lambda t: open_ones(t) == [conflict_id])
    assert [c["conflict"]["conflict_id"] for c in await conflicts(ben, path=notebook)] == [
        conflict_id
    ]
    after = (await ann.get("conflicts")).json["statistics"]
    assert after["asked"] == counted["asked"] + 1
    assert after["detected"] == after["asked"] + after["merged"]
    assert after["open"] == counted["open"] + 1
    await decide(ann, conflict_id, "current")
    resolved = await tab.until(lambda t: t.of("conflict.resolved"))
    assert (resolved[0]["kept"], resolved[0]["actor"]) == ("current", "user:ann")
    await tab.until(lambda t: open_ones(t) == [])
    metrics = (await ann.ask("GET", "/metrics")).body.decode()
    assert 'collab_agents_merges_total{outcome="asked"}' in metrics
    assert 'collab_agents_conflicts_resolved_total{kind="source"}' in metrics
    await tab.close()


def open_ones(tab: Tab) -> list[str]:
    document = tab.of("document.changed")[-1]["document"]
    return [conflict["conflict_id"] for conflict in document["conflicts"]]


async def test_the_same_conflict_is_not_asked_twice(ann, ben, notebook):
    version = (await read(ann, notebook))["version"]
    await edit(ann, notebook, version, cells=[source_step("c1", "b = 10")])
    first = await edit(ben, notebook, version, cells=[source_step("c1", "b = 20")])
    again = await edit(ben, notebook, version, cells=[source_step("c1", "b = 20")])
    assert first["conflicts"] == again["conflicts"]
    (conflict,) = first["conflicts"]
    assert len(await conflicts(ann, path=notebook)) == 1
    await decide(ann, conflict["conflict_id"], "current")
    again = await edit(ben, notebook, version, cells=[source_step("c1", "b = 20")])
    assert again["conflicts"] == []
    assert await conflicts(ann, path=notebook) == []


# --- decided ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keep", "more", "text"),
    [
        ("current", {}, "a = 10\nkept = 0"),
        ("incoming", {}, "a = 20\nkept = 0"),
        ("both", {}, "a = 10\na = 20\nkept = 0"),
        ("edited", {"text": "a = 15\n"}, "a = 15\nkept = 0"),
    ],
)
async def test_a_text_is_decided(ann, ben, notebook, keep, more, text):
    conflict_id = await same_word(ann, ben, notebook)
    answer = await decide(ann, conflict_id, keep, **more)
    assert answer.status == 200, answer
    assert (answer.json["kept"], answer.json["decided_by"]) == (keep, "user:ann")
    assert (await now(ann, notebook))[0] == text
    assert await conflicts(ann, path=notebook) == []
    (listed,) = await conflicts(ann, path=notebook, status="decided")
    assert listed["kept"] == keep
    assert (await decide(ann, conflict_id, keep, **more)).status == 200
    assert (await decide(ben, conflict_id, "current")).problem == "conflict"


async def test_a_decision_goes_into_the_live_document(ann, ben, notebook):
    page = await open_page(ann, notebook)
    conflict_id = await same_word(ann, ben, notebook)
    page.append(0, "\ntyped = 1")
    page.source(0).insert(0, "# first\n")
    await page.sync()
    assert (await decide(ben, conflict_id, "incoming")).status == 200
    await page.sync()
    assert page.sources[0] == "# first\na = 20\nkept = 0\ntyped = 1"
    await page.close()


async def test_who_decides_sees_when_the_place_has_changed_since(ann, ben, notebook):
    conflict_id = await same_word(ann, ben, notebook)
    version = (await read(ann, notebook))["version"]
    await edit(ann, notebook, version, cells=[source_step("c0", "a = 11\nkept = 0")])
    answer = await decide(ben, conflict_id, "incoming")
    assert (answer.status, answer.problem) == (409, "conflict")
    assert (await now(ann, notebook))[0] == "a = 11\nkept = 0"
    details = (await ben.get(f"conflicts/{conflict_id}")).json
    assert (details["current"], details["incoming"]) == ("a = 11\n", "a = 20\n")
    assert (await decide(ben, conflict_id, "both")).status == 200
    assert (await now(ann, notebook))[0] == "a = 11\na = 20\nkept = 0"


DELETE = [{"type": "delete", "cell_id": "c1"}]
CHANGE = [source_step("c1", "b = 22")]


@pytest.mark.parametrize(
    ("keep", "more", "texts"),
    [
        ("current", {}, ["a = 1\nkept = 0", "c = 3"]),
        ("incoming", {}, ["a = 1\nkept = 0", "b = 22", "c = 3"]),
        ("edited", {"text": "b = 0"}, ["a = 1\nkept = 0", "b = 0", "c = 3"]),
    ],
)
async def test_a_cell_that_was_deleted_here_can_come_back(ann, ben, notebook, keep, more, texts):
    (conflict,) = (await disagree(ann, ben, notebook, DELETE, CHANGE))["conflicts"]
    assert conflict["kind"] == "deleted_here"
    assert (await decide(ann, conflict["conflict_id"], keep, **more)).status == 200
    assert await now(ann, notebook) == texts


@pytest.mark.parametrize(
    ("keep", "more", "texts"),
    [
        ("current", {}, ["a = 1\nkept = 0", "b = 22", "c = 3"]),
        ("incoming", {}, ["a = 1\nkept = 0", "c = 3"]),
        ("edited", {"text": "b = 0"}, ["a = 1\nkept = 0", "b = 0", "c = 3"]),
    ],
)
async def test_a_cell_that_was_deleted_there_can_go(ann, ben, notebook, keep, more, texts):
    (conflict,) = (await disagree(ann, ben, notebook, CHANGE, DELETE))["conflicts"]
    assert conflict["kind"] == "deleted_there"
    assert (await decide(ann, conflict["conflict_id"], keep, **more)).status == 200
    assert await now(ann, notebook) == texts


async def test_types_places_and_metadata_are_decided(ann, ben, notebook):
    def steps(kind: str, after: str | None, value: Any) -> list[dict[str, Any]]:
        return [
            {"type": "cell_type", "cell_id": "c0", "cell_type": kind},
            {"type": "move", "cell_id": "c2", "after": after},
            {"type": "metadata", "cell_id": "c1", "key": "k", "value": {"deep": value}},
        ]

    result = await disagree(
        ann, ben, notebook, steps("markdown", None, [1]), steps("raw", "c0", [2])
    )
    found = {conflict["kind"]: conflict for conflict in result["conflicts"]}
    assert set(found) == {"cell_type", "place", "metadata"}
    assert found["metadata"]["key"] == ["k", "deep"]
    for conflict in found.values():
        assert (await decide(ann, conflict["conflict_id"], "both")).problem == "invalid"
        assert (await decide(ann, conflict["conflict_id"], "incoming")).status == 200
    cells = (await read(ann, notebook))["content"]["cells"]
    assert [cell["id"] for cell in cells] == ["c0", "c2", "c1"]
    assert cells[0]["cell_type"] == "raw"
    assert cells[2]["metadata"] == {"k": {"deep": [2]}}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"keep": "edited"}, "invalid"),
        ({"keep": "both", "text": "x"}, "invalid"),
        ({"keep": "mine"}, "invalid"),
        ({}, "invalid"),
    ],
)
async def test_decisions_that_make_no_sense_are_refused(ann, ben, notebook, body, problem):
    conflict_id = await same_word(ann, ben, notebook)
    assert (await ann.post(f"conflicts/{conflict_id}", body)).problem == problem
    assert len(await conflicts(ann, path=notebook)) == 1


async def test_readers_look_and_do_not_decide(server, ann, ben, notebook):
    conflict_id = await same_word(ann, ben, notebook)
    cara = Person(server, "cara")
    assert (await cara.get(f"conflicts/{conflict_id}")).status == 200
    assert (await decide(cara, conflict_id, "current")).problem == "forbidden"
    assert (await ann.get("conflicts/nothing")).problem == "not_found"


async def test_a_locked_place_is_not_decided_by_others(ann, ben, notebook):
    conflict_id = await same_word(ann, ben, notebook)
    await ann.ask("POST", f"locks?path={notebook}", {"cell_id": "c0"})
    assert (await decide(ben, conflict_id, "incoming")).problem == "locked"
    assert (await decide(ann, conflict_id, "incoming")).status == 200


async def test_a_conflict_follows_its_file_and_outlives_it(ann, ben, notebook):
    first = await same_word(ann, ben, notebook)
    (second,) = (
        await disagree(
            ann, ben, notebook, [source_step("c1", "b = 1")], [source_step("c1", "b = 3")]
        )
    )["conflicts"]
    moved = f"moved-{notebook}"
    answer = await ann.ask("PATCH", f"/api/contents/{notebook}", {"path": moved})
    assert answer.status == 200, answer
    assert {one["path"] for one in await conflicts(ann, path=moved)} == {moved}
    assert (await decide(ann, first, "incoming")).status == 200
    assert (await now(ann, moved))[0] == "a = 20\nkept = 0"
    assert (await ann.ask("DELETE", f"/api/contents/{moved}")).status == 204
    gone = second["conflict_id"]
    assert (await decide(ann, gone, "incoming")).problem == "not_found"
    assert (await ann.get(f"conflicts/{gone}")).json["incoming"] == "b = 3"
    assert (await decide(ann, gone, "current")).status == 200


# --- the server's switches and modes ------------------------------------------------------------


def prepared(server: RunningServer) -> tuple[Person, Person, str]:
    write_notebook(server.root / "book.ipynb", "a = 1\nkept = 0", "b = 2", "c = 3")
    return Person(server, "ann"), Person(server, "ben"), "book.ipynb"


async def test_versions_and_conflicts_outlive_the_server(start):
    server = start(extensions=SHARED)
    ann, ben, notebook = prepared(server)
    conflict_id = await same_word(ann, ben, notebook)
    version = (await read(ann, notebook))["version"]
    server.kill()
    server.start()
    counted = (await ann.get("conflicts")).json
    assert counted["statistics"] == {"detected": 1, "merged": 0, "asked": 1, "open": 1}
    assert (await decide(ann, conflict_id, "incoming")).status == 200
    await edit(ben, notebook, version, cells=[source_step("c2", "c = 33")])
    assert await now(ann, notebook) == ["a = 20\nkept = 0", "b = 2", "c = 33"]


async def test_conflicts_can_be_kept_out_of_documents_altogether(start):
    server = start(
        extensions=SHARED,
        environment={"JUPYTER_COLLAB_AGENTS_CONFLICT_RESOLUTION_ENABLED": "False"},
    )
    ann, ben, notebook = prepared(server)
    version = (await read(ann, notebook))["version"]
    await edit(ann, notebook, version, cells=[source_step("c0", "a = 10\nkept = 0")])
    steps = [source_step("c0", "a = 20\nkept = 0"), source_step("c1", "b = 22")]
    assert (await try_edit(ben, notebook, version, cells=steps)).problem == "conflict"
    assert await now(ann, notebook) == ["a = 10\nkept = 0", "b = 2", "c = 3"]
    await edit(ben, notebook, version, cells=steps[1:])
    assert await conflicts(ann) == []


async def test_a_server_can_merge_nothing_by_itself(start):
    server = start(extensions=SHARED, traits={"CollabAgents": {"auto_merge_enabled": False}})
    ann, ben, notebook = prepared(server)
    version = (await read(ann, notebook))["version"]
    await edit(ann, notebook, version, cells=[source_step("c0", "a = 10")])
    answer = await try_edit(ben, notebook, version, cells=[source_step("c1", "b = 22")])
    assert answer.problem == "conflict"
    assert "merges nothing by itself" in answer.json["message"]
    assert await now(ann, notebook) == ["a = 10", "b = 2", "c = 3"]


async def test_sessions_can_be_left_in_peace(start):
    server = start(
        extensions=SHARED, traits={"CollabAgents": {"conflict_notification_enabled": False}}
    )
    ann, ben, notebook = prepared(server)
    session = await ann.create(files=[notebook])
    tab = await join(ann, session)
    await tab.send({"type": "document.watch", "paths": [notebook]})
    conflict_id = await same_word(ann, ben, notebook)
    await tab.until(lambda t: open_ones(t) == [conflict_id])
    await ann.say(session, "that is all")
    await tab.until(lambda t: t.of("chat.posted"))
    assert tab.of("conflict.detected") == []
    assert len(await conflicts(ann)) == 1
    await tab.close()


@pytest.mark.parametrize(
    "options",
    [
        {"extensions": ("jupyter_server_fileid",)},
        {"extensions": SHARED, "traits": {"YDocExtension": {"disable_rtc": True}}},
    ],
    ids=["not installed", "switched off"],
)
async def test_without_live_documents_the_file_is_merged(start, options):
    server = start(**options)
    ann, ben, notebook = prepared(server)
    version = (await read(ann, notebook))["version"]
    await edit(ann, notebook, version, cells=[source_step("c0", "a = 10\nkept = 0")])
    result = await edit(ben, notebook, version, cells=[source_step("c1", "b = 22")])
    assert result["merged"]
    cells = json.loads((server.root / notebook).read_text())["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["a = 10\nkept = 0", "b = 22", "c = 3"]
    conflict_id = (
        await edit(ben, notebook, version, cells=[source_step("c0", "a = 2\nkept = 0")])
    )["conflicts"][0]["conflict_id"]
    assert (await decide(ann, conflict_id, "incoming")).status == 200
    assert (await now(ann, notebook))[0] == "a = 2\nkept = 0"


async def test_a_document_that_is_too_large_is_refused(start):
    server = start(extensions=SHARED, traits={"CollabAgents": {"max_document": 2000}})
    ann, _, _ = prepared(server)
    (server.root / "large.txt").write_text("x" * 3000)
    answer = await ann.get("documents/content?path=large.txt")
    assert (answer.status, answer.problem) == (413, "too_large")
    (server.root / "small.txt").write_text("x")
    version = (await read(ann, "small.txt"))["version"]
    answer = await try_edit(ann, "small.txt", version, content="x" * 9000)
    assert (answer.status, answer.problem) == (413, "too_large")


async def test_a_conflict_of_several_lines_of_which_one_changed_is_decided_as_a_whole(
    server, ann, ben
):
    """ED7: the present text is all of what is disputed, in its place."""
    (server.root / "lines.py").write_text("top\na\nb\nc\nend\n")
    version = (await read(ann, "lines.py"))["version"]
    await edit(ann, "lines.py", version, content="top\na1\nb1\nc1\nend\n")
    result = await edit(ben, "lines.py", version, content="top\na22\nb22\nc22\nend\n")
    (conflict,) = result["conflicts"]
    await edit(ann, "lines.py", result["version"], content="top\na1\nb1\nc1!\nend\n")
    assert (await decide(ben, conflict["conflict_id"], "incoming")).status == 409
    shown = (await ann.get(f"conflicts/{conflict['conflict_id']}")).json
    assert shown["current"] == "a1\nb1\nc1!\n"
    assert (await decide(ben, conflict["conflict_id"], "incoming")).status == 200
    assert (await read(ann, "lines.py"))["content"] == "top\na22\nb22\nc22\nend\n"


async def test_a_conflict_in_a_cell_that_is_gone_says_so(ann, ben, notebook):
    """ED7."""
    conflict_id = await same_word(ann, ben, notebook)
    version = (await read(ann, notebook))["version"]
    await edit(ann, notebook, version, cells=[{"type": "delete", "cell_id": "c0"}])
    answer = await decide(ben, conflict_id, "incoming")
    assert answer.problem == "conflict"
    assert "taken away" in answer.json["message"]
    assert (await decide(ben, conflict_id, "current")).status == 200
    assert await now(ann, notebook) == ["b = 2", "c = 3"]
