import json
from pathlib import Path

import pytest

import jupyter_collab_agents
from jupyter_collab_agents.agents.agent import Done, Failed, Note, Step, Text
from jupyter_collab_agents.agents.builtin.notebook import HELP, UNKNOWN, NotebookAgent
from jupyter_collab_agents.agents.notebook.view import view_of
from jupyter_collab_agents.protocol.chat import Anchor, Attachment, AttachmentKind
from jupyter_collab_agents.protocol.presence import Location

from .scene import FakeContext, answer, code, message, session, stored, task, thread, view
from .test_explain import name_error

SALES = view(
    code("a = 1", 1),
    code("print(b)", 2, [name_error("b", 2)]),
    code("print(c)", 3, [name_error("c", 3)]),
)
OTHER = view("x = 1", path="other.ipynb")


def at(path, cell_id=None, index=None):
    return {"user:ann": Location(path=path, cell_id=cell_id, cell_index=index)}


async def ask(text, *views, **context):
    more = {k: context.pop(k) for k in ("trigger", "thread_id", "context") if k in context}
    ctx = FakeContext(*(views or (SALES, OTHER)), **context)
    return await answer(NotebookAgent(), task(text, **more), ctx)


async def test_it_explains_the_cell_the_asker_looks_at():
    assert (await ask("explain", locations=at("sales.ipynb", "c2"))).startswith("**Cell 2**")
    assert (await ask("why?", locations=at("sales.ipynb", None, 1))).startswith("**Cell 2**")


async def test_where_the_asker_is_at_a_good_cell_it_explains_the_last_failure():
    assert (await ask("explain", locations=at("sales.ipynb", "c1"))).startswith("**Cell 3**")
    assert (await ask("explain", locations=at("sales.ipynb"))).startswith("**Cell 3**")
    assert (await ask("explain", locations=at("sales.ipynb", "gone"))).startswith("**Cell 3**")


async def test_a_cell_that_is_named_comes_first():
    words = await ask("explain cell 2", locations=at("sales.ipynb", "c3"))
    assert words.startswith("**Cell 2**")
    words = await ask("explain cell 9", locations=at("sales.ipynb"))
    assert words == "`sales.ipynb` has 3 cells; there is no cell 9."


async def test_a_notebook_that_is_named_comes_first():
    words = await ask("check other.ipynb", locations=at("sales.ipynb"))
    assert "`other.ipynb`" in words


async def test_a_thread_on_a_cell_is_about_that_cell():
    anchor = Anchor(path="sales.ipynb", cell_id="c2")
    words = await ask("explain", trigger=message(anchor=anchor), locations=at("other.ipynb"))
    assert words.startswith("**Cell 2**")
    state = session("ann", "agent:notebook", threads={"m0": thread("user:ann", anchor=anchor)})
    words = await ask("explain", thread_id="m0", state=state, locations=at("other.ipynb"))
    assert words.startswith("**Cell 2**")


async def test_an_attached_cell_is_meant():
    attached = Attachment(kind=AttachmentKind.CELL, path="sales.ipynb", cell_id="c2")
    words = await ask("explain", trigger=message(attachments=[attached]))
    assert words.startswith("**Cell 2**")


async def test_a_task_may_carry_the_place():
    words = await ask("explain", context={"path": "sales.ipynb", "cell_id": "c2"})
    assert words.startswith("**Cell 2**")


async def test_else_the_active_file_or_the_only_notebook_is_meant():
    state = session("ann", "agent:notebook", active_file="sales.ipynb")
    assert "`sales.ipynb`" in await ask("check", state=state, locations=at("notes.md"))
    assert "`other.ipynb`" in await ask("check", OTHER)


async def test_where_there_is_a_choice_it_asks():
    words = await ask("check")
    assert words.startswith("Which notebook do you mean?")
    assert "- `check sales.ipynb`" in words
    assert "I see no notebook here." in await ask("check", paths=[])


async def test_without_any_error_it_says_so():
    words = await ask("why does it fail?", OTHER)
    assert words.startswith("No cell of `other.ipynb` shows an error.")


async def test_an_unreadable_notebook_is_told():
    ctx = FakeContext(locations=at("gone.ipynb"))
    events = [event async for event in NotebookAgent().run(task("check"), ctx)]
    assert events == [Note("reads gone.ipynb"), Failed("There is no notebook 'gone.ipynb'.")]


async def test_reading_is_a_step_and_text_comes_line_by_line():
    ctx = FakeContext(SALES)
    events = [event async for event in NotebookAgent().run(task("explain cell 2"), ctx)]
    assert events[:2] == [Note("reads sales.ipynb"), Step("read sales.ipynb")]
    assert events[-1] == Done()
    texts = events[2:-1]
    assert all(isinstance(event, Text) and event.text.count("\n") <= 1 for event in texts)
    assert len(texts) > 5


async def test_help_and_unknown_words():
    assert await ask("help") == "\n".join(HELP)
    assert await ask("") == "\n".join(HELP)
    assert await ask("sing a song") == UNKNOWN


async def test_it_reads_nothing_that_it_is_not_asked_about():
    ctx = FakeContext(SALES, OTHER, locations=at("sales.ipynb"))
    await answer(NotebookAgent(), task("outline"), ctx)
    await answer(NotebookAgent(), task("help"), ctx)
    assert ctx.read == ["sales.ipynb"]


def demo():
    folder = Path(jupyter_collab_agents.__file__).parent / "demo" / "files"
    content = json.loads((folder / "Sales review.ipynb").read_text(encoding="utf-8"))
    return view_of("Sales review.ipynb", True, content)


async def test_the_demo_notebook_is_explained():
    words = await ask("why does this fail?", demo(), locations=at("Sales review.ipynb", None, 1))
    assert words.startswith("**Cell 7** stopped at line 2 with `NameError: name 'tax_rate' is not")
    assert "`tax_rate` gets its value only in cell 8, further down" in words
    assert words.endswith("**Next:** move cell 8 above cell 7, then run both.")


async def test_the_demo_notebook_is_checked():
    words = await ask("check", demo())
    assert "**cell 4**: The result is stale: cell 3 changed `selected` after it ran." in words
    assert "**cell 7**, line 2: `tax_rate` is only defined further down, in cell 8" in words
    assert "found 2 things" in words


@pytest.mark.parametrize("command", ["check", "outline", "explain"])
async def test_real_errors_make_no_trouble(command):
    assert await ask(command, stored("errors.ipynb"))
