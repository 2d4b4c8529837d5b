"""The notebook and the cell that a question is about."""

from msgspec import Struct

from ...protocol.chat import Anchor
from ..agent import AgentContext, AgentTask, NotebookView
from .request import Request


class Place(Struct, frozen=True):
    """A notebook, and a cell of it if one is meant: by id, or by 0-based index."""

    path: str
    cell_id: str | None = None
    index: int | None = None

    def find(self, view: NotebookView) -> int | None:
        """The cell's index in the notebook as it is now, null if it is gone or none is meant."""
        for cell in view.cells:
            if self.cell_id and cell.cell_id == self.cell_id:
                return cell.index
        if self.cell_id or self.index is None or self.index >= len(view.cells):
            return None
        return self.index


async def place_of(
    request: Request, task: AgentTask, ctx: AgentContext, notebooks: list[str]
) -> Place | None:
    """What the question is about: what it names, carries or hangs on; else where the asker looks;
    else what the session looks at. Null if that leaves a choice."""
    pointed = _pointed_at(task, ctx) or await _asker_at(task, ctx)
    if request.path is not None:
        same = pointed is not None and pointed.path == request.path
        return pointed if same else Place(request.path)
    if pointed is not None:
        return pointed
    active = ctx.session().active_file
    if active is not None and _is_notebook(active):
        return Place(active)
    return Place(notebooks[0]) if len(notebooks) == 1 else None


def _pointed_at(task: AgentTask, ctx: AgentContext) -> Place | None:
    path, cell_id = task.context.get("path"), task.context.get("cell_id")
    if isinstance(path, str) and _is_notebook(path):
        return Place(path, cell_id if isinstance(cell_id, str) else None)
    for attachment in task.trigger.attachments if task.trigger is not None else ():
        if _is_notebook(attachment.path):
            return Place(attachment.path, attachment.cell_id)
    anchor = _anchor(task, ctx)
    if anchor is not None and _is_notebook(anchor.path):
        return Place(anchor.path, anchor.cell_id)
    return None


def _anchor(task: AgentTask, ctx: AgentContext) -> Anchor | None:
    if task.trigger is not None and task.trigger.anchor is not None:
        return task.trigger.anchor
    thread = ctx.session().threads.get(task.thread_id) if task.thread_id is not None else None
    return None if thread is None else thread.anchor


async def _asker_at(task: AgentTask, ctx: AgentContext) -> Place | None:
    location = await ctx.location_of(task.asked_by.participant_id)
    if location is None or not _is_notebook(location.path):
        return None
    return Place(location.path, location.cell_id, location.cell_index)


def _is_notebook(path: str) -> bool:
    return path.endswith(".ipynb")
