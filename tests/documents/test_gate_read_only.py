"""Accounts that may read and not write: they see documents, also in JupyterLab, and change none."""

from typing import Any

import pytest
from jupyter_ydoc import YNotebook
from pycrdt import Array, Map, Text, create_update_message
from running_server.http import Person
from running_server.process import RunningServer

from jupyter_collab_agents.documents.gate.socket import MAX_OF_READER

from .page import Page, open_page, open_session


async def test_they_open_a_document_and_see_what_others_type(
    ann: Person, cara: Person, notebook: str
) -> None:
    """GA8: the answer tells the page that it is for reading."""
    assert (await open_session(cara, notebook)).json["readOnly"] is True
    reader, writer = await open_page(cara, notebook), await open_page(ann, notebook)
    writer.append(0, "0")
    await reader.until(lambda: reader.sources == ["a = 10", "b = 2"])
    await reader.close()
    await writer.close()


def type_into(page: Page) -> None:
    page.append(0, " # a reader's words")


def delete_text(page: Page) -> None:
    del page.source(1)[0:3]


def delete_cell(page: Page) -> None:
    del page.model.ycells[0]


def insert_cell(page: Page) -> None:
    page.model.append_cell({"cell_type": "code", "source": "new", "metadata": {}, "id": "n"})


def move_cell(page: Page) -> None:
    cell = page.model.get_cell(0)
    del page.model.ycells[0]
    page.model.ycells.append(page.model.create_ycell(cell))


def change_type(page: Page) -> None:
    page.model.ycells[0]["cell_type"] = "raw"


def write_output(page: Page) -> None:
    page.model.ycells[0]["outputs"].append(Map({"output_type": "display_data", "data": {}}))


def change_metadata(page: Page) -> None:
    page.model.ycells[0]["metadata"]["tags"] = ["mine"]


def change_notebook_metadata(page: Page) -> None:
    page.model._ymeta["metadata"]["title"] = "mine"


def replace_everything(page: Page) -> None:
    page.model.set({**page.model.get(), "cells": []})


def take_a_foreign_id(page: Page) -> None:
    page.model.ycells[0]["id"] = "c1"


def replace_a_text(page: Page) -> None:
    page.model.ycells[0]["source"] = Text("another text")


def no_more_a_cell(page: Page) -> None:
    page.model.ycells[0] = "not a cell"


CHANGES = [
    type_into, delete_text, delete_cell, insert_cell, move_cell, change_type, write_output,
    change_metadata, change_notebook_metadata, replace_everything, take_a_foreign_id,
    replace_a_text, no_more_a_cell,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_nothing_they_change_stays_not_even_with_themselves(
    ann: Person, cara: Person, notebook: str, change: Any
) -> None:
    """GA8, GA9."""
    writer, reader = await open_page(ann, notebook), await open_page(cara, notebook)
    before = writer.model.get()
    seen = len(writer.wire)
    with reader.doc.transaction():
        change(reader)
    await reader.sync()
    await writer.sync()
    assert writer.model.get() == before
    assert reader.model.get() == before
    told = b"".join(writer.wire[seen:])
    assert b"reader's words" not in told
    assert b"another text" not in told
    writer.append(0, "0")
    await reader.until(lambda: reader.sources[0] == "a = 10")
    await reader.close()
    await writer.close()


async def test_what_they_typed_while_offline_does_not_stay(
    ann: Person, cara: Person, notebook: str
) -> None:
    """GA8, GA9."""
    writer, reader = await open_page(ann, notebook), await open_page(cara, notebook)
    reader.offline = True
    for change in (type_into, insert_cell, delete_text):
        change(reader)
    await reader.close()
    again = await open_page(cara, notebook, doc=reader.doc)
    await again.sync()
    await writer.sync()
    assert writer.sources == again.sources == ["a = 1", "b = 2"]
    await again.close()
    await writer.close()


async def test_they_cannot_save(cara: Person, notebook: str, shared_server: RunningServer) -> None:
    """GA8."""
    path = shared_server.root / notebook
    before = path.stat().st_mtime_ns
    reader = await open_page(cara, notebook)
    answer = await reader.save(7)
    assert answer == {"type": "save", "responseTo": 7, "status": "failed"}
    assert path.stat().st_mtime_ns == before
    await reader.close()


async def test_who_may_write_can_save(
    ann: Person, notebook: str, shared_server: RunningServer
) -> None:
    writer = await open_page(ann, notebook)
    writer.append(0, "0")
    await writer.sync()
    assert (await writer.save(300 % 128))["status"] == "success"
    await writer.close()
    saved = shared_server.root / notebook
    assert "a = 10" in saved.read_text()


async def test_a_text_file_stays_as_it_is(
    ann: Person, cara: Person, shared_server: RunningServer
) -> None:
    """GA8, GA9."""
    (shared_server.root / "read.py").write_text("é = 1\n")
    writer, reader = await open_page(ann, "read.py"), await open_page(cara, "read.py")
    text = reader.doc.get("source", type=Text)
    text.insert(len(text), "# mine")
    del text[0:2]
    await reader.sync()
    await writer.sync()
    assert reader.text == writer.text == "é = 1\n"
    await reader.close()
    await writer.close()


async def test_losing_the_right_to_write_takes_effect_while_the_page_is_open(
    running_servers: Any,
) -> None:
    """GA7, GA8."""
    from .conftest import SHARED, write_notebook

    server = running_servers(
        extensions=SHARED, traits={"CollabAgents": {"reauthorise_interval": 0.1}}
    )
    write_notebook(server.root / "right.ipynb", "a = 1")
    page = await open_page(Person(server, "ann"), "right.ipynb")
    server.set_rights("ann", "read")
    asked = len(server.asked_file.read_text().splitlines())
    while len(server.asked_file.read_text().splitlines()) < asked + 4:
        await page.sync()
    page.append(0, "0")
    await page.sync()
    assert page.sources == ["a = 1"]
    assert not page.closed
    await page.close()


async def test_the_client_keeps_its_place_in_order_although_it_was_refused(
    ann: Person, cara: Person, notebook: str
) -> None:
    """GA9: no gap stays behind in what the reader's page has sent."""
    writer, reader = await open_page(ann, notebook), await open_page(cara, notebook)
    for _ in range(5):
        type_into(reader)
    await reader.sync()
    notebook_of_all = YNotebook()
    notebook_of_all.ydoc.apply_update(reader.doc.get_update())
    update = reader.doc.get_update()
    await writer.send(create_update_message(update))
    await writer.sync()
    assert writer.doc.get("cells", type=Array).to_py() == notebook_of_all.ycells.to_py()
    await reader.close()
    await writer.close()


async def test_a_reader_cannot_keep_the_server_busy_with_what_is_put_back(
    ann: Person, cara: Person, notebook: str
) -> None:
    """GA8, GA14: it is dropped unread; the room goes on."""
    reader, writer = await open_page(cara, notebook), await open_page(ann, notebook)
    reader.offline = True
    reader.append(0, "x" * (MAX_OF_READER + 1))
    reader.offline = False
    await reader.send_update(reader.doc.get_update(writer.doc.get_state()))
    writer.append(1, "2")
    await reader.until(lambda: reader.sources[1] == "b = 22")
    assert writer.sources == ["a = 1", "b = 22"]
    assert reader.sources[0].startswith("a = 1xxx"), "not even put back: nobody read it"
    await reader.close()
    await writer.close()
