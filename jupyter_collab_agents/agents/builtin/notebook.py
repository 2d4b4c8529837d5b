"""``@notebook``: says what is wrong with a notebook by reading it. No network, no model."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from ...domain.errors import Refusal
from ..agent import (
    AgentContext,
    AgentEvent,
    AgentInfo,
    AgentTask,
    Done,
    Failed,
    Note,
    NotebookView,
    Step,
    Text,
)
from ..notebook.analysis import Analysis
from ..notebook.explain import explain, failing_cells
from ..notebook.outline import outline
from ..notebook.report import check
from ..notebook.words import code
from .place import Place, place_of
from .request import COMMANDS, Request, request_of, volunteers

NOTEBOOK = AgentInfo(
    agent_id="agent:notebook",
    name="notebook",
    description="Checks notebooks and explains errors by reading them. Needs no model.",
    capabilities=("chat", "read"),
    commands=COMMANDS,
)

HELP = [
    "I read the notebook you look at; I change nothing.",
    "",
    "- `check`: undefined names, wrong order, stale and edited cells",
    "- `explain` or *why does this fail?*: the error of a cell, and what to do",
    "- `outline`: what the notebook holds",
    "",
    "Add a cell or a notebook if you mean another one: `explain cell 4`, `check sales.ipynb`.",
]

UNKNOWN = (
    "I can `check` this notebook, `explain` an error or `outline` what there is; `help` tells more."
)


class NotebookAgent:
    """Answers about the notebook that the question, or its asker, is at."""

    info = NOTEBOOK

    def volunteers(self, text: str) -> bool:
        """Whether unaddressed words are a command of ours or ask why something fails."""
        return volunteers(text)

    async def run(self, task: AgentTask, ctx: AgentContext) -> AsyncIterator[AgentEvent]:
        """Find the notebook, read it, think in a thread, answer line by line."""
        notebooks = await ctx.list_notebooks()
        request = request_of(task.text, notebooks)
        if request.command in {None, "help"}:
            for piece in _pieces(HELP if request.command else [UNKNOWN]):
                yield piece
            yield Done()
            return
        place = await place_of(request, task, ctx, notebooks)
        if place is None:
            for piece in _pieces(_which(request, notebooks)):
                yield piece
            yield Done()
            return
        yield Note(f"reads {place.path}")
        try:
            view = await ctx.read_notebook(place.path)
        except Refusal as refusal:
            yield Failed(refusal.message)
            return
        yield Step(f"read {place.path}")
        files = await ctx.files_beside(place.path) if request.command == "explain" else []
        for piece in _pieces(await asyncio.to_thread(_answer, request, place, view, files)):
            yield piece
        yield Done()


def _answer(request: Request, place: Place, view: NotebookView, files: Sequence[str]) -> list[str]:
    notebook = Analysis(view)
    if request.command == "check":
        return check(notebook)
    if request.command == "outline":
        return outline(notebook)
    if request.number is not None:
        if not 1 <= request.number <= len(view.cells):
            count = f"{len(view.cells)} cell{'' if len(view.cells) == 1 else 's'}"
            return [f"{code(view.path)} has {count}; there is no cell {request.number}."]
        return explain(notebook, request.number - 1, files)
    index, failing = place.find(view), failing_cells(notebook)
    if failing and index not in failing:
        index = failing[0]
    if index is None:
        return [
            f"No cell of {code(view.path)} shows an error.",
            "",
            "**Next:** run the cell in question, or ask me to `check` the notebook.",
        ]
    return explain(notebook, index, files)


def _which(request: Request, notebooks: Sequence[str]) -> list[str]:
    if not notebooks:
        return [
            "I see no notebook here. Open one, or name it: "
            f"{code(f'{request.command} analysis.ipynb')}."
        ]
    return [
        "Which notebook do you mean?",
        "",
        *(f"- {code(f'{request.command} {path}')}" for path in notebooks[:5]),
    ]


def _pieces(lines: Sequence[str]) -> list[Text]:
    """The answer as it streams: a line at a time."""
    last = len(lines) - 1
    return [Text(line if number == last else f"{line}\n") for number, line in enumerate(lines)]
