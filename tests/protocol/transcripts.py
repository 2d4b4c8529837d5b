"""Golden transcripts: what a session's log looks like on the wire, and what it adds up to.

``python tests/protocol/transcripts.py`` writes ``tests/transcripts/NAME.jsonl``: a line
``{"events": [...]}`` per command, and at the end ``{"state": ..., "messages": [...]}``. The
server's ``apply`` and ``project`` made them; the browser's ``reduce`` must come to the same.
"""

import itertools
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from jupyter_collab_agents.domain import invites, membership, runs, sessions
from jupyter_collab_agents.domain.chat import finish_stream
from jupyter_collab_agents.domain.decisions import (
    Caller,
    Decision,
    Setting,
    decide,
    needed_messages,
)
from jupyter_collab_agents.domain.documents import Document, notice, numbered
from jupyter_collab_agents.domain.locks import Asked, LockSetting
from jupyter_collab_agents.domain.locks import decide as decide_lock
from jupyter_collab_agents.domain.membership import Entrance
from jupyter_collab_agents.domain.messages import project
from jupyter_collab_agents.domain.permissions import ALL_RIGHTS
from jupyter_collab_agents.domain.proposals import Part
from jupyter_collab_agents.domain.reviews import Review, Reviewer, decided, summary_of, withdrawn
from jupyter_collab_agents.domain.state import apply
from jupyter_collab_agents.protocol.base import Durable, Position, Range
from jupyter_collab_agents.protocol.chat import (
    Anchor,
    Attachment,
    AttachmentKind,
    DeleteMessage,
    EditMessage,
    Message,
    MessageEdited,
    MessagePosted,
    PostMessage,
    ReactToMessage,
)
from jupyter_collab_agents.protocol.conflicts import (
    ConflictDetected,
    ConflictKind,
    ConflictResolved,
    ConflictSummary,
    Keep,
)
from jupyter_collab_agents.protocol.context import DeleteContext, SetContext
from jupyter_collab_agents.protocol.edits import EditApplied
from jupyter_collab_agents.protocol.invites import CreateInvite, RevokeInvite
from jupyter_collab_agents.protocol.locks import AcquireLock, HandOverLock, Lock, ReleaseLock
from jupyter_collab_agents.protocol.participants import (
    AddParticipant,
    Kind,
    LeaveSession,
    MuteParticipant,
    Profile,
    RemoveParticipant,
    Role,
    SetRole,
    UnbanParticipant,
)
from jupyter_collab_agents.protocol.presence import CellChange, CellChangeKind
from jupyter_collab_agents.protocol.proposals import (
    EditAccepted,
    EditProposed,
    EditRejected,
    EditWithdrawn,
    HunkKind,
    HunkStatus,
)
from jupyter_collab_agents.protocol.provenance import EditReverted
from jupyter_collab_agents.protocol.runs import CancelRun, RunStatus, StartRun
from jupyter_collab_agents.protocol.sessions import (
    ArchiveSession,
    HistoryAccess,
    MuteSession,
    RenameSession,
    ReopenSession,
    SessionState,
    SetActiveFile,
    SetFiles,
    SetHistoryAccess,
)

FOLDER = Path(__file__).parent.parent / "transcripts"
SETTING = Setting(max_message=65536, max_participants=20)


def _profile(participant_id: str, name: str, *, anonymous: bool = False) -> Profile:
    return Profile(
        participant_id=participant_id,
        kind=Kind.AGENT if participant_id.startswith("agent:") else Kind.USER,
        name=name,
        initials=name[0],
        color="var(--jp-collaborator-color1)",
        avatar_url=None,
        anonymous=anonymous,
        capabilities=["explain"] if participant_id.startswith("agent:") else [],
    )


ANN = _profile("user:ann", "Ann Müller")
BEN = _profile("user:ben", "Ben")
CLEO = _profile("user:cleo", "Cleo 🦉")
NOTEBOOK = _profile("agent:notebook", "notebook")
ECHO = _profile("agent:echo", "echo")
AGENTS = {agent.participant_id: agent for agent in (NOTEBOOK, ECHO)}


class Table:
    """A session whose events are written down as they come."""

    def __init__(self, *, default: bool = False, private: bool = False) -> None:
        self.state: SessionState | None = None
        self.messages: dict[str, Message] = {}
        self.steps: list[list[Durable]] = []
        self._now = 1_700_000_000_000
        self._refs = itertools.count(1)
        self._ids = itertools.count(1)
        self._happen(
            sessions.create(
                session_id="s1",
                name="Everyone" if default else "Churn model",
                creator=None if default else ANN,
                private=private,
                default=default,
                history=HistoryAccess.ALL,
                files=[] if default else ["churn.ipynb"],
                agents=[NOTEBOOK],
                now=self._now,
            )
        )

    def does(self, who: Profile, make: Callable[..., object], **fields: object) -> list[Durable]:
        """A command of the wire."""
        command = make(ref=f"r{next(self._refs)}", **fields)
        needed = {m: self.messages[m] for m in needed_messages(command) if m in self.messages}
        return self._happen(
            decide(
                self.state,
                command,
                Caller(profile=who, rights=ALL_RIGHTS),
                now=self.now(),
                mint=self.mint,
                messages=needed,
                setting=SETTING,
                agents=AGENTS,
            )
        )

    def says(self, who: Profile, body: str, **fields: object) -> str:
        """A post; its message id."""
        (posted,) = self.does(who, PostMessage, body=body, **fields)
        return posted.message_id

    def joins(self, who: Profile, role: Role = Role.EDITOR) -> list[Durable]:
        """Somebody comes in where the door is open."""
        return self._happen(
            membership.join(
                self.state,
                who,
                role=role,
                now=self.now(),
                setting=SETTING,
                entrance=Entrance.INVITED,
            )
        )

    def decides(self, rule: Callable[..., Decision], *args: object, **fields: object):
        """A decision of the server's own."""
        return self._happen(rule(self.state, *args, **fields))

    def now(self) -> int:
        self._now += 1500
        return self._now

    def mint(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids)}"

    def _happen(self, decision: Decision) -> list[Durable]:
        assert decision.events, "a step of a transcript brings something"
        events = []
        for event in decision.events:
            last = 0 if self.state is None else self.state.last_seq
            numbered = replace(event, seq=last + 1)
            self.state = apply(self.state, numbered)
            message_id = getattr(numbered, "message_id", None)
            message = project(numbered, self.messages.get(message_id))
            if message is not None:
                self.messages[message_id] = message
            events.append(numbered)
        self.steps.append(events)
        return events

    def lines(self) -> Iterable[bytes]:
        for events in self.steps:
            yield msgspec.json.encode({"events": events})
        messages = sorted(self.messages.values(), key=lambda message: message.seq)
        yield msgspec.json.encode({"state": self.state, "messages": messages})


def chat() -> Table:
    """Posting, editing, deleting, reacting; texts of all kinds."""
    table = Table()
    table.joins(BEN)
    first = table.says(ANN, "Hello **Ben**,\nlook: `a < b && c`")
    second = table.says(BEN, "Grüße 🦉👩‍💻 — e\u0301 and é", reply_to=None)
    table.says(BEN, "@Ann what do you think? (mail ben@ann.example, `@Ann`)")
    table.does(ANN, ReactToMessage, message_id=second, emoji="👍", on=True)
    table.does(BEN, ReactToMessage, message_id=second, emoji="👍", on=True)
    table.does(BEN, ReactToMessage, message_id=second, emoji="🎉", on=True)
    table.does(ANN, ReactToMessage, message_id=second, emoji="👍", on=False)
    table.does(BEN, ReactToMessage, message_id=second, emoji="🎉", on=False)
    table.does(BEN, EditMessage, message_id=second, body="Greetings, @Ann")
    table.does(BEN, EditMessage, message_id=second, body="Greetings")
    table.does(BEN, ReactToMessage, message_id=first, emoji="👀", on=True)
    table.does(ANN, DeleteMessage, message_id=first)
    table.does(ANN, DeleteMessage, message_id=second)
    table.says(
        ANN,
        "see",
        attachments=[
            Attachment(kind=AttachmentKind.FILE, path="data/churn.csv"),
            Attachment(kind=AttachmentKind.CELL, path="churn.ipynb", cell_id="c4"),
            Attachment(
                kind=AttachmentKind.SELECTION,
                path="churn.ipynb",
                cell_id="c4",
                selection=Range(anchor=Position(line=3, column=0), head=Position(line=1, column=7)),
            ),
        ],
    )
    return table


def erased() -> Table:
    """A log as it is read after its texts were erased: the order stays, the texts are empty."""
    table = Table()
    message = table.says(ANN, "a secret")
    table.does(ANN, EditMessage, message_id=message, body="another secret")
    table.does(ANN, DeleteMessage, message_id=message)
    table.says(ANN, "what stays")
    for step in table.steps:
        for place, event in enumerate(step):
            if isinstance(event, MessagePosted | MessageEdited) and event.message_id == message:
                step[place] = replace(event, body="")
    return table


def threads() -> Table:
    """Replies, replies to replies, threads beside a file and a cell."""
    table = Table()
    table.joins(BEN)
    table.joins(CLEO, Role.COMMENTER)
    plain = table.says(ANN, "Which model?")
    reply = table.says(BEN, "A forest", reply_to=plain)
    table.says(CLEO, "With how many trees?", reply_to=reply)
    table.says(BEN, "500", reply_to=plain)
    cell = table.says(ANN, "This leaks", anchor=Anchor(path="churn.ipynb", cell_id="c7"))
    table.says(BEN, "True", reply_to=cell)
    table.says(CLEO, "The whole file is odd", anchor=Anchor(path="prep.py", cell_id=None))
    table.does(ANN, DeleteMessage, message_id=cell)
    table.does(BEN, LeaveSession)
    return table


def members() -> Table:
    """Coming, going, roles, mutes, bans, a name that changed."""
    table = Table()
    for who in (BEN, CLEO):
        table.joins(who)
    table.does(ANN, SetRole, participant_id="user:ben", role=Role.OWNER)
    table.does(BEN, SetRole, participant_id="user:ann", role=Role.VIEWER)
    table.does(BEN, MuteParticipant, participant_id="user:cleo", muted=True)
    table.does(CLEO, LeaveSession)
    table.joins(CLEO)
    table.does(BEN, MuteParticipant, participant_id="user:cleo", muted=False)
    table.does(BEN, RemoveParticipant, participant_id="user:cleo", ban=False)
    table.joins(CLEO, Role.COMMENTER)
    table.does(BEN, RemoveParticipant, participant_id="user:cleo", ban=True)
    table.does(BEN, UnbanParticipant, participant_id="user:cleo")
    table.does(BEN, AddParticipant, participant_id="agent:echo")
    table.does(BEN, MuteParticipant, participant_id="agent:echo", muted=True)
    table.joins(replace(BEN, name="Benjamin", initials="Bj"))
    return table


def context() -> Table:
    """Keys set, changed, deleted, set anew."""
    table = Table()
    table.does(ANN, SetContext, key="goal", value="AUC > 0.9", base_version=0)
    table.does(
        ANN,
        SetContext,
        key="data/sets.v1",
        value={"b": [1, 2.5, None, True], "a": {"ü": "🦉"}, "n": -1e-7},
        base_version=0,
    )
    table.does(ANN, SetContext, key="goal", value=None, base_version=1)
    table.does(ANN, DeleteContext, key="goal", base_version=2)
    table.does(ANN, SetContext, key="goal", value=[], base_version=0)
    return table


def invitations() -> Table:
    """To a person and as links: used, used up, declined, replaced, revoked with their maker."""
    table = Table()
    link, named = CreateInvite, CreateInvite
    (twice,) = table.does(ANN, link, role=Role.EDITOR, uses=2)
    (ever,) = table.does(ANN, link, role=Role.VIEWER, expires_in=None)
    (ben,) = table.does(ANN, named, role=Role.EDITOR, participant_id="user:ben")

    def accept(who: Profile, invite_id: str) -> None:
        by_link = invite_id in {twice.invite_id, ever.invite_id}
        fields = {"now": table.now(), "setting": SETTING, "by_link": by_link}
        table.decides(invites.accept, who, invite_id, **fields)

    accept(BEN, ben.invite_id)
    accept(CLEO, twice.invite_id)
    dan, eve = _profile("user:dan", "Dan"), _profile("user:eve", "Eve")
    accept(dan, twice.invite_id)
    accept(eve, ever.invite_id)
    table.does(ANN, named, role=Role.VIEWER, participant_id="user:finn")
    *_, again = table.does(ANN, named, role=Role.EDITOR, participant_id="user:finn")
    finn = _profile("user:finn", "Finn")
    table.decides(invites.decline, finn, again.invite_id, now=table.now())
    table.does(BEN, link, role=Role.EDITOR)
    table.does(ANN, SetRole, participant_id="user:ben", role=Role.COMMENTER)
    table.does(ANN, RevokeInvite, invite_id=ever.invite_id)
    return table


def agent_runs() -> Table:
    """Asked by a message and by a command; done, failed, cancelled; with a streamed answer."""
    table = Table()
    table.joins(BEN)
    trigger = table.says(BEN, "@notebook why does it fail?")

    def ask(trigger: str | None) -> str:
        (queued,) = table.decides(
            runs.queue_run,
            agent_id="agent:notebook",
            asked_by="user:ben",
            trigger=trigger,
            now=table.now(),
            mint=table.mint,
        )
        return queued.run_id

    run = ask(trigger)
    table.decides(runs.start_run, run, table.now())
    table.decides(
        finish_stream,
        NOTEBOOK,
        message_id="m-streamed",
        body="`df` is not defined 🦉: run cell 2 first.\n",
        thread_id=trigger,
        run_id=run,
        now=table.now(),
    )
    table.decides(runs.finish_run, run, RunStatus.DONE, None, 3, table.now())
    failing = ask(None)
    table.decides(runs.start_run, failing, table.now())
    table.decides(runs.finish_run, failing, RunStatus.FAILED, "No such notebook.", 0, table.now())
    (asked,) = table.does(
        ANN, StartRun, agent_id="agent:notebook", task="Look", context={"path": "churn.ipynb"}
    )
    table.does(BEN, CancelRun, run_id=asked.run_id)
    ask(None)
    table.does(ANN, MuteParticipant, participant_id="agent:notebook", muted=True)
    table.does(ANN, MuteParticipant, participant_id="agent:notebook", muted=False)
    left = ask(None)
    table.decides(runs.start_run, left, table.now())
    table.decides(runs.interrupted, now=table.now())
    return table


def many_runs() -> Table:
    """More endings than are kept: the oldest go from the state, not from the log."""
    table = Table()
    for _ in range(105):
        (queued,) = table.does(ANN, StartRun, agent_id="agent:notebook", task="Look")
        table.does(ANN, CancelRun, run_id=queued.run_id)
    return table


def session() -> Table:
    """The session itself: its name, files, history, muted, put away, taken up."""
    table = Table()
    table.does(ANN, RenameSession, name="Churn, again")
    table.does(ANN, SetFiles, files=["churn.ipynb", "data/churn.csv"])
    table.does(ANN, SetActiveFile, path="churn.ipynb")
    table.does(ANN, SetHistoryAccess, history=HistoryAccess.SINCE_JOINED)
    table.does(ANN, MuteSession, muted=True)
    table.does(ANN, MuteSession, muted=False)
    table.does(ANN, SetActiveFile, path=None)
    table.does(ANN, ArchiveSession)
    table.does(ANN, ReopenSession)
    table.decides(sessions.time_out, now=table.now())
    return table


def locks() -> Table:
    """Notices of a document's locks; the document has a log of its own."""
    table = Table()
    document = Document("file-1")

    def does(who: Profile, command: type, **fields: object) -> Lock:
        nonlocal document
        asked = Asked(
            document=document,
            path="churn.ipynb",
            who=who,
            now=table.now(),
            mint=table.mint,
            setting=LockSetting(),
            able={BEN.participant_id: BEN}.get,
        )
        events, document = numbered(
            document, decide_lock(asked, command(ref="r", path="churn.ipynb", **fields))
        )
        for event in events:
            table.decides(notice, event)
        return events[-1].lock

    table.joins(BEN)
    cell = does(ANN, AcquireLock, cell_id="c1", cell_index=3)
    does(ANN, HandOverLock, lock_id=cell.lock_id, to=BEN.participant_id)
    place = [Position(line=line, column=0) for line in (0, 2)]
    there = does(ANN, AcquireLock, range=Range(anchor=place[0], head=place[1]), cell_id="c2")
    does(ANN, ReleaseLock, lock_id=there.lock_id)
    return table


def review() -> Table:
    """Notices of a proposal: made, accepted in part, rejected in part; and one withdrawn."""
    table = Table()
    parts = [Part(hunk_id=f"h{n}", kind=HunkKind.TEXT, cell_id=f"c{n}") for n in (1, 2)]
    noa, ann, ben = (Reviewer(p.participant_id, p.name) for p in (NOTEBOOK, ANN, BEN))

    def new(by: Reviewer, title: str) -> Review:
        return Review(
            proposal_id=table.mint("p"),
            path="churn.ipynb",
            title=title,
            by=by.participant_id,
            by_name=by.name,
            origin=by.participant_id,
            run_id="r1" if by.is_agent else None,
            at=table.now(),
            base="",
            proposed="",
            parts=parts,
        )

    def tells(kind: type, who: Reviewer, of: Review, **fields: object) -> None:
        table.decides(
            notice,
            kind(
                seq=0,
                at=table.now(),
                actor=who.participant_id,
                document_id="file-1",
                path=of.path,
                proposal=summary_of(of),
                **fields,
            ),
        )

    table.joins(BEN)
    made = new(noa, "Tidy up")
    tells(EditProposed, noa, made)
    made = decided(made, parts[:1], HunkStatus.ACCEPTED, ann, table.now())
    changed = CellChange(cell_id="c1", kind=CellChangeKind.EDITED, inserted=3, removed=1)
    tells(EditAccepted, ann, made, hunks=["h1"], cells=[changed])
    made = decided(made, parts[1:], HunkStatus.REJECTED, ben, table.now())
    tells(EditRejected, ben, made, hunks=["h2"])
    other = new(ben, "")
    tells(EditProposed, ben, other)
    tells(EditWithdrawn, ben, withdrawn(other, ben))
    return table


def edits() -> Table:
    """Notices of edits that nobody typed, and of what they left to decide."""
    table = Table()
    document = Document("file-1")
    of_file = {"seq": 0, "document_id": "file-1", "path": "churn.ipynb"}
    conflict = ConflictSummary(
        conflict_id="0f2a",
        kind=ConflictKind.METADATA,
        cell_id="c2",
        key=["tags"],
        at=table.now(),
        by=BEN.participant_id,
        by_name=BEN.name,
    )
    cell = CellChange(cell_id="c1", kind=CellChangeKind.EDITED, inserted=12, removed=3)
    table.joins(BEN)
    for who, kind, fields in (
        (ANN, EditApplied, {"cells": [cell], "merged": False}),
        (BEN, EditApplied, {"cells": [cell], "merged": True}),
        (ANN, EditReverted, {"run_id": "r1", "agent_id": "agent:echo", "cells": [cell]}),
        (BEN, ConflictDetected, {"conflicts": [conflict]}),
        (ANN, ConflictResolved, {"conflict": conflict, "kept": Keep.BOTH}),
    ):
        event = kind(at=table.now(), actor=who.participant_id, **of_file, **fields)
        (numbered_event,), document = numbered(document, [event])
        table.decides(notice, numbered_event)
    assert (document.merged, document.asked, document.conflicts) == (1, 1, {})
    return table


def private() -> Table:
    """One person and agents."""
    table = Table(private=True)
    table.does(ANN, AddParticipant, participant_id="agent:echo")
    table.says(ANN, "@echo are you there?")
    return table


def default() -> Table:
    """The session that everybody is in; nobody made it."""
    table = Table(default=True)
    for who in (ANN, BEN):
        table.joins(who)
    table.joins(replace(BEN, name="Benjamin", initials="Bj"))
    table.does(BEN, LeaveSession)
    table.joins(BEN)
    return table


SCENARIOS: dict[str, Callable[[], Table]] = {
    "chat": chat,
    "erased": erased,
    "threads": threads,
    "members": members,
    "context": context,
    "invitations": invitations,
    "runs": agent_runs,
    "many_runs": many_runs,
    "session": session,
    "locks": locks,
    "review": review,
    "edits": edits,
    "private": private,
    "default": default,
}


def transcript(name: str) -> bytes:
    """The file's content."""
    return b"".join(line + b"\n" for line in SCENARIOS[name]().lines())


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in SCENARIOS:
        (FOLDER / f"{name}.jsonl").write_bytes(transcript(name))
