"""Agents over REST: who there is, execute_task, runs."""

import pytest
from running_server.http import Person
from running_server.tabs import join


async def test_registered_agents_are_listed(ann: Person) -> None:
    agents = (await ann.get("agents")).json
    assert "agent:notebook" in [a["agent_id"] for a in agents]


async def test_a_task_is_run_and_told_on_the_socket(ann: Person) -> None:
    """AG4."""
    session_id = await ann.create()
    tab = await join(ann, session_id)
    started = await ann.post(
        "agents/agent:notebook/tasks", {"session_id": session_id, "task": "help"}
    )
    assert started.status == 202, started
    run_id = started.json["run_id"]
    await tab.until(lambda t: t.of("run.finished"))
    (finished,) = tab.of("run.finished")
    assert (finished["run_id"], finished["status"]) == (run_id, "done")
    runs = (await ann.get(f"sessions/{session_id}/runs")).json
    assert [(r["run_id"], r["asked_by"]) for r in runs] == [(run_id, "user:ann")]
    over = await ann.post(f"sessions/{session_id}/runs/{run_id}/cancel")
    assert over.status in (204, 409), over
    await tab.close()


@pytest.mark.parametrize(
    ("agent", "body", "status", "problem"),
    [
        ("agent:nobody", {"task": "help"}, 404, "not_found"),
        ("user:ann", {"task": "help"}, 404, "not_found"),
        ("agent:notebook", {"task": ""}, 400, "invalid"),
        ("agent:notebook", {"task": "x" * 17_000}, 400, "invalid"),
        ("agent:notebook", {}, 400, "invalid"),
        ("agent:notebook", {"task": "help", "asked_by": "user:ben"}, 400, "invalid"),
    ],
)
async def test_a_task_for_nobody_or_without_words_is_refused(
    ann: Person, agent: str, body: dict[str, object], status: int, problem: str
) -> None:
    session_id = await ann.create()
    answer = await ann.post(f"agents/{agent}/tasks", {"session_id": session_id, **body})
    assert (answer.status, answer.problem) == (status, problem), answer


async def test_cancelling_no_run_is_not_found(ann: Person) -> None:
    answer = await ann.post(f"sessions/{await ann.create()}/runs/r1/cancel")
    assert (answer.status, answer.problem) == (404, "not_found")


async def test_a_reading_account_starts_no_agent(ann: Person, cara: Person) -> None:
    """ID2."""
    session_id = await ann.create()
    await ann.post(f"sessions/{session_id}/invites", {"role": "editor"})
    answer = await cara.post(
        "agents/agent:notebook/tasks", {"session_id": session_id, "task": "help"}
    )
    assert (answer.status, answer.problem) == (403, "forbidden")
