"""The transcript in its three forms."""

import json

import msgspec
import nbformat
from running_server.http import Person
from running_server.tabs import join

from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.protocol.frames import decode_durable
from jupyter_collab_agents.protocol.sessions import SessionState


async def test_the_exported_log_replays_to_the_state_that_clients_see(
    ann: Person, ben: Person
) -> None:
    """SE8, JO4."""
    session_id = await ann.create("Replay")
    await ann.bring(session_id, ben)
    first = await ann.say(session_id, "the beginning of it")
    await ben.say(session_id, "an answer to that", reply_to=first["message_id"])
    await ann.ask("PUT", f"sessions/{session_id}/context/k", {"value": [1], "base_version": 0})
    await ann.ask("PATCH", f"sessions/{session_id}", {"name": "Replayed"})
    export = await ann.get(f"sessions/{session_id}/export", format="jsonl")
    assert export.headers["Content-Type"] == "application/x-ndjson"
    state: SessionState | None = None
    for line in export.body.splitlines():
        state = apply(state, decode_durable(line))
    tab = await join(ann, session_id)
    shown = msgspec.convert(tab.welcome["snapshot"], SessionState)
    assert state == shown
    await tab.close()


async def test_the_exported_notebook_is_valid(ann: Person) -> None:
    """SE8."""
    session_id = await ann.create('Notebook <b> & "quotes"')
    for body in ("$x^2$ and `code`", "# a title\n\n```python\nprint(1)\n```", "emoji 👩‍🔬"):
        await ann.say(session_id, body)
    export = await ann.get(f"sessions/{session_id}/export", format="ipynb")
    notebook = nbformat.reads(export.body.decode(), as_version=4)
    nbformat.validate(notebook)
    assert len(notebook.cells) == 4
    assert "print(1)" in notebook.cells[2].source


async def test_the_exported_text_says_who_said_what(ann: Person) -> None:
    """SE8."""
    session_id = await ann.create("Texts")
    await ann.say(session_id, "as I was saying")
    export = await ann.get(f"sessions/{session_id}/export")
    assert export.headers["Content-Type"].startswith("text/markdown")
    text = export.body.decode()
    assert "> as I was saying" in text
    assert "### Ann" in text


async def test_a_name_cannot_break_the_header(ann: Person) -> None:
    session_id = await ann.create('ü"; filename="evil.sh" 日本')
    export = await ann.get(f"sessions/{session_id}/export")
    header = export.headers["Content-Disposition"]
    assert header.isascii()
    assert header.count('"') == 2
    assert header.endswith('.md"')


async def test_another_form_is_invalid(ann: Person) -> None:
    answer = await ann.get(f"sessions/{await ann.create()}/export", format="exe")
    assert (answer.status, answer.problem) == (400, "invalid")


async def test_a_long_log_is_exported_whole(ann: Person) -> None:
    """SE8."""
    session_id = await ann.create()
    tab = await join(ann, session_id)
    for start in range(0, 1200, 100):
        refs = await tab.send(
            *({"type": "chat.post", "body": f"line number {start + n}"} for n in range(100))
        )
        await tab.answer(refs[-1])
    export = await ann.get(f"sessions/{session_id}/export", format="jsonl")
    seqs = [json.loads(line)["seq"] for line in export.body.splitlines()]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) >= 1200
    text = (await ann.get(f"sessions/{session_id}/export")).body.decode()
    assert text.index("line number 0\n") < text.index("line number 1199\n")
    await tab.close()
