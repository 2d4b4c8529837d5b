import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from jupyter_collab_agents.domain.export import to_jsonl, to_markdown, to_notebook
from jupyter_collab_agents.protocol.base import Position, Range
from jupyter_collab_agents.protocol.chat import (
    Anchor,
    Attachment,
    AttachmentKind,
    DeleteMessage,
    EditMessage,
)
from jupyter_collab_agents.protocol.frames import decode_durable
from jupyter_collab_agents.protocol.participants import LeaveSession

from .scene import BEN, Scene


@pytest.fixture
def scene():
    scene = Scene(name="Sales *2024*", files=["a_b.ipynb"])
    scene.add(BEN)
    question = scene.say(
        "why?\n\n```python\ntotal\n```",
        anchor=Anchor(path="a_b.ipynb", cell_id="c1"),
        attachments=[
            Attachment(
                kind=AttachmentKind.SELECTION,
                path="x.py",
                selection=Range(anchor=Position(line=4, column=0), head=Position(line=1, column=0)),
            )
        ],
    )
    answer = scene.say("because", BEN, reply_to=question.message_id)
    scene.do(EditMessage(ref="r", message_id=answer.message_id, body="because *x*"), BEN)
    secret = scene.say("secret")
    scene.do(DeleteMessage(ref="r", message_id=secret.message_id))
    scene.do(LeaveSession(ref="r"), BEN)
    return scene


def test_markdown_is_what_was_said(scene):
    assert to_markdown(scene.state, scene.messages.values()) == (
        """\
# Sales \\*2024\\*

Created 1970-01-01 00:16 UTC

Participants: Ann, echo (agent)

Files: a\\_b.ipynb

### Ann · 1970-01-01 00:16 UTC · about a\\_b.ipynb, cell c1

> why?
>
> ```python
> total
> ```
>
> Attached: x.py, line 2 to 5

### Ben · 1970-01-01 00:16 UTC · in a thread · edited

> because *x*

### Ann · 1970-01-01 00:16 UTC

> *Deleted by Ann.*
"""
    )


@given(st.text(st.sampled_from("#> \n\r\u2028`~-=ab\x0b\x85"), min_size=1))
def test_no_text_looks_like_another_message(body):
    scene = Scene(agents=())
    message = scene.say("x")
    lines = to_markdown(scene.state, [replace(message, body=body)]).splitlines()
    heading = next(i for i, line in enumerate(lines) if line.startswith("### Ann"))
    assert all(line.startswith(">") for line in lines[heading + 2 :])


def test_a_notebook_has_a_cell_for_each_message(scene):
    notebook = to_notebook(scene.state, scene.messages.values())
    nbformat.validate(notebook)
    assert len(notebook["cells"]) == 4
    cell = notebook["cells"][2]
    assert cell["source"].endswith("because *x*")
    assert cell["metadata"]["jupyter_collab_agents"]["author"] == "user:ben"
    assert "secret" not in json.dumps(notebook)


@given(st.lists(st.text(max_size=70) | st.sampled_from(["session", "message-1", "m1"])))
def test_cell_ids_are_valid_and_unique_whatever_the_messages_are_called(ids):
    scene = Scene(agents=())
    message = scene.say("x")
    messages = [replace(message, message_id=message_id) for message_id in ids]
    notebook = to_notebook(scene.state, messages)
    nbformat.validate(notebook)
    found = [cell["id"] for cell in notebook["cells"]]
    assert len(set(found)) == len(found) == len(ids) + 1


def test_the_log_comes_out_line_by_line(scene):
    lines = list(to_jsonl(scene.log))
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    assert [decode_durable(line) for line in lines] == scene.log
