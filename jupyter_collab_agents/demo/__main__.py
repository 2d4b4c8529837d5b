"""Start JupyterLab with two demo people, and print a link for each of them."""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from .first_look import write_first_look
from .people import PEOPLE, load_tokens
from .server import CONFIG_FOLDER, HOST, TOKENS_FILE, PortTaken, choose_port, start
from .welcome import Api, RequestFailed, make_session, say_hello
from .workspace import NOTEBOOK, Workspace, prepare

START_TIMEOUT = 90.0
OPEN_TIMEOUT = 10.0


def arguments() -> argparse.Namespace:
    """What the command line and ``DEMO_PORT`` say."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyter_collab_agents.demo", description=__doc__
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("demo-workspace"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("DEMO_PORT") or 0) or None)
    parser.add_argument(
        "--prepare-only", action="store_true", help="make the files and tokens, start nothing"
    )
    return parser.parse_args()


def wait_until_ready(server: "subprocess.Popen[bytes]", api: Api) -> str | None:
    """Wait for the extension. Returns what is wrong with it, if anything; raises RequestFailed."""
    deadline = time.monotonic() + START_TIMEOUT
    problem: str | None = None
    while server.poll() is None and time.monotonic() < deadline:
        try:
            health = api.ask("GET", "health", also=(503,))
        except OSError:
            time.sleep(0.1)
            continue
        except RequestFailed as failure:
            raise RequestFailed(f"The session extension did not load ({failure}).") from None
        if health["ready"]:
            return None
        if problem is None:
            # it opens its database while JupyterLab serves already
            deadline = min(deadline, time.monotonic() + OPEN_TIMEOUT)
        problem = str(health["problem"])
        time.sleep(0.1)
    if problem is None:
        raise RequestFailed("JupyterLab did not start.")
    return problem


def print_links(workspace: Workspace, port: int, tokens: dict[str, str]) -> None:
    """Tell where to go, as whom, and how it ends."""
    print("\nJupyterLab is ready, with a session of two people. Open one link each:\n")
    for person in PEOPLE:
        token = tokens[person.username]
        # a workspace each: nobody's window layout replaces the other's
        path = f"lab/workspaces/{person.username}/tree/{quote(NOTEBOOK)}?token={token}"
        print(f"  {person.display_name}   http://{HOST}:{port}/{path}")
    print(
        "\nA browser is logged in as one person at a time: use two browsers, or a private window"
        f"\nfor one of the two. Files: {workspace.files}. Stop with Ctrl+C; all is kept.\n",
        flush=True,
    )


def run(workspace: Workspace, port: int) -> int:
    """Run the server until somebody stops it. Returns the exit code."""
    tokens = load_tokens(workspace.state / TOKENS_FILE)
    log = workspace.state / "server.log"
    print(f"Starting JupyterLab on port {port} ...", flush=True)
    server = start(workspace, port, log)
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: server.terminate())
    apis = [Api(HOST, port, tokens[person.username]) for person in PEOPLE]
    try:
        problem = wait_until_ready(server, apis[0])
        if problem:
            print(f"The session extension is not ready: {problem}", file=sys.stderr)
        else:
            say_hello(apis[0], make_session(*apis))
    except (RequestFailed, OSError) as error:
        server.terminate()
        server.wait()
        print(f"{error}\nThe end of {log}:\n", file=sys.stderr)
        print("\n".join(log.read_text(errors="replace").splitlines()[-20:]), file=sys.stderr)
        return 1
    print_links(workspace, port, tokens)
    ended = server.wait()
    if ended:
        print(f"JupyterLab has ended by itself ({ended}): see {log}", file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Prepare the folder, then run."""
    given = arguments()
    workspace = prepare(given.folder.resolve())
    load_tokens(workspace.state / TOKENS_FILE)
    write_first_look(workspace.state / CONFIG_FOLDER)
    if given.prepare_only:
        print(f"Prepared {workspace.files}")
        return 0
    try:
        port = choose_port(given.port)
    except PortTaken as taken:
        print(taken, file=sys.stderr)
        return 1
    return run(workspace, port)


if __name__ == "__main__":
    sys.exit(main())
