"""Both stores against a model that is as plain as possible: lists, searched from the start."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jupyter_collab_agents.storage.memory import MemoryStore
from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.storage.store import (
    Entry,
    MessageRecord,
    NewEvent,
    Outcome,
    Result,
    SessionRecord,
    Snapshot,
    StoredEvent,
    StoredMessage,
)

SESSIONS = ("s", "t")
WORDS = ("alpha", "Álphabet", "beta", "gamma-delta", "2x")
PEOPLE = ("user:ann", "user:bob")

session_ids = st.sampled_from(SESSIONS)
people = st.sampled_from(PEOPLE)
times = st.integers(0, 30)
message_ids = st.sampled_from(("m1", "m2", "m3"))
bodies = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
events = st.builds(
    NewEvent,
    type=st.sampled_from(("a", "b")),
    at=times,
    payload=st.binary(max_size=4),
    body=st.none() | bodies,
    message_id=st.none() | message_ids,
)


def record(its_events, message_id):
    """A message as it stands, posted by one of the events that are about it, or changed."""
    posting = [n for n, event in enumerate(its_events) if event.message_id == message_id]
    return st.builds(
        MessageRecord,
        message_id=st.just(message_id),
        author=people,
        at=times,
        thread_id=st.none() | message_ids,
        data=st.binary(max_size=4),
        body=bodies,
        event_index=st.sampled_from([None, *posting]),
    )


@st.composite
def entries(draw, session=None):
    its_events = draw(st.lists(events, max_size=3))
    about = st.lists(message_ids, max_size=3, unique=True)
    messages = [draw(record(its_events, message_id)) for message_id in draw(about)]
    return Entry(
        session_id=session or draw(session_ids),
        author=draw(people),
        ref=str(draw(st.integers(0, 30))),
        events=its_events,
        messages=messages,
        erase=draw(st.lists(message_ids, max_size=1)),
        index=draw(st.none() | st.binary(max_size=3)),
        expected_seq=draw(st.none() | st.none() | st.integers(0, 12)),
    )


class Session:
    """What should be there. ``events`` keeps pruned ones too; ``min_seq`` hides them."""

    def __init__(self, epoch, created_at):
        self.epoch, self.created_at = epoch, created_at
        self.min_seq, self.last_at, self.index = 1, created_at, b""
        self.events = []  # [event, body]
        self.messages = {}  # id -> [seq, number, record, body]
        self.commands = {}  # (author, ref) -> (first, last, seq of the log then)
        self.snapshot = None
        self.reads = {}

    def stored_events(self):
        return [
            StoredEvent(
                seq=seq,
                type=event.type,
                at=event.at,
                payload=event.payload,
                body=body,
                message_id=event.message_id,
            )
            for seq, (event, body) in enumerate(self.events, 1)
            if seq >= self.min_seq
        ]


class StoreMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.Runner()
        self.model = {}
        self.numbers = 0
        self.store = self.loop.run(self.open())
        self.secret = self.loop.run(self.store.secret())

    async def open(self):
        raise NotImplementedError

    def teardown(self):
        self.loop.run(self.store.close())
        self.loop.close()

    # the model

    def model_append(self, entry):
        session = self.model.get(entry.session_id)
        if session is None:
            return Outcome(Result.NO_SESSION, 0, 0)
        key = (entry.author, entry.ref)
        if key in session.commands:
            first, last, _ = session.commands[key]
            return Outcome(Result.DUPLICATE, first, last)
        before = len(session.events)
        if entry.expected_seq not in (None, before):
            return Outcome(Result.CONFLICT, 0, 0)
        session.events += [[event, event.body] for event in entry.events]
        for record in entry.messages:
            self.model_message(session, record, before)
        for message_id in entry.erase:
            for stored in session.events:
                if stored[0].message_id == message_id:
                    stored[1] = None
            if message_id in session.messages:
                session.messages[message_id][3] = ""
        if entry.index is not None:
            session.index = entry.index
        seqs = (before + 1, len(session.events)) if entry.events else (0, 0)
        if entry.events:
            session.last_at = entry.events[-1].at
        session.commands[key] = (*seqs, len(session.events))
        return Outcome(Result.STORED, *seqs)

    def model_message(self, session, record, before):
        known = session.messages.get(record.message_id)
        if record.event_index is not None:
            self.numbers += 1
            seq = before + 1 + record.event_index
            session.messages[record.message_id] = [seq, self.numbers, record, record.body]
        elif known is not None:
            known[2:] = [record, record.body]

    # what can happen

    @initialize(at=times)
    def begin(self, at):
        self.do_create("s", Entry(session_id="s", author="user:ann", ref="first", events=[]), at)

    @rule(data=st.data(), session_id=session_ids, at=times)
    def create(self, data, session_id, at):
        self.do_create(session_id, data.draw(entries(session_id)), at)

    def do_create(self, session_id, entry, at):
        epoch = f"epoch {self.numbers}"
        outcome = self.loop.run(self.store.create_session(session_id, epoch, at, entry))
        if session_id in self.model:
            known = self.model[session_id].commands.get((entry.author, entry.ref))
            expected = (
                Outcome(Result.CONFLICT, 0, 0)
                if known is None
                else Outcome(Result.DUPLICATE, *known[:2])
            )
        else:
            self.model[session_id] = Session(epoch, at)
            expected = self.model_append(entry)
            if expected.result is not Result.STORED:
                del self.model[session_id]
        assert outcome == expected

    @rule(batch=st.lists(entries(), min_size=1, max_size=4))
    def append(self, batch):
        outcomes = self.loop.run(self.store.append(batch))
        assert outcomes == [self.model_append(entry) for entry in batch]

    @rule(requests=st.lists(st.lists(entries(), max_size=2), min_size=2, max_size=3))
    def append_at_once(self, requests):
        async def all_of_them():
            return await asyncio.gather(*map(self.store.append, requests))

        outcomes = self.loop.run(all_of_them())
        assert outcomes == [[self.model_append(entry) for entry in batch] for batch in requests]

    @precondition(lambda self: len(self.model) > 1)
    @rule(session_id=session_ids)
    def delete(self, session_id):
        self.loop.run(self.store.delete_session(session_id))
        self.model.pop(session_id, None)

    @rule(session_id=session_ids, person=people, seq=st.integers(0, 9))
    def read(self, session_id, person, seq):
        mark = self.loop.run(self.store.set_read(session_id, person, seq))
        if session_id in self.model:
            reads = self.model[session_id].reads
            reads[person] = max(seq, reads.get(person, 0))
            assert mark == reads[person]

    @rule(session_id=session_ids, back=st.integers(0, 3))
    def snapshot(self, session_id, back):
        session = self.model.get(session_id)
        seq = max(0, len(session.events) - back) if session else 0
        snapshot = Snapshot(seq, f"state at {seq}".encode())
        self.loop.run(self.store.save_snapshot(session_id, snapshot))
        if session and (session.snapshot is None or session.snapshot.seq <= seq):
            session.snapshot = snapshot

    @rule(session_id=session_ids, before_at=times)
    def prune(self, session_id, before_at):
        min_seq = self.loop.run(self.store.prune(session_id, before_at))
        session = self.model.get(session_id)
        if session is None:
            return
        cut = session.min_seq
        while cut <= len(session.events) and session.events[cut - 1][0].at < before_at:
            cut += 1
        covered = session.snapshot is not None and session.snapshot.seq >= cut - 1
        if cut > session.min_seq and covered:
            session.min_seq = cut
            session.messages = {k: m for k, m in session.messages.items() if m[0] >= cut}
            session.commands = {k: c for k, c in session.commands.items() if c[2] >= cut}
        assert min_seq == session.min_seq

    # what must be so

    @rule(session_id=session_ids, after=st.integers(0, 9), limit=st.integers(0, 4))
    def a_page_of_events(self, session_id, after, limit):
        stored = self.loop.run(self.store.events(session_id, after, limit, ["b"]))
        session = self.model.get(session_id)
        everything = session.stored_events() if session else []
        assert stored == [e for e in everything if e.seq > after and e.type == "b"][:limit]

    @rule(
        session_id=session_ids,
        before=st.none() | st.integers(0, 9),
        since=st.integers(0, 4),
        limit=st.integers(0, 3),
        thread_id=st.none() | message_ids,
    )
    def a_page_of_messages(self, session_id, before, since, limit, thread_id):
        stored = self.loop.run(
            self.store.messages(session_id, before, limit, since=since, thread_id=thread_id)
        )
        end = 10**6 if before is None else before
        expected = [
            message
            for message in self.stored_messages(session_id)
            if since < message.seq < end
            and thread_id in (None, message.message_id, self.thread_of(message))
        ]
        assert stored == expected[max(0, len(expected) - limit) :]

    @rule(
        query=st.sampled_from(("alp", "ALPHABET", "beta alpha", "delta", "gamma 2", "phabet", "")),
        before=st.none() | times,
    )
    def search(self, query, before):
        hits = self.loop.run(self.store.search(SESSIONS, query, 100, before))
        expected = []
        for session_id, session in self.model.items():
            for message_id, (_, number, record, body) in session.messages.items():
                words = body.lower().replace("á", "a").replace("-", " ").split()
                wanted = query.lower().split()
                if before is not None and record.at >= before:
                    continue
                if wanted and all(any(w.startswith(q) for w in words) for q in wanted):
                    expected.append((record.at, number, session_id, message_id))
        expected.sort(reverse=True)
        assert [(hit.session_id, hit.message_id) for hit in hits] == [
            (session_id, message_id) for _, _, session_id, message_id in expected
        ]

    def stored_messages(self, session_id):
        if session_id not in self.model:
            return []
        in_order = sorted(
            (seq, message_id, record.data, body)
            for message_id, (seq, _, record, body) in self.model[session_id].messages.items()
        )
        return [
            StoredMessage(
                session_id=session_id, message_id=message_id, seq=seq, data=data, body=body
            )
            for seq, message_id, data, body in in_order
        ]

    def thread_of(self, message):
        return self.model[message.session_id].messages[message.message_id][2].thread_id

    @invariant()
    def everything_is_as_in_the_model(self):
        self.loop.run(self.compare())

    async def compare(self):
        store = self.store
        assert {row.session_id: row for row in await store.sessions()} == {
            session_id: SessionRecord(
                session_id=session_id,
                epoch=session.epoch,
                created_at=session.created_at,
                last_seq=len(session.events),
                min_seq=session.min_seq,
                last_at=session.last_at,
                index=session.index,
            )
            for session_id, session in self.model.items()
        }
        for session_id, session in self.model.items():
            events = session.stored_events()
            assert await store.events(session_id, 0, 1000) == events
            assert await store.events_of_message(session_id, "m1") == [
                event for event in events if event.message_id == "m1"
            ]
            assert await store.messages(session_id, None, 1000) == self.stored_messages(session_id)
            assert await store.snapshot(session_id) == session.snapshot
        for person in PEOPLE:
            assert await store.reads(person) == {
                session_id: session.reads[person]
                for session_id, session in self.model.items()
                if person in session.reads
            }


class MemoryMachine(StoreMachine):
    async def open(self):
        return MemoryStore()


class SqliteMachine(StoreMachine):
    blank: Path

    async def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = shutil.copy(self.blank, self.folder.name)
        return await open_sqlite(self.path)

    @rule()
    def open_again(self):
        self.loop.run(self.store.close())
        self.store = self.loop.run(open_sqlite(self.path))
        assert self.loop.run(self.store.secret()) == self.secret

    def teardown(self):
        super().teardown()
        self.folder.cleanup()


def test_memory_is_as_the_model():
    run_state_machine_as_test(
        MemoryMachine,
        settings=settings(
            max_examples=60, stateful_step_count=30, deadline=None, database=None, print_blob=True
        ),
    )


@pytest.mark.timeout(60)
def test_sqlite_is_as_the_model(blank_file):
    SqliteMachine.blank = blank_file
    run_state_machine_as_test(
        SqliteMachine,
        settings=settings(
            max_examples=50, stateful_step_count=30, deadline=None, database=None, print_blob=True
        ),
    )
