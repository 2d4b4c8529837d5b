"""What the tests of edits and conflicts say to a running server."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import nbformat
from running_server.http import Answer, Person

SHARED = ("jupyter_server_ydoc", "jupyter_server_fileid")
PLENTY = {"command_rate": 10_000.0, "command_burst": 100_000}


def write_notebook(path: Path, *sources: str, **metadata: Any) -> None:
    """A notebook file with code cells c0, c1, …, each of which printed its name."""
    cells = []
    for number, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source, id=f"c{number}")
        cell.outputs = [nbformat.v4.new_output("stream", text=f"c{number}\n")]
        cell.execution_count = number + 1
        cells.append(cell)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)


async def read(person: Person, path: str) -> dict[str, Any]:
    """The content and its version."""
    answer = await ask_content(person, path)
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.json
    return found


async def ask_content(person: Person, path: str) -> Answer:
    """The content, or why not."""
    return await person.get("documents/content?" + urlencode({"path": path}))


async def try_edit(person: Person, path: str, version: str, **edit: Any) -> Answer:
    """An edit and its answer, whatever it is."""
    query = urlencode({"path": path})
    return await person.post(f"documents/edits?{query}", {"base_version": version, **edit})


async def edit(person: Person, path: str, version: str, **more: Any) -> dict[str, Any]:
    """An edit that is accepted."""
    answer = await try_edit(person, path, version, **more)
    assert answer.status == 200, answer
    result: dict[str, Any] = answer.json
    return result


async def conflicts(person: Person, **query: Any) -> list[dict[str, Any]]:
    """Those in the list."""
    answer = await person.get("conflicts?" + urlencode(query))
    assert answer.status == 200, answer
    listed: list[dict[str, Any]] = answer.json["conflicts"]
    return listed


async def decide(person: Person, conflict_id: str, keep: str, **more: Any) -> Answer:
    """A decision and its answer."""
    return await person.post(f"conflicts/{conflict_id}", {"keep": keep, **more})


def sources(content: dict[str, Any]) -> list[str]:
    """The texts of a notebook's cells."""
    return [cell["source"] for cell in content["cells"]]


def source_step(cell_id: str, source: str) -> dict[str, Any]:
    """Set a cell's text."""
    return {"type": "source", "cell_id": cell_id, "source": source}
