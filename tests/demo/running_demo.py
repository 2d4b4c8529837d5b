"""``python -m jupyter_collab_agents.demo`` as somebody runs it in a terminal."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LINK = re.compile(r"^  (\w+) +(http://\S+)$")
END_TIMEOUT = 20


class RunningDemo:
    """A started demo, its links by name. Leaving the ``with`` ends everything it started."""

    def __init__(self, folder: Path, port: int) -> None:
        self.links: dict[str, str] = {}
        self.said: list[str] = []
        home = folder.parent
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER_", "JPY_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_collab_agents.demo", str(folder), "--port", str(port)],
            env={**inherited, "HOME": str(home), "PYTHONUNBUFFERED": "1"},
            cwd=home,
            # a group of its own, as in a terminal
            start_new_session=True,
            # also where the tests themselves run in the background, which ignores Ctrl+C
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> "RunningDemo":
        try:
            self._read_links()
        except BaseException:
            self._end(signal.SIGTERM)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end(signal.SIGTERM)

    def interrupt(self) -> int:
        """Ctrl+C. Its exit code."""
        return self._end(signal.SIGINT)

    def _read_links(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            if link := LINK.match(line.rstrip()):
                self.links[link[1]] = link[2]
            if "Stop with Ctrl+C" in line:
                return
        raise AssertionError("".join(self.said))

    def _end(self, how: signal.Signals) -> int:
        # what has ended already needs no signal
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        code = self._process.wait(END_TIMEOUT)
        assert self._process.stdout is not None
        if not self._process.stdout.closed:
            self.said += self._process.stdout.readlines()
            self._process.stdout.close()
        return code


class Browser:
    """Keeps cookies, follows redirects, and knows nothing else."""

    def __init__(self) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )

    def open(self, link: str) -> str:
        """The page at the end of ``link``."""
        with self._opener.open(link, timeout=20) as page:
            assert page.status == 200
            text: str = page.read().decode()
            return text

    def ask(self, link: str, path: str) -> Any:
        """An answer of the server of ``link``; the token of the link is not shown again."""
        where = urlsplit(link)
        return json.loads(self.open(f"{where.scheme}://{where.netloc}/api/collab-agents/{path}"))
