"""What others hear of a page: who it really is, and nothing that could break theirs."""

from typing import Any

import pytest
from pycrdt import Awareness, Doc, create_awareness_message
from running_server.http import Person
from running_server.process import RunningServer

from jupyter_collab_agents.documents.gate.awareness import (
    Said,
    clean_state,
    read_awareness,
    write_awareness,
)
from jupyter_collab_agents.documents.gate.reader import Malformed

from .page import open_page, open_socket

ANN = {
    "username": "ann",
    "name": "Ann",
    "display_name": "Ann",
    "initials": None,
    "avatar_url": None,
    "color": None,
}
PLACE = {"type": None, "tname": None, "item": {"client": 1, "clock": 2}, "assoc": 0}


async def test_the_server_says_who_somebody_is(ann: Person, ben: Person, notebook: str) -> None:
    """GA10."""
    page, other = await open_page(ann, notebook), await open_page(ben, notebook)
    await page.say({"user": {"username": "ben", "name": "Ben", "color": "red;x"}, "cellId": "c1"})
    await other.until(lambda: page.awareness.client_id in other.states)
    assert other.states[page.awareness.client_id] == {"user": ANN, "cellId": "c1"}
    await page.say({"user": {"name": "Ben", "color": "var(--jp-collaborator-color3)"}})
    await other.until(lambda: "cellId" not in other.states[page.awareness.client_id])
    shown = other.states[page.awareness.client_id]["user"]
    assert shown == ANN | {"color": "var(--jp-collaborator-color3)"}
    await page.close()
    await other.close()


async def test_a_page_speaks_for_itself_only(ann: Person, ben: Person, notebook: str) -> None:
    """GA11."""
    page, other = await open_page(ann, notebook), await open_page(ben, notebook)
    await other.say({"user": {}, "mine": 1})
    await page.until(lambda: other.awareness.client_id in page.states)
    await page.say({"mine": 2}, client=other.awareness.client_id)
    await page.say(None, client=other.awareness.client_id)
    await page.sync()
    third = await open_page(ann, notebook)
    assert third.states[other.awareness.client_id]["mine"] == 1
    assert third.states[other.awareness.client_id]["user"]["username"] == "ben"
    for one in (page, other, third):
        await one.close()


async def test_newcomers_hear_at_once_who_is_there_and_everybody_who_left(
    ann: Person, ben: Person, cara: Person, notebook: str
) -> None:
    """GA12."""
    page = await open_page(ann, notebook)
    await page.say({"here": True})
    await page.sync()
    other = await open_page(ben, notebook)
    assert [s["user"]["username"] for s in other.states.values()] == ["ann"]
    await page.close()
    await other.until(lambda: not other.states, timeout=5)
    await other.close()


async def test_a_page_that_comes_back_is_there_again(
    ann: Person, ben: Person, notebook: str
) -> None:
    """GA12: with the client id and the clock that it had."""
    page, other = await open_page(ann, notebook), await open_page(ben, notebook)
    for count in range(4):
        await page.say({"count": count})
    await other.until(lambda: other.states)
    await page.close()
    await other.until(lambda: not other.states)
    again = await open_page(ann, notebook, doc=page.doc)
    again.awareness = page.awareness
    await again.say({"count": "back"})
    await other.until(lambda: other.states)
    assert other.states[page.awareness.client_id]["count"] == "back"
    await again.close()
    await other.close()


async def test_everybody_is_seen_in_the_list_of_people(ann: Person, ben: Person) -> None:
    """GA10."""
    everybody = "JupyterLab:globalAwareness"
    page = await open_socket(ann, everybody)
    await page.say({"user": {"username": "root"}, "current": "notebook:a.ipynb", "documents": [1]})
    other = await open_socket(ben, everybody)
    # the first that is heard may be that a page is there, before what it says of itself
    await other.until(lambda: any(other.states.values()))
    assert [state for state in other.states.values() if state] == [
        {"user": ANN, "current": "notebook:a.ipynb"}
    ]
    await page.close()
    await other.close()


async def test_nobody_writes_into_the_room_of_everybody(ann: Person, ben: Person) -> None:
    """GA2."""
    everybody = "JupyterLab:globalAwareness"
    page, other = await open_socket(ann, everybody), await open_socket(ben, everybody)
    page.model.append_cell({"cell_type": "code", "source": "x", "metadata": {}})
    await page.sync()
    await other.sync()
    assert other.sources == []
    await page.close()
    await other.close()


@pytest.mark.parametrize(
    ("cursor", "passed"),
    [
        ({"anchor": PLACE, "head": PLACE}, True),
        ({"anchor": PLACE, "head": {**PLACE, "assoc": -1}, "primary": False, "empty": False}, True),
        ({"anchor": {"item": {"client": 1, "clock": 2}}, "head": PLACE}, True),
        ({"anchor": {"tname": "source", "assoc": 5}, "head": {"tname": "source"}}, True),
        ({"anchor": {}, "head": PLACE}, False),
        ({"anchor": PLACE}, False),
        ({"anchor": {**PLACE, "item": {"client": 1}}, "head": PLACE}, False),
        ({"anchor": {**PLACE, "item": {"client": -1, "clock": 0}}, "head": PLACE}, False),
        ({"anchor": {**PLACE, "item": {"client": "1", "clock": 0}}, "head": PLACE}, False),
        ({"anchor": {**PLACE, "type": 4}, "head": PLACE}, False),
        ({"anchor": {**PLACE, "tname": 4}, "head": PLACE}, False),
        ({"anchor": {**PLACE, "assoc": "0"}, "head": PLACE}, False),
        ([], False),
        (None, False),
    ],
)
def test_a_caret_is_complete_or_not_told(cursor: Any, passed: bool) -> None:
    """GA13."""
    clean = clean_state({"cursors": [cursor]}, ANN)["cursors"]
    assert len(clean) == passed
    for place in (p for c in clean for p in (c["anchor"], c["head"])):
        assert set(place) == {"type", "tname", "item", "assoc"}
        assert place["assoc"] in (0, -1)


@pytest.mark.parametrize("state", [{"cursors": 3}, {"cursors": {"a": 1}}, {"cursors": None}])
def test_no_list_of_carets_is_an_empty_one(state: dict[str, Any]) -> None:
    """GA13."""
    assert clean_state(state, ANN)["cursors"] == []


@pytest.mark.parametrize(
    "state",
    [{"current": 3}, {"current": {"a": 1}}, {"documents": "abc"}, {"documents": [{"a": 1}]}],
)
def test_what_the_list_of_people_takes_for_granted_is_so(state: dict[str, Any]) -> None:
    """GA13."""
    assert clean_state(state, ANN) == {"user": ANN}


def test_other_things_pass_as_they_are() -> None:
    state = {"cellId": "c1", "autosave": False, "deep": {"é": [1, None]}}
    (read,) = read_awareness(write_awareness([Said(7, 3, state)]))
    assert (read.client, read.clock, read.state) == (7, 3, state)
    aware = Awareness(Doc(client_id=9))
    aware.apply_awareness_update(write_awareness([Said(7, 3, state)])[2:], "x")
    assert aware.states[7] == state


def entry(raw: bytes, client: bytes = b"\x01", clock: bytes = b"\x01") -> bytes:
    from pycrdt import Encoder

    length = Encoder()
    length.write_var_uint(len(raw))
    return create_awareness_message(b"\x01" + client + clock + length.to_bytes() + raw)


@pytest.mark.parametrize(
    "message",
    [
        b"\x01",
        b"\x01\x05",
        b"\x01\x01\x05",
        entry(b"{"),
        entry(b"[]"),
        entry(b"3"),
        entry(b'{"a": NaN}'),
        entry(b'{"a": Infinity}'),
        entry(b'{"a": 1e999}'),
        entry(b'{"a":' * 5000 + b"1" + b"}" * 5000),
        entry(b'{"a":"' + b"x" * 70_000 + b'"}'),
        entry(b"{}", client=b"\xff" * 9 + b"\x01"),
        entry(b"\xff\xfe"),
    ],
)
def test_what_makes_no_sense_is_not_told(message: bytes) -> None:
    """GA13."""
    with pytest.raises(Malformed):
        read_awareness(message)


async def test_pages_go_on_after_somebody_said_nonsense(
    shared_server: RunningServer, ann: Person, ben: Person, notebook: str
) -> None:
    """GA13, GA14."""
    page, other = await open_page(ann, notebook), await open_page(ben, notebook)
    await page.send(entry(b'{"a": NaN}'))
    await page.say({"cursors": [{"anchor": {}, "head": {}}], "fine": True})
    await other.until(lambda: page.awareness.client_id in other.states)
    assert other.states[page.awareness.client_id]["cursors"] == []
    await page.close()
    await other.close()
