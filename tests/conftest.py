"""Fixtures for tests that need a real server: one process, its own folders, real sockets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from running_server.process import RunningServer

ServerFactory = Callable[..., RunningServer]


@contextmanager
def servers(folders: pytest.TempPathFactory) -> Iterator[ServerFactory]:
    started: list[RunningServer] = []

    def make(*, wait: bool = True, start: bool = True, **options: Any) -> RunningServer:
        server = RunningServer(folders.mktemp("server"), **options)
        started.append(server)
        return server.start(wait=wait) if start else server

    try:
        yield make
    finally:
        for server in started:
            server.kill()


@pytest.fixture(scope="module")
def running_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerFactory]:
    """Starts servers that live as long as the module's tests."""
    with servers(tmp_path_factory) as make:
        yield make


@pytest.fixture
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerFactory]:
    """Starts servers that live as long as one test."""
    with servers(tmp_path_factory) as make:
        yield make
