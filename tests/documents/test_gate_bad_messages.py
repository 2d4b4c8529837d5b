"""Messages that make no sense, or too much of it: refused, and everybody else goes on."""

import asyncio
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from jupyter_ydoc import YNotebook
from pycrdt import (
    Array,
    Doc,
    Map,
    Text,
    YMessageType,
    YSyncMessageType,
    create_update_message,
)
from running_server.http import Person
from running_server.process import RunningServer
from tornado.websocket import WebSocketClosedError

from jupyter_collab_agents.documents.gate.reader import MAX_DEPTH, Malformed
from jupyter_collab_agents.documents.gate.update import (
    AT_ONCE,
    read_state,
    read_update,
    read_update_aside,
)

from .page import Page, open_page


def number(value: int) -> bytes:
    out = []
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def text(value: str) -> bytes:
    return number(len(value.encode())) + value.encode()


def nested_values(depth: int) -> bytes:
    value = bytes([117, 1]) * depth + bytes([126])
    return (
        b"\x01\x01" + number(77) + b"\x00" + bytes([8, 1]) + text("cells") + b"\x01" + value + b"\0"
    )


def nested_lists(depth: int) -> bytes:
    first = bytes([7, 1]) + text("cells") + b"\x00"
    inner = b"".join(bytes([7, 0]) + number(77) + number(k) + b"\x00" for k in range(depth - 1))
    return b"\x01" + number(depth) + number(77) + b"\x00" + first + inner + b"\0"


def hidden_nested_lists(depth: int) -> bytes:
    """Each list beside a text that is inside of the list before."""
    items = [bytes([7, 1]) + text("cells") + b"\x00"]
    for level in range(depth - 1):
        inside = bytes([4, 0]) + number(77) + number(3 * level) + text("xx")
        beside = bytes([0x87]) + number(77) + number(3 * level + 2) + b"\x00"
        items += [inside, beside]
    return b"\x01" + number(len(items)) + number(77) + b"\x00" + b"".join(items) + b"\0"


def lists_of_two_clients(depth: int) -> bytes:
    """Each list inside one of another client, which comes later in the message."""

    def of(client: int, other: int, ahead: int) -> bytes:
        items = b"".join(
            bytes([7, 0]) + number(other) + number(k - 1 + ahead) + b"\x00" for k in range(1, depth)
        )
        first = bytes([7, 1]) + text("cells") + b"\x00"
        return number(depth) + number(client) + b"\x00" + first + items

    return b"\x02" + of(88, 77, 0) + of(77, 88, 1) + b"\0"


@pytest.mark.parametrize(
    "made", [nested_values, nested_lists, hidden_nested_lists, lists_of_two_clients]
)
def test_what_is_nested_too_deeply_is_not_applied(made: Callable[[int], bytes]) -> None:
    """GA14: it would end the process."""
    read_update(made(MAX_DEPTH // 2))
    for depth in (MAX_DEPTH * 2 + 2, 100_000):
        with pytest.raises(Malformed):
            read_update(made(depth))


@pytest.mark.parametrize(
    "update",
    [
        b"",
        b"\x00",
        b"\x00\x00\x00",
        b"\x01",
        b"\x01\x00\x05\x00\x00",  # a client that brings nothing
        b"\xff" * 20,
        b"\x01\x01\x05\x00\x04\x01\x01t\xff\xff\xff\xff\x7f\x00",  # a text that ends too early
        b"\x01\x01\x05\x00\x04\x01\x01t\x02\xc3\x28\x00",  # not UTF-8
        b"\x01\x01\x05\x00\x1f\x01\x01t\x01x\x00",  # an unknown kind of content
        b"\x01\x01\x05\x00\x07\x01\x01t\x0f\x00",  # an unknown kind of list
        b"\x01\x01\x05\x00\x04\x02\x01t\x01x\x00",  # a parent that is neither
        b"\x01\x01\x05\x00\x08\x01\x01t\x01\x01\x00",  # an unknown kind of value
        b"\x02\x01\x05\x00\x04\x01\x01t\x01x\x01\x05\x01\x84\x05\x00\x01x\x00",  # twice
        b"\x00\x01\x05\x01\x00\x00",  # nothing is deleted
        b"\x01\x01\x05\xff\xff\xff\xff\x0f\x04\x01\x01t\x01x\x00",  # a clock beyond 32 bits
    ],
)
def test_what_is_no_update_is_not_applied(update: bytes) -> None:
    """GA14."""
    with pytest.raises(Malformed):
        read_update(update)


@pytest.mark.parametrize("state", [b"", b"\x01", b"\x01\x05", b"\x00\x00", b"\xff" * 12])
def test_what_is_no_state_is_not_answered(state: bytes) -> None:
    """GA14."""
    with pytest.raises(Malformed):
        read_state(state)


def edits(seed: int) -> tuple[bytes, list[bytes]]:
    """A notebook, and updates of somebody who edits it at random."""
    rng = random.Random(seed)
    first = YNotebook(Doc(client_id=1))
    first.set(
        {
            "cells": [
                {"id": f"c{i}", "cell_type": "code", "source": f"x = {i} é😀\n", "metadata": {},
                 "outputs": [], "execution_count": None} for i in range(4)
            ],
            "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
        }
    )  # fmt: skip
    base = first.ydoc.get_update()
    doc: Doc = Doc(client_id=rng.randrange(2, 2**31))
    doc.apply_update(base)
    notebook, updates = YNotebook(doc), []
    doc.observe(lambda event: updates.append(event.update))
    for _ in range(4):
        cells = notebook.ycells
        at = rng.randrange(len(cells))
        match rng.randrange(5):
            case 0:
                cells[at]["source"].insert(0, rng.choice(["h", "é", "漢字", "😀"]))
            case 1:
                source = cells[at]["source"]
                del source[0 : len(str(source)[:1].encode())]
            case 2:
                cells.insert(at, notebook.create_ycell(
                    {"id": str(seed), "cell_type": "markdown", "source": "new",
                     "metadata": {"a": [1, {"b": None, "c": 1.5, "d": True, "e": "é"}]}}
                ))  # fmt: skip
            case 3 if len(cells) > 2:
                del cells[at]
            case _:
                cells[at]["metadata"]["n"] = seed
    return base, updates


@pytest.mark.parametrize("seed", range(100))
def test_reading_agrees_with_the_library(seed: int) -> None:
    """What an update needs is exactly what makes it take effect, for what is really written."""
    base, updates = edits(seed)
    doc: Doc = Doc()
    doc.apply_update(base)
    for update in updates:
        needs = read_update(update)
        assert not needs.unmet(read_state(doc.get_state()))
        doc.apply_update(update)
        state = read_state(doc.get_state())
        for client, (_, end) in needs.inserts.items():
            assert state[client] == end
    whole = read_update(doc.get_update())
    assert {c: end for c, (_, end) in whole.inserts.items()} == read_state(doc.get_state())
    assert read_update(doc.get_update()).unmet({}) is False


@pytest.mark.parametrize("seed", range(100))
def test_what_is_missing_is_noticed(seed: int) -> None:
    """GA15: without the update before it, each of these would wait inside of the library."""
    base, updates = edits(seed)
    doc: Doc = Doc()
    doc.apply_update(base)
    for before, update in pairwise(updates):
        needs = read_update(update)
        brings_more = any(first > 0 for first, _ in needs.inserts.values())
        follows = read_update(before).inserts
        if brings_more and follows:
            assert needs.unmet(read_state(doc.get_state())), "its client's clock has a gap"
        doc.apply_update(before)


async def test_a_large_update_is_read_beside_the_event_loop() -> None:
    """GA14: so is a bad one."""
    document: Doc = Doc()
    source = document.get("source", type=Text)
    with document.transaction():
        for _ in range(AT_ONCE // 8):  # letters that do not join
            source.insert(0, "a")
    update = document.get_update()
    assert len(update) > AT_ONCE
    reading = asyncio.ensure_future(read_update_aside(update))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 2
    assert reading.result() == read_update(update)
    with pytest.raises(Malformed):
        await read_update_aside(update[:-1])


async def test_a_hostile_page_changes_nothing_for_the_others(
    shared_server: RunningServer, ann: Person, ben: Person, notebook: str
) -> None:
    """GA14: hundreds of broken messages, and the same page is let in again each time."""
    rng = random.Random(7)
    other = await open_page(ben, notebook)
    page = await open_page(ann, notebook)
    sent = 0
    while sent < 400:
        if page.closed:
            assert page.close_code == 1003
            page = await open_page(ann, notebook)
        _, updates = edits(sent)
        broken = bytearray(create_update_message(rng.choice(updates)))
        for _ in range(rng.randrange(1, 4)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        if rng.random() < 0.2:
            broken = bytearray(rng.randbytes(rng.randrange(1, 40)))
        try:
            await page.send(bytes(broken))
        except WebSocketClosedError:
            await page.until_closed()
            continue
        sent += 1
    other.append(0, "0")
    await other.sync()
    third = await open_page(ben, notebook)
    assert third.sources == other.sources
    assert third.sources[0].startswith("a = 1")
    assert third.sources[0].endswith("0")
    assert (await other.save())["status"] == "success"
    for one in (other, third):
        await one.close()
    assert shared_server.log.text.count("PanicException") == 0


@pytest.mark.parametrize("rest", [b"", b"\x05", b"\x02\x01", b"\xff"])
async def test_a_question_that_ends_too_early_is_a_fault_of_its_page(
    shared_server: RunningServer, ann: Person, ben: Person, notebook: str, rest: bytes
) -> None:
    """GA14."""
    page, other = await open_page(ann, notebook), await open_page(ben, notebook)
    for _ in range(5):
        await page.send(bytes((YMessageType.SYNC, YSyncMessageType.SYNC_STEP1)) + rest)
    await page.until_closed()
    assert page.close_code == 1003
    other.append(0, "1")
    await other.sync()
    assert (await other.save())["status"] == "success"
    await other.close()
    assert "Traceback" not in shared_server.log.text


async def test_a_message_of_no_kind_is_not_looked_at(
    shared_server: RunningServer, ann: Person, notebook: str
) -> None:
    """GA14."""
    page = await open_page(ann, notebook)
    for message in (b"\xff\xff", b"\x80" * 12, b"\x03\x00", b"\x7f" * 40):
        await page.send(message)
    page.append(0, "1")
    await page.sync()
    assert (await page.save())["status"] == "success"
    await page.close()
    assert "Traceback" not in shared_server.log.text


def make_no_cell(page: Page, what: str) -> None:
    cells = page.model.ycells
    if what == "text":
        cells.append("no cell")
    elif what == "list":
        cells.append(Array([1]))
    elif what == "empty":
        cells.append(Map({}))
    elif what == "number for an id":
        cells.append(Map({"id": 3.0, "cell_type": "raw", "source": Text(), "metadata": Map()}))
    elif what == "unknown type":
        cells.append(Map({"id": "x", "cell_type": "?", "source": Text(), "metadata": Map()}))
    elif what == "no source":
        cells.append(Map({"id": "x", "cell_type": "raw", "metadata": Map()}))
    elif what == "plain source":
        cells.append(Map({"id": "x", "cell_type": "raw", "source": "s", "metadata": Map()}))
    elif what == "source removed":
        del cells[0]["source"]
    elif what == "source replaced":
        cells[0]["source"] = Text("other")
    elif what == "outputs removed":
        del cells[0]["outputs"]
    elif what == "metadata replaced":
        cells[0]["metadata"] = {"plain": 1}
    elif what == "notebook metadata":
        page.model._ymeta["metadata"] = "none"
    elif what == "format":
        page.model._ymeta["nbformat"] = "four"


@pytest.mark.parametrize(
    "what",
    [
        "text", "list", "empty", "number for an id", "unknown type", "no source", "plain source",
        "source removed", "source replaced", "outputs removed", "metadata replaced",
        "notebook metadata", "format",
    ],
)  # fmt: skip
async def test_a_notebook_stays_one_that_can_be_read_and_saved(
    ann: Person, ben: Person, notebook: str, what: str
) -> None:
    """GA16."""
    page, other = await open_page(ann, notebook), await open_page(ben, notebook)
    before: Any = other.model.get()
    make_no_cell(page, what)
    await page.sync()
    await other.sync()
    assert other.model.get() == before
    assert page.model.get() == before
    assert (await other.save())["status"] == "success"
    await page.close()
    await other.close()


async def test_what_comes_before_what_it_builds_on_is_asked_for(
    ann: Person, ben: Person, notebook: str
) -> None:
    """GA15: a page that typed while it came back loses nothing."""
    page, other = await open_page(ann, notebook), await open_page(ben, notebook)
    page.offline = True
    page.append(0, "0")
    page.offline = False
    page.append(0, "1")
    await other.until(lambda: other.sources[0] == "a = 101")
    await page.close()
    await other.close()


async def test_nobody_acts_later_in_somebody_elses_name(
    ann: Person, ben: Person, cara: Person, notebook: str
) -> None:
    """GA15: a reader's edit that waits for ann's next letter does not come with it."""
    writer, reader = await open_page(ann, notebook), await open_page(cara, notebook)
    future: Doc = Doc(client_id=writer.doc.client_id)
    future.apply_update(writer.doc.get_update())
    YNotebook(future).ycells[0]["source"].insert(5, "0")
    planned: Doc = Doc()
    planned.apply_update(future.get_update())
    before = planned.get_state()
    YNotebook(planned).ycells[0]["source"].insert(6, "# the reader's")
    attack = planned.get_update(before)
    removing: Doc = Doc()
    removing.apply_update(future.get_update())
    changes: list[bytes] = []
    removing.observe(lambda event: changes.append(event.update))
    del YNotebook(removing).ycells[0]["source"][5:6]
    for update in (attack, *changes):
        await reader.send_update(update)
    writer.append(0, "0")
    await writer.sync()
    other = await open_page(ben, notebook)
    assert other.sources[0] == "a = 10"
    for one in (writer, reader, other):
        if not one.closed:
            await one.close()


async def test_what_does_not_fit_the_history_is_said_in_the_providers_words(
    ann: Person, ben: Person, notebook: str
) -> None:
    """GA14: something inside of a letter, which the document refuses."""
    page, other = await open_page(ann, notebook), await open_page(ben, notebook)
    source = page.source(0)
    source.insert(0, "x")
    await page.sync()
    client = page.doc.client_id
    last = max(c for (who, c) in [(client, read_state(page.doc.get_state())[client])])
    inside = bytes([4, 0]) + number(client) + number(last - 1) + text("y")
    update = b"\x01\x01" + number(4711) + b"\x00" + inside + b"\x00"
    await page.send(create_update_message(update))
    await page.until(lambda: page.raw)
    assert page.raw[-1] == {"type": "conflict"}
    other.append(0, "0")
    await other.sync()
    assert other.sources[0] == "xa = 10"
    assert not page.closed
    await page.close()
    await other.close()
