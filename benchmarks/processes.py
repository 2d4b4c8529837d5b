"""The servers under test: processes of their own, on one core; the load has the other one."""

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psutil

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 60.0
STOPPED_WITHIN = 15.0
PROBLEM_LINES = 15


class NotReady(Exception):
    """A server did not come up; the message has the end of its log."""


@cache
def cores() -> tuple[int | None, int | None]:
    """One core for the server and one for the load; null where there is only one, or no choice.

    Decided at the first call, before anything is pinned.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    available = sorted(os.sched_getaffinity(0))
    return (available[0], available[1]) if len(available) > 1 else (None, None)


def pin(pid: int, core: int | None) -> None:
    """Keep a process (0: this one) on a core. Threads it starts later stay there too."""
    if core is not None:
        os.sched_setaffinity(pid, {core})


class Server:
    """A running server. ``token`` is a person's."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, secret: str) -> None:
        self.process = process
        self.port = port
        self._secret = secret
        self._stats = psutil.Process(process.pid)

    def token(self, username: str) -> str:
        return f"{self._secret}.{username}"

    def processor_seconds(self) -> float:
        """Processor time so far, all threads."""
        times = self._stats.cpu_times()
        return float(times.user + times.system)

    def ask(self, method: str, path: str, username: str = "p0", body: Any = None) -> Any:
        """One REST request; the JSON of a 2xx answer, else ``NotReady``. May raise ``OSError``."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        try:
            headers = {"Authorization": f"token {self.token(username)}"}
            content = None if body is None else json.dumps(body)
            connection.request(method, f"/api/{path}", content, headers)
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise NotReady(f"{method} {path}: {answer.status} {raw[:300]!r}")
        return json.loads(raw) if raw else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def jupyter(folder: Path, core: int | None, *, extension: bool = True) -> Iterator[Server]:
    """A Jupyter server, with what is installed beside it, as an administrator would start it.

    ``folder`` keeps its files and its store. ``extension``: with ours, and the probe.
    Ready (``extension``: with an open store) when this returns; ``NotReady`` if it never is.
    """
    port, secret = free_port(), secrets.token_hex(16)
    for name in ("config", "data", "runtime", "files"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    names = {"jupyter_collab_agents": extension, "benchmarks.probe": extension}
    options = {
        "ServerApp.ip": HOST,
        "ServerApp.port": str(port),
        "ServerApp.port_retries": "0",
        "ServerApp.open_browser": "False",
        "ServerApp.allow_unauthenticated_access": "False",
        "ServerApp.root_dir": str(folder / "files"),
        "ServerApp.jpserver_extensions": repr(names),
        "ServerApp.identity_provider_class": "benchmarks.people.BenchmarkPeople",
        "BenchmarkPeople.secret": secret,
        "CollabAgents.default_session": "False",
        "CollabAgents.max_concurrent_sessions": "1000",
        # one person sends here what a hundred would
        "CollabAgents.command_rate": "1e9",
        "CollabAgents.command_burst": "1000000000",
        "CollabAgents.max_connections_per_participant": "1000",
        "CollabAgents.max_session_participants": "30",
    }
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options["ServerApp.allow_root"] = "True"
    flags = [f"--{name}={value}" for name, value in options.items()]
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONPATH": str(ROOT),
    }
    path = "collab-agents/health" if extension else "status"
    command = [sys.executable, "-m", "jupyter_server", *flags]
    with _running(command, environment, folder, core, port, secret) as server:
        _wait(server, path, folder / "server.log")
        yield server


@contextmanager
def bare(folder: Path, core: int | None) -> Iterator[Server]:
    """The bare fan-out."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.bare_fanout", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with _running(command, environment, folder, core, port, "") as server:
        _wait(server, None, folder / "server.log")
        yield server


@contextmanager
def _running(
    command: list[str],
    environment: dict[str, str],
    folder: Path,
    core: int | None,
    port: int,
    secret: str,
) -> Iterator[Server]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        pin(process.pid, core)
        yield Server(process, port, secret)
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End it in order, or in any way."""
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(server: Server, path: str | None, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if path is None:
                socket.create_connection((HOST, server.port), timeout=1).close()
            else:
                server.ask("GET", path)
        except (OSError, NotReady):
            time.sleep(0.005)
        else:
            return
    lines = log.read_text(errors="replace").splitlines()[-PROBLEM_LINES:]
    raise NotReady("A server did not start:\n" + "\n".join(lines))
