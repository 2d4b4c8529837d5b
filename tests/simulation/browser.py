"""A browser's client as a model: outbox, resume, resend, deduplication by seq."""

import asyncio
from collections import deque

import msgspec

from jupyter_collab_agents.domain.permissions import ALL_RIGHTS
from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.hub.admission import Resume
from jupyter_collab_agents.hub.inbox import Inbox
from jupyter_collab_agents.protocol.frames import decode_durable
from jupyter_collab_agents.protocol.participants import Profile
from jupyter_collab_agents.protocol.sessions import SessionState

from .history import History, Sent, Told


class Link:
    """One connection's network: two ordered lines; what is on the way is lost with a cut."""

    def __init__(self) -> None:
        self.down: deque[bytes] = deque()
        self.up: deque[str] = deque()
        self.closing: int | None = None
        self.full = False
        self.room: asyncio.Future | None = None

    def write(self, frame):
        if self.closing is not None:
            return None
        self.down.append(frame)
        if not self.full:
            return None
        self.room = asyncio.get_running_loop().create_future()
        return self.room

    def taken(self):
        return 0

    def close(self, code, reason):
        self.closing = self.closing or int(code)

    def make_room(self):
        self.full = False
        if self.room is not None and not self.room.done():
            self.room.set_result(None)


class Tab:
    """One tab of one participant."""

    def __init__(self, name: str, profile: Profile, session: str, history: History) -> None:
        self.name, self.profile, self.session, self.history = name, profile, session, history
        self.outbox: dict[str, dict] = {}
        self.link: Link | None = None
        self.inbox: Inbox | None = None
        self.connection = None
        self.hub = None
        self.welcomed = False
        self.away_for_good = False
        self.epoch: str | None = None
        self.seq: int | None = None
        self.state: SessionState | None = None
        self.own: list[str] = []
        """Message ids of what this tab posted and was told of."""
        self.others: list[str] = []
        self.presence: dict[str, int] = {}
        self._sent = 0
        self._told: Told | None = None
        history.sessions[name] = session

    # --- what a person does ---------------------------------------------------------------

    def say(self, text: str) -> None:
        self.command("chat.post", text=f"{self.name}:{text}", body=f"{self.name}:{text}")

    def command(self, type_: str, text: str | None = None, **fields) -> None:
        ref = f"{self.name}.{self._sent}"
        self._sent += 1
        command = {"type": type_, "ref": ref, **fields}
        self.history.sent.append(Sent(self.name, self.session, ref, type_, text))
        self.outbox[ref] = command
        if self.link is not None and self.welcomed:
            self._send([command])

    def resend_everything(self) -> None:
        """What an impatient client might do; commands are idempotent by their ref."""
        if self.link is not None and self.welcomed and self.outbox:
            self._send(list(self.outbox.values()))

    def move(self, path: str) -> None:
        if self.link is not None and self.welcomed:
            location = {"path": path}
            self._send([{"type": "presence.update", "ref": "p", "location": location}])

    # --- the network ----------------------------------------------------------------------

    async def come(self, running) -> None:
        """Connect, resuming where it stands."""
        if self.link is not None or self.away_for_good:
            return
        session = await running.hub.admission.admit(self.session, self.profile)
        link = Link()
        resume = None if self.epoch is None else Resume(self.seq, self.epoch, self.state.last_at)
        connection = await running.hub.admission.connect(
            session, link, self.profile, ALL_RIGHTS, resume
        )
        self.link, self.connection, self.hub = link, connection, running.hub
        self.inbox = Inbox(running.hub, connection)
        self.welcomed = False

    def cut(self) -> None:
        """The network is gone at this very point."""
        if self.link is None:
            return
        self.link.closing = self.link.closing or 1006
        self.link.down.clear()
        self.link.make_room()
        self._ended()

    async def carry(self, frames: int) -> None:
        """Take frames off both lines, in order; at the end of a closed line, the close."""
        link = self.link
        if link is None:
            return
        for _ in range(frames):
            if link.up and self.link is link:
                await self.inbox.receive(link.up.popleft())
            if link.down and self.link is link:
                self._frame(msgspec.json.decode(link.down.popleft()))
        if self.link is link and not link.down and link.closing is not None:
            self.away_for_good = link.closing >= 4500
            self._ended()

    @property
    def settled(self) -> bool:
        link = self.link
        if link is None:
            return self.away_for_good
        return not (link.up or link.down or link.closing or self.outbox) and self.welcomed

    def _ended(self) -> None:
        self.hub.admission.disconnect(self.connection)
        self.link = self.inbox = self.connection = self.hub = None
        self.welcomed = False
        self.presence = {}

    def _send(self, commands: list[dict]) -> None:
        self.link.up.append(msgspec.json.encode(commands).decode())

    # --- what the server says -------------------------------------------------------------

    def _frame(self, items: list[dict]) -> None:
        for item in items:
            kind = item["type"]
            if kind == "welcome":
                self._welcome(item)
            elif kind == "ack":
                if item["ref"] in self.outbox:
                    del self.outbox[item["ref"]]
                self.history.acks.append((self.name, item["ref"], item["seq"]))
            elif kind == "rejected":
                self.outbox.pop(item["ref"], None)
                self.history.refused.append((self.name, item["ref"], item["code"]))
            elif kind == "presence.changed":
                self._present(item["presence"])
            elif "seq" in item:
                self._durable(item)

    def _welcome(self, welcome: dict) -> None:
        if not welcome["recovered"]:
            self.state = msgspec.convert(welcome["snapshot"], SessionState)
            self.seq, self.epoch = welcome["head_seq"], welcome["epoch"]
            self._told = Told(self.name, self.session, self.seq)
            self.history.told.append(self._told)
        self.presence = {}
        for one in welcome["presence"]:
            self._present(one)
        self.welcomed = True
        if self.outbox:
            self._send(list(self.outbox.values()))

    def _present(self, presence: dict) -> None:
        if presence["connections"]:
            self.presence[presence["participant_id"]] = presence["connections"]
        else:
            self.presence.pop(presence["participant_id"], None)

    def _durable(self, event: dict) -> None:
        self._told.events.append(event)
        if event["seq"] <= self.seq:
            return
        self.seq = event["seq"]
        self.state = apply(self.state, decode_durable(msgspec.json.encode(event)))
        if event["type"] == "chat.posted":
            mine = event["actor"] == self.profile.participant_id
            (self.own if mine else self.others).append(event["message_id"])
