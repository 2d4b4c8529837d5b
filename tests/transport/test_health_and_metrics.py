"""What operators look at."""

from running_server.http import Person
from running_server.process import RunningServer
from running_server.tabs import join


async def test_health_says_what_runs_here(ann: Person, cara: Person) -> None:
    for person in (ann, cara):
        health = await person.get("health")
        assert health.status == 200
        told = health.json
        assert (told["live"], told["ready"], told["database"]) == (True, True, "ok")
        assert told["problem"] is None
        assert told["protocol"] == 1
        assert told["schema"]
        assert told["version"]


async def test_metrics_count_what_happens_and_need_a_login(
    server: RunningServer, ann: Person
) -> None:
    assert (await Person(server, headers={}).ask("GET", "/metrics")).status in (302, 403)

    async def value(name: str) -> float:
        text = (await ann.ask("GET", "/metrics")).body.decode()
        lines = [x for x in text.splitlines() if x.startswith(name + " ")]
        assert lines, f"no {name} in\n" + "\n".join(x for x in text.splitlines() if "collab" in x)
        return float(lines[0].split()[-1])

    session_id = await ann.create()
    connections = await value("collab_agents_connections")
    delivered = await value("collab_agents_delivery_seconds_count")
    flushed = await value("collab_agents_flush_seconds_count")
    tab = await join(ann, session_id)
    assert await value("collab_agents_connections") == connections + 1
    assert (await tab.ask("chat.post", body="one more to count"))["type"] == "ack"
    assert await value("collab_agents_delivery_seconds_count") > delivered
    assert await value("collab_agents_flush_seconds_count") > flushed
    assert await value("collab_agents_live_sessions") >= 1
    assert await value("collab_agents_queue_depth") == 0
    assert await value('collab_agents_events_total{type="chat.posted"}') >= 1
    await tab.close()
    while await value("collab_agents_connections") > connections:
        pass


async def test_metrics_tell_no_names_and_no_texts(server: RunningServer, ann: Person) -> None:
    session_id = await ann.create("A very telling name")
    await ann.say(session_id, "a very telling text")
    text = (await ann.ask("GET", "/metrics")).body.decode()
    for secret in (session_id, "telling", "user:ann", *server.tokens.values()):
        assert secret not in text
