"""One ``jupyter server`` child process: started on a free port, stopped, killed, started again."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import trustme

TESTS = Path(__file__).parent.parent
START_TIMEOUT = 60.0
STOP_TIMEOUT = 20.0
ALL = ("read", "write", "execute")
PEOPLE = {"ann": ALL, "ben": ALL, "cara": ("read",), "dan": ()}
"""What each account may do. Cara only reads, Dan has no access at all."""

OTHER_EXTENSIONS = (
    "jupyter_lsp",
    "jupyter_server_fileid",
    "jupyter_server_terminals",
    "jupyter_server_ydoc",
    "jupyterlab",
    "notebook_shim",
)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Log:
    """What a process says, line by line, kept and waited for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._ended = False
        self._news = threading.Condition()

    def follow(self, stream: Any) -> None:
        """Read ``stream`` to its end (runs in a thread)."""
        for line in stream:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()
        stream.close()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def restarted(self) -> int:
        """Another process begins to write; the number of the next line."""
        with self._news:
            self._ended = False
            return len(self.lines)

    def wait_for(self, *texts: str, since: int = 0, timeout: float = START_TIMEOUT) -> str:
        """The first line from number ``since`` on with one of ``texts``."""

        def found() -> str | None:
            return next((x for x in self.lines[since:] if any(t in x for t in texts)), None)

        with self._news:
            self._news.wait_for(lambda: found() is not None or self._ended, timeout)
            line = found()
        if line is None:
            raise AssertionError(f"{texts} not in the log:\n{self.text}")
        return line

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.lines)


class RunningServer:
    """See the module. ``folder`` gets everything the server writes.

    ``traits`` is Jupyter configuration as JSON (``{"CollabAgents": {"max_frame": 2048}}``);
    ``extensions`` run beside ours; without ``people`` Jupyter's own shared token logs in. With
    ``tls`` it speaks HTTPS itself, and ``authority`` is what vouches for its certificate.
    """

    def __init__(
        self,
        folder: Path,
        *,
        traits: dict[str, dict[str, Any]] | None = None,
        extensions: tuple[str, ...] = (),
        people: dict[str, tuple[str, ...]] | None = PEOPLE,
        environment: dict[str, str] | None = None,
        root: Path | None = None,
        data: Path | None = None,
        base_url: str = "/",
        tls: bool = False,
    ) -> None:
        self.folder = folder
        self.root = root or folder / "root"
        self.data = data or folder / "data"
        self.base_url = base_url
        self.port = free_port()
        self.log = Log()
        self.asked_file = folder / "asked.jsonl"
        self.shared_token = secrets.token_hex(16)
        self.tokens = {name: secrets.token_hex(16) for name in people or ()}
        self.secrets: set[str] = {self.shared_token, *self.tokens.values()}
        """What must never stand in the log: tokens, and the bodies that the clients sent."""
        self.names: dict[str, str] = {}
        """What people are called, where it is not their username."""
        self._rights = dict(people or {})
        self._closed: dict[str, tuple[str, ...]] = {}
        self._traits = traits or {}
        self._extensions = extensions
        self._has_people = people is not None
        self._environment = environment or {}
        self._process: subprocess.Popen[str] | None = None
        self._follower: threading.Thread | None = None
        for path in (self.root, self.data, folder / "config", folder / "runtime"):
            path.mkdir(parents=True, exist_ok=True)
        self.authority: str | None = None
        if tls:
            self._certify()

    # --- life -----------------------------------------------------------------------------

    def start(self, *, wait: bool = True) -> "RunningServer":
        """Start; returns when collaboration is ready, or has said why it is not."""
        self._write_people()
        config = self.folder / "server.json"
        config.write_text(json.dumps(self._config()))
        since = self.log.restarted()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "running_server.launch", f"--config={config}"],
            env=self._child_environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._follower = threading.Thread(target=self.log.follow, args=(self._process.stdout,))
        self._follower.start()
        if wait:
            self.log.wait_for("collaboration is ready", "collaboration is not ready", since=since)
        return self

    def kill(self) -> None:
        """As a power cut would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def terminate(self) -> None:
        """In order (SIGTERM)."""
        self._end(signal.SIGTERM)

    def restart(self) -> "RunningServer":
        """End in order and start on the same files and port."""
        self.terminate()
        return self.start()

    def wait(self) -> int:
        """Until it ends by itself; its exit code."""
        assert self._process is not None
        assert self._follower is not None
        code = self._process.wait(STOP_TIMEOUT)
        self._follower.join(STOP_TIMEOUT)
        self._process = None
        return code

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.wait()
            raise

    # --- looking at it --------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        scheme = "https" if self.authority else "http"
        return f"{scheme}://127.0.0.1:{self.port}{self.base_url.rstrip('/')}"

    @property
    def api(self) -> str:
        """Where our routes are."""
        return f"{self.url}/api/collab-agents"

    @property
    def pid(self) -> int:
        """Of the running child."""
        assert self._process is not None
        return self._process.pid

    def resident(self) -> int:
        """Bytes of memory in use (RSS)."""
        resident: int = psutil.Process(self.pid).memory_info().rss
        return resident

    def spilled(self) -> list[str]:
        """Secrets that the log tells."""
        return [secret for secret in self.secrets if secret in self.log.text]

    @property
    def database(self) -> Path:
        """The one database file this server made."""
        (path,) = (self.data / "collab_agents").glob("*.sqlite")
        return path

    # --- people ---------------------------------------------------------------------------

    def set_rights(self, name: str, *rights: str) -> None:
        """From now on this account may just that."""
        self._rights[name] = rights
        self._write_people()

    def keep_from(self, name: str, *resources: str) -> None:
        """From now on this account may nothing with these resources of Jupyter's."""
        self._closed[name] = resources
        self._write_people()

    def forget(self, name: str) -> None:
        """From now on nobody has this account."""
        del self._rights[name]
        self._write_people()

    def _write_people(self) -> None:
        people = {
            name: {
                "token": self.tokens[name],
                "name": self.names.get(name, name.capitalize()),
                "rights": list(rights),
                "closed": list(self._closed.get(name, ())),
            }
            for name, rights in self._rights.items()
        }
        fresh = self.folder / "people.json.new"
        fresh.write_text(json.dumps(people))
        fresh.rename(self.folder / "people.json")

    # --- inside ---------------------------------------------------------------------------

    def _config(self) -> dict[str, dict[str, Any]]:
        server = {
            "ip": "127.0.0.1",
            "port": self.port,
            "port_retries": 0,
            "open_browser": False,
            "answer_yes": True,
            "allow_root": True,
            "root_dir": str(self.root),
            "base_url": self.base_url,
            "allow_unauthenticated_access": False,
            "jpserver_extensions": {
                **{name: False for name in OTHER_EXTENSIONS},
                **{name: True for name in self._extensions},
                "jupyter_collab_agents": True,
            },
        }
        if self.authority:
            server["certfile"] = str(self.folder / "certificate.pem")
        config: dict[str, dict[str, Any]] = {"ServerApp": server}
        if self._has_people:
            server["identity_provider_class"] = "running_server.people.TokenPeople"
            server["authorizer_class"] = "running_server.people.ListedRights"
            config["TokenPeople"] = {"people_file": str(self.folder / "people.json")}
            config["ListedRights"] = {"asked_file": str(self.asked_file)}
        else:
            config["IdentityProvider"] = {"token": self.shared_token}
        for section, values in self._traits.items():
            config.setdefault(section, {}).update(values)
        return config

    def _certify(self) -> None:
        authority = trustme.CA()
        self.authority = str(self.folder / "authority.pem")
        authority.cert_pem.write_to_path(self.authority)
        certificate = authority.issue_cert("127.0.0.1")
        certificate.private_key_and_cert_chain_pem.write_to_path(self.folder / "certificate.pem")

    def _child_environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JUPYTER_", "JPY_"))
        }
        return inherited | {
            "HOME": str(self.folder),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.data),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "PYTHONPATH": str(TESTS),
            "PYTHONUNBUFFERED": "1",
            **self._environment,
        }


ServerFactory = Callable[..., RunningServer]


@contextmanager
def servers(new_folder: Callable[[], Path]) -> Iterator[ServerFactory]:
    """Starts servers (with the options of ``RunningServer``); at the end none is left.

    Whatever a server was for, its log tells no token and no message.
    """
    made: list[RunningServer] = []

    def start(*, wait: bool = True, **options: Any) -> RunningServer:
        server = RunningServer(new_folder(), **options)
        made.append(server)
        return server.start(wait=wait)

    try:
        yield start
    finally:
        for server in made:
            server.kill()
    assert [secret for server in made for secret in server.spilled()] == [], "told in a log"
