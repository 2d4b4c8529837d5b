"""Random schedules of people who type and programs that write the same file outside.

Everything that anybody writes carries a word of its own, and nobody takes one away on purpose,
except a program that cuts the file short. At the end each word has to be in front of people:
in the document, or in a question to them. A cut at a line's end may be somebody's wish: there a
word may be in a snapshot only. What a program wrote and cut away itself before the server looked
is nobody's loss but its own.
"""

import asyncio
import json
import os
import re
from pathlib import Path
from random import Random
from typing import Any

import nbformat

from jupyter_collab_agents.documents.guarded_room import GuardedRoom

from .rooms import Place, Tab, place
from .waiting import until

STEPS = 25
WORD = re.compile(r"<\d+>")
FIRST = "import math\ndef area(r):\n    return math.pi * r ** 2\nx = 'é🙂'\nprint(area(2))\n"
WAYS = ("write", "rename", "older", "same time", "slow", "cut")


class Tally:
    """What became of all words of one schedule."""

    def __init__(self) -> None:
        self.words = 0
        self.outside = 0
        self.shown = 0
        self.asked = 0
        self.in_snapshot = 0
        self.cut_by_itself = 0
        self.lost: list[str] = []
        self.equal = True

    def __repr__(self) -> str:
        return str(vars(self))


class Schedule:
    """One file, two people, a program outside."""

    def __init__(self, here: Place, guard: GuardedRoom, tabs: list[Tab], random: Random) -> None:
        self.here, self.guard, self.tabs, self.random = here, guard, tabs, random
        self.path = here.root / guard.path
        self.words: list[str] = []
        self.from_outside: set[str] = set()
        self.cut_outside: set[str] = set()
        self.tally = Tally()

    async def run(self) -> Tally:
        for _ in range(STEPS):
            await self._step()
        await self._settle()
        self._count()
        return self.tally

    def word(self) -> str:
        self.words.append(f"<{len(self.words)}>")
        return self.words[-1]

    async def _step(self) -> None:
        match self.random.choice(["type", "type", "type", "outside", "wait"]):
            case "type":
                for _ in range(self.random.randint(1, 4)):
                    self._type(self.random.choice(self.tabs))
            case "outside":
                await self._outside()
            case _:
                await asyncio.sleep(self.random.choice([0, 0.01, 0.05, 0.1]))

    def _type(self, tab: Tab) -> None:
        cell = 0
        if self.path.suffix == ".ipynb":
            cell = self.random.randrange(len(tab.model.ycells))
        lines = str(tab.text(cell)).splitlines(keepends=True)
        before = "".join(lines[: self.random.randint(0, len(lines))])
        ended = "" if not before or before.endswith("\n") else "\n"
        tab.type(f"{ended}# {tab.name} {self.word()}\n", cell, len(before.encode()))

    async def _outside(self) -> None:
        self.tally.outside += 1
        known = len(self.words)
        await self._write_outside()
        self.from_outside |= set(self.words[known:])

    async def _write_outside(self) -> None:
        way = self.random.choice(WAYS)
        read = self.path.read_text()
        if self.random.random() < 0.4:  # it takes a while with what it read
            await asyncio.sleep(self.random.choice([0.02, 0.1, 0.2]))
        if way == "cut":
            cut = self.random.randrange(len(read) + 1)
            now = self.path.read_text()
            self.path.write_text(read[:cut])
            gone = (_words(now) - _words(read[:cut])) & self.from_outside
            self.cut_outside |= gone - _words(self.guard.content)
            return
        text = self._edited(read)
        if text is None:
            return
        if way == "slow":
            await self._write_slowly(text)
        else:
            await asyncio.to_thread(self._write, way, text, self.random.randint(1, 10**9))

    def _write(self, way: str, text: str, at: int) -> None:
        """In a thread: truly at the same time as everything else."""
        if way in {"write", "same time"}:
            was = self.path.stat()
            self.path.write_text(text)
            if way == "same time":
                os.utime(self.path, ns=(was.st_atime_ns, was.st_mtime_ns))
            return
        fresh = self.path.with_name("fresh.tmp")
        fresh.write_text(text)
        if way == "older":
            os.utime(fresh, (at, at))
        fresh.replace(self.path)

    async def _write_slowly(self, text: str) -> None:
        with self.path.open("w") as file:
            for at in range(0, len(text), len(text) // 3 + 1):
                file.write(text[at : at + len(text) // 3 + 1])
                file.flush()
                await asyncio.sleep(0.01)

    def _edited(self, text: str) -> str | None:
        """What the program makes of what it read; nothing if that was cut short before."""
        if self.path.suffix != ".ipynb":
            return self._with_word(text)
        try:
            notebook = nbformat.reads(text, as_version=4)
        except Exception:  # noqa: BLE001 - whatever it is, it is no notebook
            return None
        if not notebook.cells or self.random.random() < 0.2:
            cell = nbformat.v4.new_code_cell(f"# outside {self.word()}\n")
            notebook.cells.insert(self.random.randint(0, len(notebook.cells)), cell)
        else:
            cell = self.random.choice(notebook.cells)
            cell.source = self._with_word(cell.source)
        return str(nbformat.writes(notebook))

    def _with_word(self, text: str) -> str:
        lines = text.splitlines(keepends=True)
        at = self.random.randint(0, len(lines))
        if lines and self.random.random() < 0.3:
            at = min(at, len(lines) - 1)
            lines[at] = lines[at].rstrip("\n") + f"  # outside {self.word()}\n"
        else:
            lines.insert(at, f"# outside {self.word()}\n")
        return "".join(lines)

    async def _settle(self) -> None:
        """Until the document, all replicas and the file are the same, and stay so."""

        def quiet() -> bool:
            try:
                file = _sources(self.here.read(self.guard.path))
            except Exception:  # noqa: BLE001 - unreadable for now
                return False
            texts = [_sources(self.guard.content), *(_sources(tab.content) for tab in self.tabs)]
            return all(text == file for text in texts)

        for _ in range(3):
            try:
                await until(quiet)
            except AssertionError:
                self.tally.equal = False
                return
            await asyncio.sleep(6 * self.here.poll)

    def _count(self) -> None:
        questions = self.here.kept.questions
        shown = _words(self.guard.content)
        asked = {word for q in questions for side in (q.here, q.there) for word in _words(side)}
        kept = {word for _, content in self.here.kept.snapshots for word in _words(content)}
        self.tally.words = len(self.words)
        for word in self.words:
            if word in shown:
                self.tally.shown += 1
            elif word in asked:
                self.tally.asked += 1
            elif word in kept:
                self.tally.in_snapshot += 1
            elif word in self.cut_outside:
                self.tally.cut_by_itself += 1
            else:
                self.tally.lost.append(word)


def _sources(content: Any) -> Any:
    if isinstance(content, str):
        return content
    return [(cell["id"], cell["source"]) for cell in content["cells"]]


def _words(content: Any) -> set[str]:
    if isinstance(content, bytes):
        text = content.decode(errors="replace")
    else:
        text = content if isinstance(content, str) else json.dumps(content)
    return set(WORD.findall(text))


async def run_schedule(folder: Path, seed: int) -> Tally:
    """One schedule in an empty folder."""
    random = Random(seed)
    name = "a.ipynb" if seed % 2 else "a.py"
    async with place(folder, poll=random.choice([0.01, 0.03]), save_delay=0.02) as here:
        path = here.root / name
        if seed % 2:
            cells = [nbformat.v4.new_code_cell(FIRST, id=f"c{number}") for number in range(4)]
            nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        else:
            path.write_text(FIRST * 3)
        guard = await here.open(name)
        tabs = [Tab(guard.room, "ann"), Tab(guard.room, "ben")]
        await until(lambda: all(tab.content == guard.content for tab in tabs))
        return await Schedule(here, guard, tabs, random).run()
