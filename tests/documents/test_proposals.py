"""PP1 to PP6: proposals over REST and sockets, on documents that people have open and on files."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import nbformat
import pytest
from running_server.http import Answer, Person
from running_server.process import RunningServer, servers
from running_server.tabs import Tab, join

from .editing import PLENTY, SHARED, conflicts, edit, read, source_step, sources, write_notebook
from .page import open_page

LINES = "one\ntwo\nthree\nfour\nfive\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        running = start(
            extensions=(*SHARED, "documents.agent_driver"), traits={"CollabAgents": PLENTY}
        )
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
def book(server: RunningServer, request: pytest.FixtureRequest) -> str:
    """A notebook of this test's own."""
    path = f"{request.node.originalname}-{abs(hash(request.node.name)) % 10**8}.ipynb"
    write_notebook(server.root / path, LINES, "b = 2", "c = 3")
    return path


@pytest.fixture
def text(server: RunningServer, request: pytest.FixtureRequest) -> str:
    """A text file of this test's own."""
    path = f"{request.node.originalname}-{abs(hash(request.node.name)) % 10**8}.py"
    (server.root / path).write_text(LINES)
    return path


async def try_to_propose(person: Person, path: str, **what: Any) -> Answer:
    version = what.pop("version", None) or (await read(person, path))["version"]
    query = urlencode({"path": path})
    body = {"base_version": version, "mode": "propose", **what}
    return await person.post(f"documents/edits?{query}", body)


async def propose(person: Person, path: str, **what: Any) -> dict[str, Any]:
    answer = await try_to_propose(person, path, **what)
    assert answer.status == 201, answer
    made: dict[str, Any] = answer.json
    return made


async def details(person: Person, made: dict[str, Any]) -> dict[str, Any]:
    answer = await person.get(f"proposals/{made['proposal']['proposal_id']}")
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.json
    return found


async def listed(person: Person, **query: Any) -> list[dict[str, Any]]:
    answer = await person.get("proposals?" + urlencode(query))
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.json["proposals"]
    return found


async def do(person: Person, made: dict[str, Any], what: str, **body: Any) -> Answer:
    return await person.post(f"proposals/{made['proposal']['proposal_id']}/{what}", body)


async def accept(person: Person, made: dict[str, Any], *hunks: str, **more: Any) -> dict[str, Any]:
    answer = await do(person, made, "accept", hunks=list(hunks) or None, **more)
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.json
    return found


def hunks(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [hunk for part in made["parts"] for hunk in part["hunks"]]


def statuses(made: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(hunk["status"], hunk["fit"]) for hunk in hunks(made)]


TWO_LINES = "ONE\ntwo\nthree\nfour\nFIVE\n"


async def test_a_proposal_stands_beside_the_document(ann: Person, ben: Person, book: str) -> None:
    """PP1"""
    page = await open_page(ben, book)
    steps = [source_step("c0", TWO_LINES), {"type": "insert", "after": "c1", "source": "new"}]
    made = await propose(ann, book, cells=steps, title="Louder")
    assert page.sources == [LINES, "b = 2", "c = 3"]
    summary = made["proposal"]
    assert (summary["status"], summary["title"], summary["by_name"]) == ("open", "Louder", "Ann")
    assert (summary["open"], summary["accepted"], summary["rejected"]) == (3, 0, 0)
    first, new = made["parts"]
    assert (first["cell_id"], first["before"], first["after"]) == ("c0", LINES, TWO_LINES)
    assert [(h["line"], h["lines"], h["new_line"], h["new_lines"]) for h in first["hunks"]] == [
        (0, 1, 0, 1),
        (4, 1, 4, 1),
    ]
    assert (new["before"], new["after"], new["behind"]) == (None, "new", "c1")
    assert statuses(made) == [("open", "fits")] * 3
    assert await details(ben, made) == made
    assert [one["proposal"] for one in await listed(ben, path=book)] == [summary]
    await page.close()


async def test_two_people_accept_hunk_by_hunk_while_a_third_types(
    ann: Person, ben: Person, book: str
) -> None:
    """PP2, PP3"""
    page = await open_page(ben, book)
    made = await propose(
        ann, book, cells=[source_step("c0", TWO_LINES), source_step("c1", "b = 3")]
    )
    first, last, other = (hunk["hunk_id"] for hunk in hunks(made))
    page.source(0).insert(4, "typed\n")  # behind the first line
    await page.sync()
    await accept(ann, made, last)
    await page.until(lambda: page.sources[0] == "one\ntyped\ntwo\nthree\nfour\nFIVE\n")
    found, again = await asyncio.gather(accept(ben, made, first), accept(ann, made, other))
    await page.until(lambda: page.sources[:2] == ["ONE\ntyped\ntwo\nthree\nfour\nFIVE\n", "b = 3"])
    decided = await details(ben, made)
    assert [hunk["decided_by_name"] for hunk in hunks(decided)] == ["Ben", "Ann", "Ann"]
    assert decided["proposal"]["status"] == "accepted"
    assert {found["proposal"]["open"], again["proposal"]["open"]} == {0, 1}
    assert await listed(ben, path=book) == []
    assert len(await listed(ben, path=book, status="accepted")) == 1
    await page.close()


async def test_rejecting_changes_nothing_and_mixed_decisions_are_told(
    ann: Person, ben: Person, book: str
) -> None:
    """PP2"""
    made = await propose(ann, book, cells=[source_step("c0", TWO_LINES)])
    first, last = (hunk["hunk_id"] for hunk in hunks(made))
    rejected = await do(ben, made, "reject", hunks=[first])
    assert rejected.json["proposal"]["status"] == "open"
    done = await accept(ben, made)
    assert statuses(done) == [("rejected", None), ("accepted", None)]
    assert done["proposal"]["status"] == "partly_accepted"
    assert sources((await read(ann, book))["content"])[0] == "one\ntwo\nthree\nfour\nFIVE\n"
    again = await do(ann, made, "accept", hunks=[first])
    assert (again.status, again.problem) == (409, "conflict")
    assert "Ben has rejected this already" in again.json["message"]
    assert (await accept(ann, made, last)) == done
    assert (await do(ann, made, "accept", hunks=["h9"])).problem == "not_found"


async def test_a_proposal_for_a_file_that_nobody_has_open(
    server: RunningServer, ann: Person, ben: Person, text: str
) -> None:
    """PP1, PP3"""
    made = await propose(ann, text, content=TWO_LINES)
    (server.root / text).write_text("zero\n" + LINES)
    assert statuses(await details(ben, made)) == [("open", "fits"), ("open", "fits")]
    await accept(ben, made)
    assert (server.root / text).read_text() == "zero\n" + TWO_LINES


async def test_a_stale_hunk_is_marked_and_stays_open_when_the_rest_is_accepted(
    ann: Person, ben: Person, book: str
) -> None:
    """PP4"""
    page = await open_page(ben, book)
    made = await propose(
        ann, book, cells=[source_step("c0", TWO_LINES), source_step("c1", "b = 3")]
    )
    text = page.source(0)
    del text[0:3]
    text.insert(0, "uno")
    await page.sync()
    assert statuses(await details(ann, made)) == [
        ("open", "stale"),
        ("open", "fits"),
        ("open", "fits"),
    ]
    done = await accept(ann, made)
    assert statuses(done) == [("open", "stale"), ("accepted", None), ("accepted", None)]
    assert done["proposal"]["status"] == "open"
    await page.until(lambda: page.sources[:2] == ["uno\ntwo\nthree\nfour\nFIVE\n", "b = 3"])
    alone = await do(ann, made, "accept", hunks=["h1"])
    assert (alone.status, alone.problem) == (409, "conflict")
    asked = await accept(ann, made, "h1", ask=True)
    assert asked["proposal"]["status"] == "accepted"
    (conflict,) = await conflicts(ann, path=book)
    assert (conflict["conflict"]["cell_id"], conflict["conflict"]["by"]) == ("c0", "user:ann")
    assert page.sources[0] == "uno\ntwo\nthree\nfour\nFIVE\n"
    await page.close()


async def test_what_somebody_typed_as_well_is_there_already(
    ann: Person, ben: Person, book: str
) -> None:
    """PP4"""
    made = await propose(ann, book, cells=[source_step("c1", "b = 3")])
    now = await read(ben, book)
    await edit(ben, book, now["version"], cells=[source_step("c1", "b = 3")])
    assert statuses(await details(ann, made)) == [("open", "there")]
    done = await accept(ann, made)
    assert done["proposal"]["status"] == "accepted"
    assert sources((await read(ann, book))["content"])[1] == "b = 3"


async def test_cells_come_go_and_move(ann: Person, ben: Person, book: str) -> None:
    """PP3"""
    page = await open_page(ben, book)
    made = await propose(
        ann,
        book,
        cells=[
            {"type": "delete", "cell_id": "c1"},
            {"type": "move", "cell_id": "c2", "after": None},
            {"type": "insert", "after": "c0", "source": "# end", "cell_type": "markdown"},
            {"type": "metadata", "cell_id": "c0", "key": "tags", "value": ["x"]},
        ],
    )
    kinds = {hunk["kind"]: hunk for hunk in hunks(made)}
    assert set(kinds) == {"delete", "move", "insert", "metadata"}
    assert (kinds["metadata"]["was"], kinds["metadata"]["becomes"]) == (None, ["x"])
    await accept(ben, made, kinds["insert"]["hunk_id"])
    await page.until(lambda: page.sources == [LINES, "# end", "b = 2", "c = 3"])
    await accept(ben, made)
    await page.until(lambda: page.sources == ["c = 3", LINES, "# end"])
    await page.close()


async def test_outputs_are_nobodys_to_propose_and_stay(
    server: RunningServer, ann: Person, book: str
) -> None:
    """PP3"""
    made = await propose(ann, book, cells=[source_step("c1", "b = 3")])
    await accept(ann, made)
    cell = nbformat.read(server.root / book, 4).cells[1]
    assert (cell.source, cell.outputs[0].text) == ("b = 3", "c1\n")


async def test_comments_are_of_the_whole_or_of_a_hunk(ann: Person, ben: Person, book: str) -> None:
    """PP2"""
    made = await propose(ann, book, cells=[source_step("c1", "b = 3")])
    first = await do(ben, made, "comments", body="Why?", hunk_id="h1", ref="one")
    assert first.status == 201
    again = await do(ben, made, "comments", body="Why?", hunk_id="h1", ref="one")
    assert again.json == first.json
    (comment,) = first.json["comments"]
    assert (comment["by_name"], comment["body"], comment["hunk_id"]) == ("Ben", "Why?", "h1")
    assert first.json["proposal"]["comments"] == 1
    assert (await do(ben, made, "comments", body="?", hunk_id="h7")).problem == "not_found"
    assert (await do(ben, made, "comments", body=" ")).problem == "invalid"
    await accept(ann, made)
    assert (await do(ben, made, "comments", body="Late")).problem == "conflict"


async def test_only_its_author_withdraws_a_proposal(ann: Person, ben: Person, book: str) -> None:
    """PP2"""
    made = await propose(ann, book, cells=[source_step("c0", TWO_LINES)])
    await accept(ben, made, "h1")
    address = f"proposals/{made['proposal']['proposal_id']}"
    assert (await ben.ask("DELETE", address)).problem == "forbidden"
    gone = await ann.ask("DELETE", address)
    assert (gone.status, gone.json["proposal"]["status"]) == (200, "withdrawn")
    assert statuses(gone.json) == [("accepted", None), ("open", None)]
    assert (await ann.ask("DELETE", address)).json == gone.json
    late = await do(ben, made, "accept")
    assert (late.problem, "Ann has withdrawn" in late.json["message"]) == ("conflict", True)
    assert await listed(ben, path=book) == []


async def test_reviewing_needs_the_right_to_write_and_proposing_the_one_to_read(
    server: RunningServer, ann: Person, ben: Person, cara: Person, book: str
) -> None:
    """PP5, ID2"""
    made = await propose(ann, book, cells=[source_step("c1", "b = 3")])
    assert await details(cara, made) == made
    for what in ("accept", "reject", "comments"):
        assert (await do(cara, made, what, body="x")).status == 403
    server.set_rights("ben", "read", "write")
    server.keep_from("ben", "contents")
    try:
        for what in ("accept", "reject", "comments"):
            assert (await do(ben, made, what, body="x")).status in (400, 403), what
        address = f"proposals/{made['proposal']['proposal_id']}"
        assert (await ben.get(address)).problem == "forbidden"
        assert (await ben.get("proposals")).problem == "forbidden"
    finally:
        server.keep_from("ben")
        server.set_rights("ben", "read", "write", "execute")
    assert (await details(ann, made))["proposal"]["status"] == "open"


async def test_a_lock_of_somebody_else_keeps_a_proposal_out(
    ann: Person, ben: Person, book: str
) -> None:
    """PP3, LK1"""
    made = await propose(ann, book, cells=[source_step("c1", "b = 3"), source_step("c2", "c = 4")])
    query = urlencode({"path": book})
    held = (await ben.post(f"locks?{query}", {"cell_id": "c1"})).json
    refused = await do(ann, made, "accept")
    assert (refused.status, refused.problem) == (423, "locked")
    assert "Ben" in refused.json["message"]
    await accept(ann, made, "h2")
    await accept(ben, made, "h1")  # it is his lock
    assert sources((await read(ann, book))["content"])[1:] == ["b = 3", "c = 4"]
    await ben.ask("DELETE", f"locks?{query}&lock_id={held['lock_id']}")


async def test_what_proposes_nothing_or_nonsense_is_refused(ann: Person, book: str) -> None:
    """PP1"""
    assert (
        await try_to_propose(ann, book, cells=[source_step("c1", "b = 2")])
    ).problem == "invalid"
    assert (await try_to_propose(ann, book, cells=[source_step("no", "x")])).problem == "invalid"
    assert (await try_to_propose(ann, book)).problem == "invalid"
    unknown = await try_to_propose(ann, book, version="0" * 64, cells=[source_step("c1", "x")])
    assert unknown.problem == "conflict"
    assert (await ann.get("proposals?status=nonsense")).problem == "invalid"
    assert (await ann.get("proposals/none")).problem == "not_found"
    assert (await ann.post("proposals/none/accept", {})).problem == "not_found"


async def test_a_resend_makes_no_second_proposal(ann: Person, book: str) -> None:
    """PP1, LK7"""
    now = await read(ann, book)
    same = {"version": now["version"], "cells": [source_step("c1", "b = 3")], "ref": "one"}
    first = await propose(ann, book, **same)
    assert await propose(ann, book, **same) == first
    assert len(await listed(ann, path=book)) == 1


async def test_an_agents_proposal_is_accepted_as_its_run_and_what_was_before_is_kept(
    server: RunningServer, ann: Person, book: str
) -> None:
    """PP3, PP5, SN2: with the outputs that were there."""
    steps = [["propose", {"name": "writer", "path": book, "cell_id": "c1", "source": "b = 3"}]]
    (proposal_id,) = (await ann.post("/test/agent", steps)).json
    (one,) = await listed(ann, path=book, run="r1")
    assert (one["proposal"]["by"], one["proposal"]["run_id"]) == ("agent:writer", "r1")
    done = await ann.post(f"proposals/{proposal_id}/accept", {})
    assert done.json["proposal"]["status"] == "accepted"
    query = urlencode({"path": book})
    (kept,) = (await ann.get(f"snapshots?{query}")).json["snapshots"]
    assert (kept["reason"], kept["run_id"]) == ("run", "r1")
    restored = await ann.post(f"snapshots/{kept['snapshot_id']}/restore", {})
    assert restored.status == 200, restored
    cell = nbformat.read(server.root / book, 4).cells[1]
    assert (cell.source, cell.outputs[0].text) == ("b = 2", "c1\n")


async def test_one_ref_for_two_files_makes_two_proposals(
    server: RunningServer, ann: Person, book: str, text: str
) -> None:
    """PP1"""
    await propose(ann, book, cells=[source_step("c1", "b = 3")], ref="fix-typos")
    await propose(ann, text, content=TWO_LINES, ref="fix-typos")
    assert len(await listed(ann, path=book)) == len(await listed(ann, path=text)) == 1


async def test_a_proposal_follows_its_file_and_outlives_its_deletion(
    server: RunningServer, ann: Person, ben: Person, book: str
) -> None:
    """PP6"""
    made = await propose(ann, book, cells=[source_step("c0", TWO_LINES)])
    moved = f"moved-{book}"
    answer = await ann.ask("PATCH", f"/api/contents/{book}", {"path": moved})
    assert answer.status == 200, answer
    assert (await details(ben, made))["path"] == moved
    await accept(ben, made, "h1")
    assert sources((await read(ann, moved))["content"])[0].startswith("ONE\ntwo")
    assert (await ann.ask("DELETE", f"/api/contents/{moved}")).status == 204
    assert statuses(await details(ben, made)) == [("accepted", None), ("open", None)]
    gone = await do(ben, made, "accept")
    assert (gone.status, gone.problem) == (404, "not_found")
    rejected = await do(ben, made, "reject")
    assert rejected.json["proposal"]["status"] == "partly_accepted"


async def test_proposals_outlive_a_kill_of_the_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """PP6"""
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        server = start(extensions=SHARED, traits={"CollabAgents": PLENTY})
        write_notebook(server.root / "a.ipynb", LINES, "b = 2")
        ann, ben = Person(server, "ann"), Person(server, "ben")
        made = await propose(ann, "a.ipynb", cells=[source_step("c0", TWO_LINES)])
        await accept(ben, made, "h1")
        before = await details(ben, made)
        server.kill()
        server.start()
        assert await details(ben, made) == before
        done = await accept(ben, made)
        assert done["proposal"]["status"] == "accepted"
        assert sources((await read(ann, "a.ipynb"))["content"]) == [TWO_LINES, "b = 2"]


async def test_lists_are_filtered_and_paged(ann: Person, ben: Person, book: str) -> None:
    """PP5"""
    made = [
        await propose(who, book, cells=[source_step("c1", f"b = {number}")], title=str(number))
        for number, who in ((7, ann), (8, ben), (9, ann))
    ]
    titles = [one["proposal"]["title"] for one in await listed(ann, path=book)]
    assert titles == ["9", "8", "7"]
    mine = await listed(ann, path=book, by="user:ann")
    assert [one["proposal"]["title"] for one in mine] == ["9", "7"]
    page = (await ann.get("proposals?" + urlencode({"path": book, "limit": 2}))).json
    assert page["has_earlier"]
    last = page["proposals"][-1]["proposal"]["proposal_id"]
    rest = (await ann.get("proposals?" + urlencode({"path": book, "before": last}))).json
    assert [one["proposal"]["title"] for one in rest["proposals"]] == ["7"]
    assert not rest["has_earlier"]
    await do(ben, made[0], "reject")
    both = await listed(ann, path=book, status="open,rejected")
    assert len(both) == len(await listed(ann, path=book, status="any")) == 3
    assert len(await listed(ann, path=book, by="user:cara")) == 0
    assert len(await listed(ann, path=book, run="none")) == 0


def states(path: str) -> Any:
    """The last state of a document that a tab was told."""

    def last(tab: Tab) -> Any:
        those = [one["document"] for one in tab.of("document.changed")]
        return next((one for one in reversed(those) if one["path"] == path), None)

    return last


async def test_sessions_that_have_the_file_see_proposals_come_and_go(
    ann: Person, ben: Person, book: str
) -> None:
    """PP5, LK8, LK9"""
    tab = await join(ann, await ann.create(files=[book]))
    there = await join(ben, await ben.create(files=[book]))
    version = (await read(ann, book))["version"]
    answer = await tab.ask(
        "edit.propose",
        path=book,
        base_version=version,
        cells=[source_step("c0", TWO_LINES)],
        title="Louder",
    )
    assert (answer["type"], answer["seq"]) == ("ack", None)
    state = await there.until(lambda t: (s := states(book)(t)) and s["proposals"] and s)
    (summary,) = state["proposals"]
    assert (summary["title"], summary["open"]) == ("Louder", 2)
    where = {"proposal_id": summary["proposal_id"]}
    assert (await there.ask("edit.comment", body="Fine", hunk_id="h1", **where))["type"] == "ack"
    await tab.until(lambda t: states(book)(t)["proposals"][0]["comments"] == 1)
    assert (await there.ask("edit.accept", hunks=["h1"], **where))["type"] == "ack"
    assert (await there.ask("edit.reject", hunks=["h1"], **where))["code"] == "conflict"
    assert (await tab.ask("edit.withdraw", **where))["type"] == "ack"
    await there.until(lambda t: states(book)(t)["proposals"] == [])
    await there.until(lambda t: t.of("edit.withdrawn"))
    told = [e["type"] for e in there.of("edit.proposed", "edit.accepted", "edit.withdrawn")]
    assert told == ["edit.proposed", "edit.accepted", "edit.withdrawn"]
    assert there.of("edit.accepted")[0]["cells"][0]["cell_id"] == "c0"
    await tab.close()
    await there.close()


async def test_commenters_propose_and_editors_decide(ann: Person, ben: Person, book: str) -> None:
    """PP5"""
    session = await ann.create(files=[book])
    await ann.bring(session, ben, role="commenter")
    tab, there = await join(ann, session), await join(ben, session)
    assert "propose" in there.welcome["permissions"]
    assert "review" not in there.welcome["permissions"]
    version = (await read(ben, book))["version"]
    asked = {"path": book, "base_version": version, "cells": [source_step("c1", "b = 3")]}
    assert (await there.ask("edit.propose", **asked))["type"] == "ack"
    state = await tab.until(lambda t: (s := states(book)(t)) and s["proposals"] and s)
    where = {"proposal_id": state["proposals"][0]["proposal_id"]}
    assert (await there.ask("edit.accept", **where))["code"] == "forbidden"
    assert (await tab.ask("edit.accept", **where))["type"] == "ack"
    await tab.close()
    await there.close()
