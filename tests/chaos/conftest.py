"""A server under stress, its clients, and the judgement at the end."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from running_server.http import Answer, Person
from running_server.process import RunningServer, ServerFactory

from .browser import Browser, Network
from .history import History

FAST = {
    "command_rate": 1e6,
    "command_burst": 1_000_000,
    "default_agents": [],
    "broadcast_interval": 0.2,
    "slow_timeout": 2.0,
}
EXPECTED = re.compile(
    r"the group commit failed|the store did not answer|no snapshot of session"
    r"|\] 503 (GET|POST) |ServerApp\] \{$"
)
"""What may stand in the log as an error after a fault that we made."""


class Scene:
    """One server, one session, some browsers."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.network = Network()
        self.history = History()
        self.browsers: list[Browser] = []
        self.people = {name: Person(server, name) for name in ("ann", "ben")}
        self.session_id = ""

    async def open(self) -> None:
        ann, ben = self.people["ann"], self.people["ben"]
        self.session_id = await ann.create("Storm")
        await ann.bring(self.session_id, ben)

    def browser(self, person: str, name: str, **options: Any) -> Browser:
        """Somebody opens a tab."""
        made = Browser(
            self.people[person], self.session_id, name, self.history, self.network, **options
        )
        self.browsers.append(made)
        return made

    async def end(self) -> None:
        """Everybody goes home."""
        for browser in self.browsers:
            await browser.end()

    async def log(self) -> list[dict[str, Any]]:
        """The session's whole log, by REST."""
        events: list[dict[str, Any]] = []
        while True:
            page = await self.people["ann"].get(
                f"sessions/{self.session_id}/events", after=len(events), limit=500
            )
            assert page.status == 200, page
            events += page.json
            if len(page.json) < 500:
                return events

    async def health(self, status: int) -> Answer:
        """Ask until it is ``status``."""
        answers = [await self.people["ann"].get("health")]
        while answers[-1].status != status:
            answers.append(await self.people["ann"].get("health"))
            assert len(answers) < 3000, answers[-1]
        return answers[-1]

    async def judge(self, *, saw_the_end: bool = True) -> list[dict[str, Any]]:
        """I1 to I5 and I9, once everybody is content."""
        for browser in self.browsers:
            await browser.until_all_acknowledged()
        stored = await self.log()
        if saw_the_end:
            for browser in self.browsers:
                await browser.until(lambda b: b.seq == len(stored))
        self.history.check(stored)
        if saw_the_end:
            self.history.check_everybody_saw_the_end(stored)
        return stored


def check_log(server: RunningServer) -> None:
    """I9: nothing in the server's log that nobody expects."""
    for sign in ("Traceback", "never retrieved", "was destroyed", "never awaited"):
        assert sign not in server.log.text, server.log.text
    unexpected = [
        line for line in server.log.lines if line.startswith("[E ") and not EXPECTED.search(line)
    ]
    assert unexpected == []


@pytest.fixture(scope="module")
def server(running_servers: ServerFactory) -> Iterator[RunningServer]:
    """One for a module's tests, each in a session of its own; judged when it has ended."""
    running = running_servers(traits={"CollabAgents": FAST})
    yield running
    running.terminate()
    check_log(running)


@pytest.fixture
async def scene(server: RunningServer) -> AsyncIterator[Scene]:
    made = Scene(server)
    await made.open()
    yield made
    await made.end()
