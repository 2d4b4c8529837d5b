"""Any sequence of lock commands, time and departures keeps what locks promise."""

import itertools

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from jupyter_collab_agents.domain import lock_ends
from jupyter_collab_agents.domain.documents import Document, apply, decode_document, numbered
from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.domain.lock_scopes import extent_of, overlap
from jupyter_collab_agents.domain.locks import Asked, LockSetting, decide
from jupyter_collab_agents.protocol.base import Position, Range
from jupyter_collab_agents.protocol.document_log import decode_document_event
from jupyter_collab_agents.protocol.frames import encode
from jupyter_collab_agents.protocol.locks import (
    AcquireLock,
    HandOverLock,
    LockAcquired,
    LockEnd,
    LockReleased,
    RefuseLock,
    ReleaseLock,
    RenewLock,
    RequestLock,
    StealLock,
)
from jupyter_collab_agents.testing import person

PEOPLE = {p.participant_id: p for p in (person(name) for name in ("ann", "ben", "cleo", "dan"))}
SETTING = LockSetting(timeout=600, request_timeout=60, per_participant=4)
people = st.sampled_from(sorted(PEOPLE))
cells = st.sampled_from([None, "c1", "c2", "c3"])
lines = st.tuples(st.integers(0, 5), st.integers(0, 5))


class Locks(RuleBasedStateMachine):
    """One document. Ids of locks that are or were go into the bundle."""

    locks = Bundle("locks")

    def __init__(self):
        super().__init__()
        self.document = Document("d")
        self.log = []
        self.now = 1_000_000
        self.ids = itertools.count(1)
        self.tokens = []

    def do(self, who, command, *, owner=False):
        """The events, or null for a refusal."""
        before = self.document
        asked = Asked(
            document=before,
            path="a.ipynb",
            who=PEOPLE[who],
            now=self.now,
            mint=lambda prefix: f"{prefix}{next(self.ids)}",
            setting=SETTING,
            held=sum(k.holder == who for k in lock_ends.standing(before, self.now)),
            overrules=lambda _: owner,
            able=PEOPLE.get,
        )
        try:
            events = decide(asked, command)
        except Refusal:
            return None
        return self.put(events)

    def put(self, events):
        those, self.document = numbered(self.document, events)
        self.log += [encode(event) for event in those]
        for event in those:
            if isinstance(event, LockAcquired):
                assert not self.tokens or event.lock.token > self.tokens[-1]
                self.tokens.append(event.lock.token)
            if isinstance(event, LockReleased) and event.how is LockEnd.EXPIRED:
                assert event.lock.expires_at <= self.now
        return those

    @rule(target=locks, who=people, cell=cells, seconds=st.none() | st.integers(10, 900))
    def acquire(self, who, cell, seconds):
        return self._acquire(who, AcquireLock(ref="r", path="p", cell_id=cell, seconds=seconds))

    @rule(target=locks, who=people, cell=cells, chosen=lines)
    def acquire_range(self, who, cell, chosen):
        ends = [Position(line=line, column=0) for line in chosen]
        extent = Range(anchor=ends[0], head=ends[1])
        return self._acquire(who, AcquireLock(ref="r", path="p", cell_id=cell, range=extent))

    def _acquire(self, who, command):
        events = self.do(who, command)
        for event in events or []:
            if isinstance(event, LockAcquired):
                assert event.lock.expires_at <= self.now + 600_000
                return event.lock.lock_id
        return "none"

    @rule(lock=locks, who=people)
    def renew(self, lock, who):
        before = self.document.locks.get(lock)
        if self.do(who, RenewLock(ref="r", path="p", lock_id=lock)):
            assert before.holder == who
            assert self.document.locks[lock].expires_at > before.expires_at

    @rule(lock=consumes(locks), who=people)
    def release(self, lock, who):
        before = self.document.locks.get(lock)
        if self.do(who, ReleaseLock(ref="r", path="p", lock_id=lock)):
            assert before.holder == who
            assert lock not in self.document.locks

    @rule(lock=locks, who=people)
    def request(self, lock, who):
        self.do(who, RequestLock(ref="r", path="p", lock_id=lock))

    @rule(lock=locks, who=people)
    def refuse(self, lock, who):
        self.do(who, RefuseLock(ref="r", path="p", lock_id=lock))

    @rule(target=locks, lock=locks, who=people, to=people)
    def hand_over(self, lock, who, to):
        before = self.document.locks.get(lock)
        events = self.do(who, HandOverLock(ref="r", path="p", lock_id=lock, to=to))
        if not events:
            return "none"
        assert before.holder == who
        assert events[-1].lock.holder == to
        return events[-1].lock.lock_id

    @rule(target=locks, lock=locks, who=people, owner=st.booleans())
    def steal(self, lock, who, owner):
        before = self.document.locks.get(lock)
        events = self.do(who, StealLock(ref="r", path="p", lock_id=lock), owner=owner)
        if not events:
            return "none"
        waited = [r for r in before.requests if r.by == who and r.may_take_at <= self.now]
        assert owner or waited
        assert all(r.at + 60_000 <= self.now for r in waited) or owner
        return events[-1].lock.lock_id

    @rule(seconds=st.sampled_from([0.5, 5, 30, 61, 300]))
    def time_passes(self, seconds):
        self.now += int(seconds * 1000)

    @rule()
    def sweep(self):
        self.put(lock_ends.expire(self.document, "a.ipynb", self.now))
        assert lock_ends.standing(self.document, self.now) == list(self.document.locks.values())

    @rule(who=people)
    def leave(self, who):
        self.put(lock_ends.leave(self.document, "a.ipynb", self.now, who))
        assert all(lock.holder != who for lock in self.document.locks.values())

    @invariant()
    def no_place_has_two_holders(self):
        """LK1"""
        standing = lock_ends.standing(self.document, self.now)
        for one, other in itertools.combinations(standing, 2):
            if one.holder != other.holder:
                assert not overlap(extent_of(one), extent_of(other))

    @invariant()
    def tokens_only_grow(self):
        """LK3"""
        assert self.tokens == sorted(set(self.tokens))
        assert {lock.token for lock in self.document.locks.values()} <= set(self.tokens)

    @invariant()
    def the_log_adds_up(self):
        document = Document("d")
        for payload in self.log:
            document = apply(document, decode_document_event(payload))
        assert document == self.document
        assert decode_document(encode(self.document)) == self.document


TestLocks = Locks.TestCase
TestLocks.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
