"""A JupyterLab of its own: own state folder, own people, loopback only."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from .workspace import Workspace

HOST = "127.0.0.1"
FIRST_PORT = 8888
TOKENS_FILE = "tokens.json"
CONFIG_FOLDER = "config"
AGENTS = ("agent:notebook", "agent:echo")


class PortTaken(Exception):
    """The port that was asked for cannot be used."""


def choose_port(wanted: int | None) -> int:
    """The wanted port, or 8888 or the next free one. Raises PortTaken."""
    candidates = [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + 100)
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    if wanted:
        raise PortTaken(f"Port {wanted} is in use; set DEMO_PORT to another one.")
    raise PortTaken("No free port from 8888 to 8987; set DEMO_PORT.")


def command(workspace: Workspace, port: int) -> list[str]:
    """The command line of JupyterLab with the demo's people."""
    options = {
        "ServerApp.ip": HOST,
        "ServerApp.port": str(port),
        "ServerApp.port_retries": "0",
        "ServerApp.open_browser": "False",
        "ServerApp.answer_yes": "True",
        "ServerApp.allow_unauthenticated_access": "False",
        "ServerApp.root_dir": str(workspace.files),
        "ServerApp.identity_provider_class": f"{__package__}.people.DemoPeople",
        "DemoPeople.tokens_file": str(workspace.state / TOKENS_FILE),
        # the demo's own session is the only one
        "CollabAgents.default_session": "False",
        # nothing here asks the network for news or updates
        "LabApp.news_url": "None",
        "LabApp.check_for_updates_class": ("jupyterlab.handlers.announcements.NeverCheckForUpdate"),
    }
    if os.geteuid() == 0:
        options["ServerApp.allow_root"] = "True"
    flags = [f"--{name}={value}" for name, value in options.items()]
    flags += [f"--CollabAgents.default_agents={agent}" for agent in AGENTS]
    return [sys.executable, "-m", "jupyterlab", *flags]


def environment(workspace: Workspace) -> dict[str, str]:
    """The demo's own Jupyter folders, and no token from outside."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"JUPYTER_TOKEN", "JUPYTER_TOKEN_FILE"}
    }
    folders = {
        "JUPYTER_CONFIG_DIR": CONFIG_FOLDER,
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }
    return inherited | {name: str(workspace.state / folder) for name, folder in folders.items()}


def start(workspace: Workspace, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start JupyterLab; what it says goes into ``log``."""
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own command line, no shell
            command(workspace, port),
            env=environment(workspace),
            # the collaboration extension keeps its store in the working directory
            cwd=workspace.state,
            stdin=subprocess.DEVNULL,
            # Jupyter Server that reads no terminal breaks off at Ctrl+C, without closing anything:
            # it is out of its reach, and told to stop instead
            process_group=0,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
