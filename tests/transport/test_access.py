"""What Jupyter's Authorizer grants is the most that anybody may do, now and a minute later."""

from collections.abc import Iterator

import pytest
from running_server.http import Person, cookies_of, token_header
from running_server.process import ALL, RunningServer, ServerFactory
from running_server.tabs import join


@pytest.fixture(scope="module")
def watchful(running_servers: ServerFactory) -> Iterator[RunningServer]:
    """Asks again every fifth of a second."""
    server = running_servers(traits={"CollabAgents": {"reauthorise_interval": 0.2}})
    yield server
    assert "Traceback" not in server.log.text, server.log.text


async def test_a_reading_account_reads_and_changes_nothing(
    server: RunningServer, cara: Person
) -> None:
    """ID2."""
    session_id = (await cara.get("sessions")).json["default_session"]
    tab = await join(cara, session_id)
    assert set(tab.welcome["permissions"]) <= {"read", "export"}
    refused = await tab.ask("chat.post", body="I may only read this")
    assert (refused["type"], refused["code"]) == ("rejected", "forbidden")
    for type_, fields in (
        ("chat.react", {"message_id": "m", "emoji": "👍", "on": True}),
        ("session.rename", {"name": "Mine"}),
        ("context.set", {"key": "k", "value": 1, "base_version": 0}),
        ("run.start", {"agent_id": "agent:notebook", "task": "help"}),
        ("invite.create", {"role": "viewer"}),
        ("typing.update", {"typing": True}),
        ("edit.report", {"path": "a.ipynb", "cells": []}),
        ("reveal.request", {"location": {"path": "a", "cell_id": None, "selection": None}}),
    ):
        answer = await tab.ask(type_, **fields)
        assert (answer["type"], answer["code"]) == ("rejected", "forbidden"), (type_, answer)
    assert (await tab.ask("chat.read", read_seq=1))["type"] == "ack"
    for method, path, body in (
        ("POST", "sessions", {"name": "mine"}),
        ("POST", f"sessions/{session_id}/messages", {"body": "I may only read"}),
        ("PATCH", f"sessions/{session_id}", {"name": "mine"}),
        ("DELETE", f"sessions/{session_id}", None),
        ("PUT", f"sessions/{session_id}/context/k", {"value": 1, "base_version": 0}),
        ("POST", f"sessions/{session_id}/invites", {"role": "viewer"}),
    ):
        answer = await cara.ask(method, path, body)
        assert (answer.status, answer.problem) == (403, "forbidden"), (method, path)
    assert (await cara.get(f"sessions/{session_id}/export")).status == 200
    await tab.close()


async def test_a_reading_owner_only_reads(server: RunningServer, ann: Person) -> None:
    """ID2: a role never widens what the account may do."""
    session_id = await ann.create()
    server.set_rights("ann", "read")
    try:
        tab = await join(ann, session_id)
        assert set(tab.welcome["permissions"]) == {"read", "export"}
        assert (await tab.ask("chat.post", body="not now, not me"))["code"] == "forbidden"
        assert (await ann.ask("DELETE", f"sessions/{session_id}")).status == 403
        await tab.close()
    finally:
        server.set_rights("ann", *ALL)


async def test_an_open_socket_of_an_account_that_lost_its_access_is_closed(
    watchful: RunningServer,
) -> None:
    """ID6."""
    ann, ben = Person(watchful, "ann"), Person(watchful, "ben")
    session_id = await ann.create()
    await ann.bring(session_id, ben)
    stays, goes = await join(ann, session_id), await join(ben, session_id)
    watchful.set_rights("ben")
    assert await goes.until_closed() == 4504
    assert (await stays.ask("chat.post", body="I am still here"))["type"] == "ack"
    watchful.set_rights("ben", *ALL)
    await stays.close()


async def test_an_account_that_became_a_reader_is_one_on_its_open_socket(
    watchful: RunningServer,
) -> None:
    """ID6 PA9."""
    ann = Person(watchful, "ann")
    tab = await join(ann, await ann.create())
    watchful.set_rights("ann", "read")
    try:
        await tab.until(lambda t: t.of("permissions.changed"))
        assert tab.of("permissions.changed")[-1]["permissions"] == ["export", "read"]
        assert (await tab.ask("chat.post", body="may I still do this?"))["code"] == "forbidden"
    finally:
        watchful.set_rights("ann", *ALL)
    await tab.until(lambda t: len(t.of("permissions.changed")) == 2)
    assert tab.of("permissions.changed")[-1]["permissions"] == tab.welcome["permissions"]
    await tab.close()


@pytest.mark.parametrize("login", ["token", "cookie"])
async def test_an_open_socket_of_somebody_who_is_logged_out_is_closed(
    watchful: RunningServer, login: str
) -> None:
    """ID6: by token and by cookie."""
    name = f"eve-{login}"
    watchful.tokens[name] = f"token-of-{name}"
    watchful.set_rights(name, *ALL)
    headers = (
        token_header(watchful.tokens[name])
        if login == "token"
        else {"Cookie": (await cookies_of(watchful, name))["Cookie"]}
    )
    eve = Person(watchful, headers=headers)
    tab = await join(eve, (await eve.get("sessions")).json["default_session"])
    watchful.forget(name)
    assert await tab.until_closed() == 4504


async def test_who_may_stay_stays(watchful: RunningServer) -> None:
    """ID6: with a token, and with a cookie; asked three times."""
    cookies = await cookies_of(watchful, "ann")
    ann = Person(watchful, "ann")
    session_id = await ann.create()
    for person in (ann, Person(watchful, headers={"Cookie": cookies["Cookie"]})):
        tab = await join(person, session_id)
        line = f'["/api/collab-agents/sessions/{session_id}/join", "GET", "read", "contents"]'
        seen = watchful.asked_file.read_text().count(line)
        while watchful.asked_file.read_text().count(line) < seen + 3:
            assert (await tab.ask("chat.read", read_seq=0))["type"] in ("ack", "rejected")
        assert not tab.closed
        await tab.close()
