"""Nobody gets in without a login: every route, every method, and how the code says so."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from running_server.http import Person, token_header
from running_server.process import RunningServer
from tornado.httpclient import HTTPClientError
from tornado.web import Application, RequestHandler
from tornado.websocket import websocket_connect

from jupyter_collab_agents import transport
from jupyter_collab_agents.transport.base import CollabHandler
from jupyter_collab_agents.transport.routes import NAMESPACE, ROUTES, handlers
from jupyter_collab_agents.transport.websocket import JoinHandler

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
VERBS = {"get", "head", "post", "put", "patch", "delete", "options"}
SOURCES = sorted(Path(inspect.getfile(transport)).parent.glob("*.py"))


def example(pattern: str) -> str:
    """An address that a route's pattern matches."""
    path = re.sub(r"\((?:[^()]|\([^)]*\))*\)", "a1", pattern)
    assert re.fullmatch(pattern, path), (pattern, path)
    return path


ADDRESSES = [example(pattern) for pattern, _ in ROUTES]


@pytest.mark.parametrize("path", ADDRESSES)
async def test_no_method_of_a_route_answers_without_a_token_or_with_a_wrong_one(
    server: RunningServer, path: str
) -> None:
    """ID2."""
    for headers in ({}, token_header("wrong"), {"Cookie": "username-127-0-0-1=forged"}):
        stranger = Person(server, headers=headers)
        for method in METHODS:
            answer = await stranger.ask(method, path)
            if method == "OPTIONS":
                # the browser's question before a foreign request: says nothing but that
                assert answer.status in (200, 204, 403, 405), (method, answer)
                if answer.status < 400:
                    assert answer.body == b""
                else:
                    assert answer.problem in ("forbidden", "invalid")
            else:
                assert answer.status in (401, 403, 405), (method, answer)


@pytest.mark.parametrize("path", ADDRESSES)
async def test_an_account_without_a_grant_gets_nothing_from_any_route(
    dan: Person, path: str
) -> None:
    """ID2."""
    for method in METHODS[:-1]:
        answer = await dan.ask(method, path)
        assert answer.status in (403, 405), (method, answer)
        if method != "HEAD":
            assert answer.problem == ("forbidden" if answer.status == 403 else "invalid")


async def test_a_token_in_an_address_of_the_socket_is_no_way_around(server: RunningServer) -> None:
    """ID2."""
    address = f"{server.api}/sessions/a1/join?token=wrong".replace("http", "ws", 1)
    with pytest.raises(HTTPClientError) as refused:
        await websocket_connect(address)
    assert refused.value.code == 403


def test_the_server_has_no_route_of_ours_that_the_table_does_not_have() -> None:
    app = Application(handlers("/"))
    ours = [
        rule.target
        for outer in app.default_router.rules
        for rule in getattr(outer.target, "rules", [])
        if issubclass(rule.target, (CollabHandler, JoinHandler))
    ]
    assert sorted(t.__name__ for t in ours) == sorted(h.__name__ for _, h in ROUTES)
    defined = {
        value
        for path in SOURCES
        for value in vars(
            __import__(f"jupyter_collab_agents.transport.{path.stem}", fromlist=["x"])
        ).values()
        if inspect.isclass(value) and issubclass(value, RequestHandler)
        if value.__module__.startswith("jupyter_collab_agents.")
    }
    unrouted = {c.__name__ for c in defined} - {h.__name__ for _, h in ROUTES}
    bases = {"CollabHandler", "DocumentHandler", "SessionHandler"}
    assert unrouted == bases, "a handler without a route, or a base"
    assert NAMESPACE == "api/collab-agents"


def test_every_verb_of_a_handler_says_who_may_call_it() -> None:
    """ID2: no undecorated verb, and no helper that is a verb by its name."""
    undecorated = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ClassDef):
                continue
            for method in node.body:
                if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                if method.name not in VERBS:
                    continue
                names = {_name(decorator) for decorator in method.decorator_list}
                if not ({"allowed"} <= names or {"ws_authenticated", "authorized"} <= names):
                    undecorated.append(f"{path.name}:{node.name}.{method.name}")
    assert undecorated == []


def test_authorized_is_never_bare() -> None:
    """ID2: without both arguments it would remember the first resource it was asked for."""
    bare = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node) == "authorized":
                if {k.arg for k in node.keywords} != {"action", "resource"}:
                    bare.append(f"{path.name}:{node.lineno}")
            elif isinstance(node, ast.Call) and _name(node) == "allowed":
                if len(node.args) != 2:
                    bare.append(f"{path.name}:{node.lineno}")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for decorator in node.decorator_list:
                    if not isinstance(decorator, ast.Call) and _name(decorator) in (
                        "authorized",
                        "allowed",
                    ):
                        bare.append(f"{path.name}:{node.lineno}")
    assert bare == []


async def test_each_handler_asks_for_its_own_action_whatever_was_asked_before(
    server: RunningServer, ann: Person
) -> None:
    """ID2: two passes over the routes ask the Authorizer the same questions."""

    async def questions() -> list[str]:
        before = len(server.asked_file.read_text().splitlines())
        for path in ADDRESSES:
            await ann.get(path)
            await ann.post(path)
        return server.asked_file.read_text().splitlines()[before:]

    await ann.get("health")
    first = await questions()
    assert first == await questions()
    assert any('"execute"' in line for line in first)


def _name(node: Any) -> str:
    target = node.func if isinstance(node, ast.Call) else node
    return getattr(target, "id", getattr(target, "attr", ""))
