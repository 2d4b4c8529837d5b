"""Copies of live documents: whoever merges one back is bound as if they had typed."""

from running_server.http import Person

from .page import Page, open_page, open_session, open_socket


async def copy_of(person: Person, path: str) -> tuple[str, Page]:
    """A copy of a document, opened."""
    session = (await open_session(person, path)).json
    root = f"{session['format']}:{session['type']}:{session['fileId']}"
    made = await person.ask("PUT", f"/api/collaboration/fork/{root}", {"synchronize": False})
    assert made.status == 201, made
    page = await open_socket(person, made.json["fork_roomid"], made.json["sessionId"])
    await page.sync()
    return made.json["fork_roomid"], page


async def test_what_somebody_else_holds_stays_when_a_copy_is_merged(
    ann: Person, ben: Person, notebook: str
) -> None:
    """GA17, GA18."""
    page = await open_page(ann, notebook)
    name, copy = await copy_of(ben, notebook)
    copy.append(0, "0 # by ben")
    copy.append(1, "0")
    await copy.sync()
    assert (await ann.post(f"locks?path={notebook}", {"cell_id": "c0"})).status in (200, 201)
    merged = await ben.ask("DELETE", f"/api/collaboration/fork/{name}", merge="true")
    assert merged.status == 200, merged
    await page.until(lambda: page.sources == ["a = 1", "b = 20"])
    told = (await ann.get("documents/provenance", path=notebook)).json["texts"][1]
    assert told["edited_by"] == "user:ben"
    await page.sync()
    assert page.sources == ["a = 1", "b = 20"]
    await page.close()
    await copy.close()


async def test_a_copy_that_is_thrown_away_changes_nothing(
    ann: Person, ben: Person, notebook: str
) -> None:
    page = await open_page(ann, notebook)
    name, copy = await copy_of(ben, notebook)
    copy.append(0, "0")
    await copy.sync()
    gone = await ben.ask("DELETE", f"/api/collaboration/fork/{name}", merge="false")
    assert gone.status == 200
    await page.sync()
    assert page.sources == ["a = 1", "b = 2"]
    await page.close()
    await copy.close()


async def test_a_reader_neither_makes_nor_writes_nor_merges_one(
    ann: Person, cara: Person, notebook: str
) -> None:
    """GA8."""
    page = await open_page(ann, notebook)
    session = (await open_session(cara, notebook)).json
    root = f"{session['format']}:{session['type']}:{session['fileId']}"
    assert (await cara.ask("PUT", f"/api/collaboration/fork/{root}", {})).status == 403
    name, copy = await copy_of(ann, notebook)
    theirs = await open_socket(cara, name, session["sessionId"])
    await theirs.sync()
    theirs.append(0, "0")
    await theirs.sync()
    await copy.sync()
    assert copy.sources == ["a = 1", "b = 2"]
    refused = await cara.ask("DELETE", f"/api/collaboration/fork/{name}", merge="true")
    assert refused.status == 403
    for one in (page, copy, theirs):
        await one.close()


async def test_a_copy_whose_document_is_closed_stays(ann: Person, notebook: str) -> None:
    page = await open_page(ann, notebook)
    name, copy = await copy_of(ann, notebook)
    session = (await open_session(ann, notebook)).json
    text = await open_socket(ann, f"text:file:{session['fileId']}", session["sessionId"])
    await text.until_closed()
    await page.close()
    # everybody has left it: it makes way for the other form
    other = await open_page(ann, notebook, format="text", type="file")
    refused = await ann.ask("DELETE", f"/api/collaboration/fork/{name}", merge="true")
    assert refused.status == 409
    assert (
        name
        in (await ann.ask("GET", f"/api/collaboration/fork/json:notebook:{session['fileId']}")).json
    )
    for one in (copy, other):
        await one.close()
