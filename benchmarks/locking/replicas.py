"""What clients have of a notebook: in this process (pycrdt), or in a Node process (Yjs)."""

import itertools
import json
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, Protocol

from jupyter_ydoc import YNotebook
from msgspec import Struct
from pycrdt import Doc, UndoManager

ROOT = Path(__file__).parents[2]
MINE = "mine"
TYPES = ("code", "markdown", "raw")
_names = itertools.count()


class Edit(Struct, frozen=True):
    """One thing that somebody does; numbers are taken modulo what is there."""

    kind: str
    cell: int
    at: int
    to: int
    text: str


class Replica(Protocol):
    """A client's document."""

    def edit(self, edit: Edit) -> list[bytes]:
        """Do it; the updates that it makes."""

    def take(self, update: bytes) -> None:
        """From the room."""

    def state(self) -> bytes:
        """What is there, as a state vector."""

    def since(self, state: bytes) -> bytes:
        """All that somebody in this state lacks."""

    def content(self) -> list[Any]:
        """The cells."""

    def drop(self) -> None:
        """No longer needed."""


class PycrdtReplica:
    """As an agent has it."""

    def __init__(self, content: bytes) -> None:
        self._doc: Doc[Any] = Doc()
        self._doc.apply_update(content)
        self._notebook = YNotebook(self._doc)
        self._undoing = UndoManager(scopes=[self._notebook.ycells], capture_timeout_millis=0)
        self._undoing.include_origin(MINE)
        self._sent: list[bytes] = []
        self._takes = False
        self._subscription = self._doc.observe(self._changed)

    def edit(self, edit: Edit) -> list[bytes]:
        if edit.kind == "undo":
            self._undoing.undo()
        elif edit.kind == "redo":
            self._undoing.redo()
        else:
            with self._doc.transaction(origin=MINE):
                self._edit(edit)
        sent, self._sent = self._sent, []
        return sent

    def take(self, update: bytes) -> None:
        self._takes = True
        try:
            self._doc.apply_update(update)
        finally:
            self._takes = False

    def state(self) -> bytes:
        return self._doc.get_state()

    def since(self, state: bytes) -> bytes:
        return self._doc.get_update(state)

    def content(self) -> list[Any]:
        cells: list[Any] = self._notebook.ycells.to_py()
        return cells

    def drop(self) -> None:
        self._doc.unobserve(self._subscription)

    def _changed(self, event: Any) -> None:
        if not self._takes:
            self._sent.append(event.update)

    def _edit(self, edit: Edit) -> None:
        cells = self._notebook.ycells
        count = len(cells)
        if count == 0 or edit.kind == "add":
            cells.insert(edit.to % (count + 1), self._new(fresh(edit.text)))
            return
        index = edit.cell % count
        cell = cells[index]
        source = cell["source"]
        text = str(source)
        first = edit.at % (len(text) + 1)
        last = min(first + 1 + edit.to % 4, len(text))
        start = len(text[:first].encode())
        match edit.kind:
            case "type":
                source.insert(start, edit.text)
            case "erase":
                del source[start : start + len(text[first:last].encode())]
            case "remove":
                del cells[index]
            case "move":
                content = cell.to_py()
                del cells[index]
                cells.insert(edit.to % count, self._new(content))
            case "retype":
                content = {**cell.to_py(), "cell_type": TYPES[edit.to % 3]}
                del cells[index]
                cells.insert(index, self._new(content))
            case "tag":
                cell["metadata"][f"k{edit.to % 3}"] = edit.text
            case "run":
                cell["execution_count"] = edit.to

    def _new(self, content: dict[str, Any]) -> Any:
        return self._notebook.create_ycell({"outputs": [], "execution_count": None, **content})


class Browsers:
    """The Node process with the documents of browsers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(Path(__file__).parent / "replicas.mjs")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([[what, given]]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())[0]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class YjsReplica:
    """As a browser has it."""

    def __init__(self, browsers: Browsers, content: bytes) -> None:
        self._browsers = browsers
        self._name = next(_names)
        self._ask("make", update=b64encode(content).decode())

    def edit(self, edit: Edit) -> list[bytes]:
        made = self._ask(
            "edit", kind=edit.kind, cell=edit.cell, at=edit.at, to=edit.to, text=edit.text
        )
        return [b64decode(update) for update in made]

    def take(self, update: bytes) -> None:
        self._ask("take", update=b64encode(update).decode())

    def state(self) -> bytes:
        return b64decode(self._ask("state"))

    def since(self, state: bytes) -> bytes:
        return b64decode(self._ask("since", state=b64encode(state).decode()))

    def content(self) -> list[Any]:
        cells: list[Any] = self._ask("content")
        return cells

    def drop(self) -> None:
        self._ask("drop")

    def _ask(self, what: str, **given: Any) -> Any:
        return self._browsers.ask(what, name=self._name, **given)


def fresh(cell_id: str) -> dict[str, Any]:
    """A new cell."""
    return {"id": cell_id, "cell_type": "code", "source": cell_id, "metadata": {}}
