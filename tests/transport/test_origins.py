"""Cookies, origins, and what pages of other sites can do: nothing."""

import pytest
from running_server.http import Person, cookies_of
from running_server.process import RunningServer
from running_server.tabs import join
from tornado.httpclient import HTTPClientError


def origins(server: RunningServer) -> dict[str, str | None]:
    return {
        "same": f"http://127.0.0.1:{server.port}",
        "other port": f"http://127.0.0.1:{server.port + 1}",
        "evil": "https://evil.example",
        "null": "null",
        "none": None,
    }


@pytest.mark.parametrize("origin", ["same", "other port", "evil", "null", "none"])
@pytest.mark.parametrize("login", ["cookie", "token", "nobody"])
async def test_a_socket_opens_for_a_cookie_only_from_our_own_pages(
    server: RunningServer, ann: Person, login: str, origin: str
) -> None:
    session_id = await ann.create()
    headers: dict[str, str] = {}
    if login == "cookie":
        headers["Cookie"] = (await cookies_of(server, "ann"))["Cookie"]
    elif login == "token":
        headers.update(ann.headers)
    if (value := origins(server)[origin]) is not None:
        headers["Origin"] = value
    person = Person(server, headers=headers)
    # who has the token is no victim of another site: the token itself is the secret
    opens = login == "token" or (login == "cookie" and origin in ("same", "none"))
    if opens:
        tab = await join(person, session_id)
        await tab.close()
    else:
        with pytest.raises(HTTPClientError) as refused:
            await join(person, session_id)
        assert refused.value.code == 403


@pytest.mark.parametrize("origin", ["same", "other port", "evil", "null", "none"])
@pytest.mark.parametrize("xsrf", [True, False])
async def test_a_cookie_alone_changes_nothing(
    server: RunningServer, ann: Person, origin: str, xsrf: bool
) -> None:
    cookies = await cookies_of(server, "ann")
    headers = {"Cookie": cookies["Cookie"]}
    if xsrf:
        headers["X-XSRFToken"] = cookies["_xsrf"]
    if (value := origins(server)[origin]) is not None:
        headers["Origin"] = value
    session_id = await ann.create()
    before = (await ann.get(f"sessions/{session_id}/events")).body
    browser = Person(server, headers=headers)
    answer = await browser.post(f"sessions/{session_id}/messages", {"body": "sent by a page"})
    if xsrf and origin in ("same", "none"):
        assert answer.status == 201, answer
    else:
        assert answer.status in (403, 404), answer
        assert answer.problem in ("forbidden", "not_found")
        assert (await ann.get(f"sessions/{session_id}/events")).body == before


async def test_pages_do_not_hold_anybodys_token(server: RunningServer) -> None:
    cookies = await cookies_of(server, "ann")
    browser = Person(server, headers={"Cookie": cookies["Cookie"]})
    for path in ("/login", "/", "/api/me", "/no-such-page"):
        page = await browser.ask("GET", path)
        for token in (*server.tokens.values(), server.shared_token):
            assert token.encode() not in page.body, path
            assert token not in str(dict(page.headers)), path


async def test_answers_are_not_kept_by_caches(ann: Person) -> None:
    session_id = await ann.create()
    for path in ("sessions", "health", "people", "agents"):
        answer = await ann.get(path)
        assert answer.headers.get("Cache-Control") == "no-store", path
    for rest in ("", "/messages", "/events", "/context", "/invites", "/runs", "/export"):
        answer = await ann.get(f"sessions/{session_id}{rest}")
        assert answer.headers.get("Cache-Control") == "no-store", rest
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", rest
