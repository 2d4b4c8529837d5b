"""People who share one token: marked, and they own nothing."""

from running_server.http import Person, token_header
from running_server.process import ServerFactory
from running_server.tabs import join


async def test_who_logs_in_with_the_shared_token_is_anonymous_and_owns_nothing(
    running_server: ServerFactory,
) -> None:
    """ID5, SE1, ID6."""
    server = running_server(
        people=None,
        traits={"CollabAgents": {"reauthorise_interval": 0.1, "broadcast_interval": 0.2}},
    )
    page = await Person(server, headers={}).ask("GET", "/login")
    first = [line.partition(";")[0] for line in page.headers.get_list("Set-Cookie")]
    with_token = Person(server, headers=token_header(server.shared_token))
    answer = await with_token.ask("GET", "/api/me")
    login = [line.partition(";")[0] for line in answer.headers.get_list("Set-Cookie")]
    headers = {"Cookie": "; ".join(first + login), **with_token.headers}
    somebody = Person(server, headers=headers)
    session_id = await somebody.create("Ours")
    tab = await join(somebody, session_id)
    me = tab.welcome["you"]
    participant = tab.welcome["snapshot"]["participants"][me]
    assert participant["profile"]["anonymous"] is True
    assert participant["role"] == "editor"
    assert "delete_session" not in tab.welcome["permissions"]
    refused = await tab.ask("participant.set_role", participant_id=me, role="owner")
    assert (refused["type"], refused["code"]) == ("rejected", "forbidden")
    assert me not in [p["participant_id"] for p in (await somebody.get("people")).json]
    for number in range(20):
        assert (await tab.ask("chat.post", body=f"still logged in {number}"))["type"] == "ack"
    await tab.close()
    # somebody else with the same token is somebody else
    other = Person(server, headers=token_header(server.shared_token))
    assert (await other.get(f"sessions/{session_id}")).status == 404
    tab = await join(other, (await other.get("sessions")).json["default_session"])
    await tab.until(lambda t: t.of("session.state"))
    assert not tab.closed
    await tab.close()
    server.terminate()
    assert "Traceback" not in server.log.text, server.log.text
