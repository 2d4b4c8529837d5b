"""A plan made from a seed, and its run: people, hubs, a network and a store that fail."""

import asyncio
import itertools
import logging
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import msgspec

from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.membership import Entrance
from jupyter_collab_agents.hub.records import stored_event
from jupyter_collab_agents.hub.settings import Settings
from jupyter_collab_agents.hub.tickets import ask
from jupyter_collab_agents.protocol.participants import Role
from jupyter_collab_agents.storage.store import StoreUnavailable
from jupyter_collab_agents.testing import FakeClock, Fault, FaultyStore, RunningHub, person

from .browser import Tab
from .history import History

EXPECTED_IN_LOGS = ("the group commit failed", "no snapshot of session")
SETTINGS = Settings(
    command_rate=1e6,
    command_burst=1_000_000,
    ephemeral_rate=1e6,
    ephemeral_burst=1_000_000,
    max_batch=8,
    snapshot_every=20,
    slow_timeout=3600,
    unload_after=30,
)

Step = tuple[Any, ...]

DOINGS = {
    "say": 30,
    "carry": 30,
    "yield": 12,
    "edit": 5,
    "delete": 2,
    "react": 5,
    "set": 5,
    "move": 4,
    "cut": 6,
    "come": 10,
    "resend": 3,
    "fault": 2,
    "full": 2,
    "room": 3,
    "time": 3,
}


@dataclass
class Plan:
    """Everything that a run does, in order. The same seed gives the same plan."""

    seed: int
    hubs: int
    tabs: list[tuple[str, str, int]]
    """(name, person, number of the session)"""
    steps: list[Step]


def make_plan(seed: int, *, hubs: int = 1, length: int = 300) -> Plan:
    """A plan for a handful of tabs in two sessions."""
    dice = random.Random(seed)
    tabs = []
    for number in range(dice.randint(2, 5)):
        who = f"p{dice.randrange(number + 1)}"
        tabs.append((f"t{number}", who, dice.randrange(2)))
    steps: list[Step] = [("come", tab, dice.randrange(hubs)) for tab in range(len(tabs))]
    for number in range(dice.randint(length // 2, length)):
        doing = dice.choices(list(DOINGS), list(DOINGS.values()))[0]
        tab = dice.randrange(len(tabs))
        if doing == "carry":
            steps.append((doing, tab, dice.choice((1, 1, 2, 5))))
        elif doing == "say":
            for part in range(dice.choice((1, 1, 1, 4))):
                steps.append((doing, tab, f"{number}.{part}"))
        elif doing in {"edit", "delete", "react"}:
            steps.append((doing, tab, dice.random(), dice.choice("👍🎉")))
        elif doing == "set":
            steps.append((doing, tab, f"k{dice.randrange(3)}", number))
        elif doing == "fault":
            faults = dice.choices((Fault.LOST, Fault.UNKNOWN, None), k=dice.randint(1, 4))
            steps.append((doing, tuple(faults)))
        elif doing == "time":
            steps.append((doing, dice.choice((0.05, 1.0, 5.0, 40.0)), dice.random() < 0.5))
        elif doing == "come":
            steps.append((doing, tab, dice.randrange(hubs)))
        elif doing == "yield":
            steps.append((doing, dice.randint(1, 6)))
        else:
            steps.append((doing, tab))
    return Plan(seed, hubs, tabs, steps)


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.unexpected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if record.exc_info or not said.startswith(EXPECTED_IN_LOGS):
            self.unexpected.append(f"{said} {record.exc_info and record.exc_info[1]!r}")


class World:
    """One run of a plan."""

    def __init__(self, plan: Plan, store: FaultyStore | None = None) -> None:
        self.plan = plan
        self.history = History()
        self.store = store or FaultyStore()
        self.store.shared = plan.hubs > 1
        self.clock = FakeClock()
        self.hubs = [RunningHub(self.store, SETTINGS, self.clock) for _ in range(plan.hubs)]
        self.tabs: list[Tab] = []

    async def run(self) -> History:
        """Do all of it, come to rest, and say what happened."""
        records = _Records()
        logger = logging.getLogger("jupyter_collab_agents")
        logger.addHandler(records)
        before = asyncio.all_tasks()
        try:
            for running in self.hubs:
                await running.hub.start()
            await self._set_up()
            for step in self.plan.steps:
                await self._do(*step)
            await self._come_to_rest()
            await self._record()
            for running in self.hubs:
                await running.hub.stop()
        finally:
            logger.removeHandler(records)
        await _turns(3)
        left = asyncio.all_tasks() - before
        self.history.went_wrong += records.unexpected + [f"{task} is left" for task in left]
        return self.history

    async def _set_up(self) -> None:
        first = self.hubs[0].hub
        people = {who: person(who) for _, who, _ in self.plan.tabs}
        owner = person("owner")
        default = await first.default_session()
        work = await first.create_session(owner, name="Work")
        for profile in people.values():
            for session in (default, work):
                await ask(
                    session,
                    lambda t, p=profile: first.doors.join(p, Role.EDITOR, Entrance.INVITED, t),
                )
        for running in self.hubs:
            await running.hub.sweep()
            await running.quiet()
        sessions = (default.session_id, work.session_id)
        for name, who, number in self.plan.tabs:
            self.tabs.append(Tab(name, people[who], sessions[number], self.history))

    async def _do(self, doing: str, *what: Any) -> None:
        match doing:
            case "yield":
                await _turns(what[0])
            case "fault":
                self.store.faults.extend(what[0])
            case "time":
                self.clock.advance(what[0])
                if what[1]:
                    await self._sweep()
            case "come":
                await self._come(self.tabs[what[0]], self.hubs[what[1]])
            case _:
                await self._tab_does(self.tabs[what[0]], doing, *what[1:])

    async def _tab_does(self, tab: Tab, doing: str, *what: Any) -> None:
        match doing:
            case "say":
                tab.say(what[0])
            case "carry":
                await tab.carry(what[0])
            case "edit" | "delete":
                if tab.own:
                    fields = {"message_id": tab.own[int(what[0] * len(tab.own))]}
                    # an edited text would hide from the checks where the message is
                    if doing == "edit":
                        fields["body"] = f"edit {what[0]}"
                    tab.command(f"chat.{doing}", **fields)
            case "react":
                if tab.others:
                    message_id = tab.others[int(what[0] * len(tab.others))]
                    tab.command(
                        "chat.react", message_id=message_id, emoji=what[1], on=what[0] < 0.7
                    )
            case "set":
                entry = tab.state and tab.state.context.get(what[0])
                version = entry.version if entry else 0
                tab.command("context.set", key=what[0], value=what[1], base_version=version)
            case "move":
                tab.move("a.ipynb")
            case "cut":
                tab.cut()
            case "resend":
                tab.resend_everything()
            case "full" if tab.link is not None:
                tab.link.full = True
            case "room" if tab.link is not None:
                tab.link.make_room()

    async def _come(self, tab: Tab, running: RunningHub) -> None:
        try:
            await tab.come(running)
        except (StoreUnavailable, Refusal) as problem:
            if not isinstance(problem, StoreUnavailable) and self.plan.hubs == 1:
                raise

    async def _sweep(self) -> None:
        for running in self.hubs:
            try:
                await running.hub.sweep()
            except StoreUnavailable:
                continue

    async def _come_to_rest(self) -> None:
        """Nothing fails any more; everybody comes and stays until there is nothing to carry."""
        self.store.faults.clear()
        hubs = itertools.cycle(self.hubs)
        for _ in range(60):
            for tab in self.tabs:
                if tab.link is None and not tab.away_for_good:
                    await self._come(tab, next(hubs))
                if tab.link is not None:
                    tab.link.make_room()
                await tab.carry(50)
            await _turns(5)
            for running in self.hubs:
                await running.quiet()
            self.clock.advance(0.05)
            await self._sweep()
            await _turns(5)
            if all(tab.settled for tab in self.tabs):
                return

    async def _record(self) -> None:
        history = self.history
        connected: dict[str, Counter] = defaultdict(Counter)
        for tab in self.tabs:
            if tab.link is not None:
                connected[tab.session][tab.profile.participant_id] += 1
        for session_id in {tab.session for tab in self.tabs}:
            log = await self.store.events(session_id, 0, 1_000_000)
            history.stored[session_id] = [
                msgspec.json.decode(msgspec.json.encode(stored_event(one))) for one in log
            ]
            history.connected[session_id] = dict(connected[session_id])
            states = [(await running.hub.open(session_id)).state for running in self.hubs]
            history.states_differ += [
                tab.name
                for tab in self.tabs
                if tab.session == session_id and tab.state not in (None, *states)
            ]
            history.states_differ += ["a hub" for state in states if state != states[0]]
        self._unerased()
        if self.plan.hubs == 1:
            history.seen = {t.name: dict(t.presence) for t in self.tabs if t.link is not None}
        for running in self.hubs:
            for session in running.hub.live_sessions.values():
                if session.waiting or len(session.connections) > len(self.tabs):
                    history.piled_up.append(f"{session.session_id} has commands or connections")
                for connection in session.connections:
                    if connection._answers or connection.cursor != session.ring.head:
                        history.piled_up.append(f"{connection.participant_id} has things waiting")

    def _unerased(self) -> None:
        """What was deleted is told without its text from then on; the checks want it back."""
        texts: dict[tuple[str, int], str] = {}
        sent = {(one.tab, one.ref): one for one in self.history.sent}
        for tab, ref, seq in self.history.acks:
            one = sent[tab, ref]
            if one.text is not None and seq is not None:
                texts[one.session, seq] = one.text
        for told in self.history.told:
            for event in told.events:
                if event.get("body"):
                    texts[told.session, event["seq"]] = event["body"]
        everything = [(told.session, told.events) for told in self.history.told]
        for session, events in (*everything, *self.history.stored.items()):
            for event in events:
                if event.get("body") == "":
                    event["body"] = texts.get((session, event["seq"]), "")


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def simulate(seed: int, *, hubs: int = 1, store: FaultyStore | None = None) -> History:
    """The history of one seed."""
    return await World(make_plan(seed, hubs=hubs), store).run()
