"""Agents on a real hub with a store in memory: what two people see."""

import pytest

from jupyter_collab_agents.agents.builtin import built_in
from jupyter_collab_agents.agents.registry import Registry
from jupyter_collab_agents.agents.service import AgentService
from jupyter_collab_agents.documents.reader import NotebookContent
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.hub.accounts import Account
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.testing import RunningHub, person

from .scene import NOTEBOOKS, code
from .test_explain import name_error

ANN, BEN = person("ann"), person("ben")
SALES = {"cells": [{"id": "c1", **code("print(rate)", 1, [name_error("rate", 1)])}]}


class Reader:
    """Reads what a test puts on the table."""

    async def notebook(self, path):
        if path != "sales.ipynb":
            raise Refusal(ErrorCode.NOT_FOUND, f"There is no notebook '{path}'.")
        return NotebookContent(path, True, SALES)

    async def files_beside(self, path):
        return [p.name for p in NOTEBOOKS.iterdir()]


@pytest.fixture
async def room():
    settings = Settings(default_agents=("agent:notebook", "agent:echo"))
    async with RunningHub(settings=settings) as running:
        service = AgentService(running.hub, Registry(built_in()), Reader())
        running.service = service
        running.ann = await running.connect(ANN)
        running.ben = await running.connect(BEN)
        running.hub.accounts.note("user:ann", Account(runs=True, documents=True))
        yield running
        await service.stop()


async def finished(client):
    await client.socket.until(lambda s: bool(s.of("run.finished")))
    return client.socket.of("run.finished")[-1]


async def test_both_people_see_the_answer_to_a_mention(room):
    await room.ann.ask("chat.post", body="@notebook explain sales.ipynb")
    for client in (room.ann, room.ben):
        end = await finished(client)
        assert (end["status"], end["error"], end["steps"]) == ("done", None, 1)
        assert client.socket.of("run.queued")[0]["asked_by"] == "user:ann"
        pieces = "".join(d["text"] for d in client.socket.of("chat.delta"))
        assert pieces.startswith("**Cell 1** stopped at line 1 with `NameError")
        posted = client.socket.of("chat.posted")[-1]
        assert posted["actor"] == "agent:notebook"
        assert posted["length"] == len(pieces)
        assert posted["run_id"] == end["run_id"]


async def test_anybody_may_stop_a_run_and_what_was_said_stays(room):
    await room.ann.ask("chat.post", body="@echo hang")
    await room.ben.socket.until(lambda s: bool(s.of("chat.delta")))
    run_id = room.ben.socket.of("run.queued")[0]["run_id"]
    await room.ben.ask("run.cancel", run_id=run_id)
    assert (await finished(room.ann))["status"] == "cancelled"
    await room.service.runner.idle()
    await room.quiet()
    text = "".join(d["text"] for d in room.ann.socket.of("chat.delta"))
    assert text.endswith("(stopped)")
    assert room.ann.socket.of("chat.posted")[-1]["actor"] == "agent:echo"
    assert len(room.ann.socket.of("run.finished")) == 1


async def test_a_failure_is_seen(room):
    await room.ann.ask("chat.post", body="@echo fail on purpose")
    end = await finished(room.ben)
    assert (end["status"], end["error"]) == ("failed", "on purpose")


async def test_who_may_not_read_files_gets_no_answer_from_them(room):
    await room.ben.ask("chat.post", body="@notebook check sales.ipynb")
    assert (await finished(room.ann))["error"] == "Ben may not read files here."


async def test_a_notebook_that_is_not_there_is_told(room):
    await room.ann.ask("chat.post", body="@notebook check gone.ipynb")
    assert (await finished(room.ben))["error"] == "There is no notebook 'gone.ipynb'."


async def test_execute_task_answers_in_the_session_too(room):
    context = {"session_id": room.ann.connection.session.session_id, "user_id": "ann"}
    result = await room.service.runner.execute_task("echo", "say hello", context)
    assert result.success
    assert result.final_result.result == "hello"
    await finished(room.ben)


async def test_words_between_people_start_nothing(room):
    await room.ann.ask("chat.post", body="Lunch at noon?")
    await room.quiet()
    assert room.ben.socket.of("run.queued") == []
