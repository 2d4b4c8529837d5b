"""The rules of locks, one by one."""

import itertools

import pytest
from msgspec.structs import replace

from jupyter_collab_agents.domain import lock_ends
from jupyter_collab_agents.domain.documents import (
    Document,
    apply,
    decode_document,
    numbered,
    state_of,
)
from jupyter_collab_agents.domain.locks import MAX_REQUESTS, Asked, LockSetting, decide
from jupyter_collab_agents.protocol.base import Position, Range
from jupyter_collab_agents.protocol.document_log import decode_document_event
from jupyter_collab_agents.protocol.errors import ErrorCode
from jupyter_collab_agents.protocol.frames import encode
from jupyter_collab_agents.protocol.locks import (
    AcquireLock,
    HandOverLock,
    LockEnd,
    RefuseLock,
    ReleaseLock,
    RenewLock,
    RequestLock,
    StealLock,
)
from jupyter_collab_agents.protocol.participants import Kind
from jupyter_collab_agents.protocol.sessions import ArchiveSession
from jupyter_collab_agents.testing import person

from .scene import refused

ANN, BEN, CLEO = (person(name) for name in ("ann", "ben", "cleo"))
NOA = replace(ANN, participant_id="agent:notebook", name="notebook", kind=Kind.AGENT)
PATH = "a.ipynb"
SETTING = LockSetting()
MINUTE = 60_000


class Case:
    """One document and a clock."""

    def __init__(self, **setting):
        self.document = Document("d")
        self.now = 1_000_000
        self.setting = replace(SETTING, **setting)
        self.events = []
        self._ids = itertools.count(1)

    def do(self, who, command, **asked):
        situation = Asked(
            document=self.document,
            path=PATH,
            who=who,
            now=self.now,
            mint=lambda prefix: f"{prefix}{next(self._ids)}",
            setting=self.setting,
            **asked,
        )
        return self.put(decide(situation, command))

    def put(self, events):
        those, self.document = numbered(self.document, events)
        self.events += those
        return those

    def acquire(self, who, cell=None, *, seconds=None, lines=None, index=None, **asked):
        chosen = lines and Range(
            anchor=Position(line=lines[0], column=0), head=Position(line=lines[1], column=0)
        )
        command = AcquireLock(
            ref="r", path=PATH, cell_id=cell, cell_index=index, range=chosen, seconds=seconds
        )
        return self.do(who, command, **asked)

    def lock(self, who, *args, **kwargs):
        """A new lock, as it stands."""
        return self.acquire(who, *args, **kwargs)[-1].lock

    def on(self, who, command, lock, **fields):
        asked = {key: fields.pop(key) for key in ("able", "overrules") if key in fields}
        return self.do(who, command(ref="r", path=PATH, lock_id=lock.lock_id, **fields), **asked)

    def holders(self):
        return {
            (lock.scope.value, lock.cell_id): lock.holder for lock in self.document.locks.values()
        }


@pytest.fixture
def case():
    return Case()


# what overlaps (LK1)


@pytest.mark.parametrize("first", [None, "c1"])
def test_a_document_is_nobody_elses_while_any_part_is_locked(case, first):
    """LK1"""
    case.lock(ANN, first)
    with refused(ErrorCode.LOCKED, "Ann locked"):
        case.acquire(BEN)
    if first is None:
        with refused(ErrorCode.LOCKED, "Ann locked this document, 30 min left"):
            case.acquire(BEN, "c2")


def test_other_cells_are_free(case):
    """LK1"""
    case.lock(ANN, "c1", index=3)
    case.lock(BEN, "c2")
    with refused(ErrorCode.LOCKED, "Ann locked cell 4, 30 min left"):
        case.acquire(BEN, "c1")
    assert case.holders() == {("cell", "c1"): "user:ann", ("cell", "c2"): "user:ben"}


def test_ranges_of_one_place_must_not_meet(case):
    """LK1"""
    case.lock(ANN, "c1", lines=(4, 1), index=0)
    case.lock(BEN, "c1", lines=(4, 6))
    case.lock(BEN, "c2", lines=(1, 4))
    case.lock(BEN, lines=(1, 4))
    with refused(ErrorCode.LOCKED, "lines 2 to 5 of cell 1"):
        case.acquire(CLEO, "c1", lines=(3, 4))
    with refused(ErrorCode.LOCKED):
        case.acquire(CLEO, "c1")
    with refused(ErrorCode.INVALID, "Select something"):
        case.acquire(CLEO, "c3", lines=(2, 2))


def test_my_own_locks_are_not_in_my_way(case):
    case.lock(ANN, "c1")
    case.lock(ANN)
    case.lock(ANN, "c1", lines=(0, 2))
    assert len(case.document.locks) == 3


def test_a_cell_id_is_one_that_a_notebook_can_have(case):
    with refused(ErrorCode.INVALID):
        case.acquire(ANN, "no/cell")


# acquiring again, renewing, tokens (LK3)


def test_what_i_hold_is_prolonged_instead(case):
    """LK3"""
    lock = case.lock(ANN, "c1", seconds=600, index=2)
    case.now += 5 * MINUTE
    (renewed,) = case.acquire(ANN, "c1", seconds=600, index=7)
    assert (renewed.lock_id, renewed.expires_at) == (lock.lock_id, case.now + 10 * MINUTE)
    now = case.document.locks[lock.lock_id]
    assert (now.token, now.since, now.cell_index) == (lock.token, lock.since, 2)


def test_renewing_never_shortens_and_what_gains_nothing_is_not_stored(case):
    """LK3"""
    lock = case.lock(ANN, "c1")
    assert case.on(ANN, RenewLock, lock, seconds=60) == []
    case.now += 14_000
    assert case.on(ANN, RenewLock, lock) == []
    case.now += 2_000
    (renewed,) = case.on(ANN, RenewLock, lock)
    assert renewed.expires_at == case.now + 30 * MINUTE
    short = case.lock(ANN, "c2", seconds=10)
    case.now += 2_000
    assert len(case.on(ANN, RenewLock, short, seconds=10)) == 1


def test_nobody_renews_what_is_not_theirs_or_not_there(case):
    lock = case.lock(ANN)
    with refused(ErrorCode.FORBIDDEN, "Ann holds this lock"):
        case.on(BEN, RenewLock, lock)
    case.now = lock.expires_at
    with refused(ErrorCode.NOT_FOUND):
        case.on(ANN, RenewLock, lock)


def test_each_acquisition_has_a_greater_token(case):
    """LK3"""
    tokens = [case.lock(ANN, "c1").token, case.lock(BEN, "c2").token]
    lock = case.lock(ANN, "c3")
    case.on(ANN, ReleaseLock, lock)
    tokens += [lock.token, case.lock(ANN, "c3").token]
    (_, handed) = case.on(
        ANN, HandOverLock, case.events[-1].lock, to="user:ben", able=lambda _: BEN
    )
    tokens.append(handed.lock.token)
    assert tokens == sorted(set(tokens))


# how they end (LK4)


def test_a_lock_lasts_as_long_as_asked_but_never_longer_than_allowed(case):
    """LK4"""
    assert case.lock(ANN, "c1").expires_at == case.now + 30 * MINUTE
    assert case.lock(ANN, "c2", seconds=60).expires_at == case.now + MINUTE
    assert case.lock(ANN, "c3", seconds=86_400).expires_at == case.now + 30 * MINUTE
    assert case.lock(NOA, "c4", seconds=86_400).expires_at == case.now + 5 * MINUTE


def test_what_expired_is_in_nobodys_way_and_its_end_is_said_first(case):
    """LK4"""
    lock = case.lock(ANN)
    case.now = lock.expires_at - 1
    with refused(ErrorCode.LOCKED, "1 min left"):
        case.acquire(BEN, "c1")
    case.now += 1
    ended, acquired = case.acquire(BEN, "c1")
    assert (ended.lock.lock_id, ended.how, ended.actor) == (lock.lock_id, LockEnd.EXPIRED, "system")
    assert acquired.lock.holder == "user:ben"
    assert case.holders() == {("cell", "c1"): "user:ben"}


def test_expiring_ends_what_is_over_and_nothing_else(case):
    """LK4"""
    short, long = case.lock(ANN, "c1", seconds=60), case.lock(ANN, "c2")
    case.now = short.expires_at
    assert lock_ends.standing(case.document, case.now) == [long]
    case.put(lock_ends.expire(case.document, PATH, case.now))
    assert list(case.document.locks) == [long.lock_id]
    assert lock_ends.expire(case.document, PATH, case.now) == []


def test_leaving_ends_what_was_taken_over_a_socket(case):
    """LK4"""
    case.lock(ANN, "c1")
    stays = case.lock(ANN, "c2", stays=True)
    others = case.lock(BEN, "c3")
    (left,) = case.put(lock_ends.leave(case.document, PATH, case.now, "user:ann"))
    assert (left.how, left.actor) == (LockEnd.LEFT, "system")
    assert set(case.document.locks) == {stays.lock_id, others.lock_id}


def test_whoever_may_write_no_more_keeps_no_lock(case):
    """LK4"""
    case.lock(ANN, "c1", stays=True)
    others = case.lock(BEN, "c3")
    (gone,) = case.put(lock_ends.withdraw(case.document, PATH, case.now, "user:ann"))
    assert gone.how is LockEnd.WITHDRAWN
    assert list(case.document.locks) == [others.lock_id]


def test_releasing_is_for_the_holder_and_may_come_twice(case):
    """LK4"""
    lock = case.lock(ANN)
    with refused(ErrorCode.FORBIDDEN):
        case.on(BEN, ReleaseLock, lock)
    (released,) = case.on(ANN, ReleaseLock, lock)
    assert (released.how, released.to) == (LockEnd.RELEASED, None)
    assert case.on(ANN, ReleaseLock, lock) == []


# who may (LK5)


def test_who_may_not_write_gets_and_keeps_no_lock_but_may_let_go(case):
    """LK5"""
    lock = case.lock(ANN)
    for who, command in ((BEN, RequestLock), (BEN, StealLock), (ANN, RenewLock)):
        with refused(ErrorCode.FORBIDDEN, "may not change files"):
            case.do(who, command(ref="r", path=PATH, lock_id=lock.lock_id), may_write=False)
    with refused(ErrorCode.FORBIDDEN):
        case.acquire(BEN, may_write=False)
    assert case.do(ANN, ReleaseLock(ref="r", path=PATH, lock_id=lock.lock_id), may_write=False)


def test_a_participant_holds_only_so_many(case):
    """LK5"""
    case.setting = replace(SETTING, per_participant=2)
    case.acquire(ANN, "c1", held=1)
    with refused(ErrorCode.CONFLICT, "2 are the most"):
        case.acquire(ANN, "c2", held=2)
    case.now += MINUTE
    assert case.acquire(ANN, "c1", held=2)  # prolonging is no further one


def test_an_anonymous_holder_is_marked(case):
    """LK5"""
    assert case.lock(person("io", anonymous=True), "c1").anonymous
    assert not case.lock(ANN, "c2").anonymous


# asking, refusing, giving, taking (LK6)


def test_asking_is_noted_once(case):
    """LK6"""
    lock = case.lock(ANN)
    (added,) = case.on(BEN, RequestLock, lock)
    assert added.request.may_take_at == case.now + 2 * MINUTE
    case.now += MINUTE
    assert case.on(BEN, RequestLock, lock) == []
    with refused(ErrorCode.INVALID):
        case.on(ANN, RequestLock, lock)
    assert [r.by for r in case.document.locks[lock.lock_id].requests] == ["user:ben"]


def test_only_so_many_people_wait_for_one_lock(case):
    lock = case.lock(ANN)
    for number in range(MAX_REQUESTS):
        case.on(person(f"p{number}"), RequestLock, lock)
    with refused(ErrorCode.BUSY):
        case.on(BEN, RequestLock, lock)


def test_a_request_that_nobody_answers_lets_the_asker_take_it(case):
    """LK6"""
    lock = case.lock(ANN, "c1", index=1)
    with refused(ErrorCode.FORBIDDEN, "Ask Ann for it first"):
        case.on(BEN, StealLock, lock)
    case.on(BEN, RequestLock, lock)
    case.now += 2 * MINUTE - 1000
    with refused(ErrorCode.FORBIDDEN, "in 1 s"):
        case.on(BEN, StealLock, lock)
    case.now += 1000
    with refused(ErrorCode.FORBIDDEN):
        case.on(CLEO, StealLock, lock)
    ended, acquired = case.on(BEN, StealLock, lock)
    assert (ended.how, ended.actor, ended.to) == (LockEnd.STOLEN, "user:ben", "user:ben")
    assert ended.lock.requests == []
    assert (acquired.lock.holder, acquired.lock.cell_id, acquired.lock.cell_index) == (
        "user:ben",
        "c1",
        1,
    )
    assert acquired.lock.expires_at == case.now + 30 * MINUTE
    assert case.holders() == {("cell", "c1"): "user:ben"}


def test_a_refusal_begins_the_waiting_anew_once(case):
    """LK6"""
    lock = case.lock(ANN)
    case.on(BEN, RequestLock, lock)
    case.now += MINUTE
    case.on(ANN, RefuseLock, lock)
    (request,) = case.document.locks[lock.lock_id].requests
    assert (request.refused_at, request.may_take_at) == (case.now, case.now + 2 * MINUTE)
    case.now += MINUTE
    assert case.on(ANN, RefuseLock, lock) == []
    assert case.on(BEN, RequestLock, lock) == []
    with refused(ErrorCode.FORBIDDEN, "in 60 s"):
        case.on(BEN, StealLock, lock)
    case.now += MINUTE
    assert case.on(BEN, StealLock, lock)


def test_only_the_holder_refuses(case):
    lock = case.lock(ANN)
    case.on(BEN, RequestLock, lock)
    with refused(ErrorCode.FORBIDDEN):
        case.on(CLEO, RefuseLock, lock)


def test_who_overrules_the_holder_takes_it_at_once(case):
    """LK6"""
    lock = case.lock(ANN)
    assert case.on(BEN, StealLock, lock, overrules=lambda holder: holder == "user:ann")
    assert case.holders() == {("document", None): "user:ben"}
    assert case.on(BEN, StealLock, case.events[-1].lock) == []


def test_a_part_cannot_be_taken_while_the_holder_has_the_whole(case):
    """LK1: there are never two holders of one place."""
    cell = case.lock(ANN, "c1")
    whole = case.lock(ANN)
    with refused(ErrorCode.LOCKED):
        case.on(BEN, StealLock, cell, overrules=lambda _: True)
    with refused(ErrorCode.LOCKED):
        case.on(ANN, HandOverLock, cell, to="user:ben", able=lambda _: BEN)
    case.on(ANN, ReleaseLock, whole)
    assert case.on(BEN, StealLock, cell, overrules=lambda _: True)


def test_a_lock_is_handed_to_somebody_who_can_hold_it(case):
    """LK6"""
    lock = case.lock(ANN, "c1", seconds=60)
    for to, able in (("user:ben", None), ("user:ann", ANN)):
        with refused(ErrorCode.INVALID):
            case.on(ANN, HandOverLock, lock, to=to, able=lambda _, able=able: able)
    with refused(ErrorCode.FORBIDDEN):
        case.on(BEN, HandOverLock, lock, to="user:ben", able=lambda _: BEN)
    ended, acquired = case.on(ANN, HandOverLock, lock, to="agent:notebook", able=lambda _: NOA)
    assert (ended.how, ended.to) == (LockEnd.HANDED_OVER, "agent:notebook")
    assert (acquired.actor, acquired.lock.stays) == ("agent:notebook", True)
    assert acquired.lock.expires_at == case.now + 5 * MINUTE


# the log


def test_what_is_stored_adds_up_to_the_same_document(case):
    lock = case.lock(ANN, "c1", lines=(0, 2))
    case.lock(BEN, "c2")
    case.on(CLEO, RequestLock, lock)
    case.on(ANN, RefuseLock, lock)
    case.now += MINUTE
    case.on(ANN, RenewLock, lock)
    case.now += 2 * MINUTE
    case.on(CLEO, StealLock, lock)
    document = Document("d")
    for event in case.events:
        document = apply(document, decode_document_event(encode(event)))
    assert document == case.document
    assert decode_document(encode(document)) == document
    assert [e.seq for e in case.events] == list(range(1, len(case.events) + 1))


def test_people_see_the_locks_in_the_order_they_were_acquired(case):
    case.lock(ANN, "c1")
    case.lock(BEN, "c2")
    state = state_of(case.document, "b.ipynb")
    assert (state.path, state.seq) == ("b.ipynb", 2)
    assert [lock.cell_id for lock in state.locks] == ["c1", "c2"]


def test_what_is_not_about_locks_is_a_fault(case):
    with pytest.raises(TypeError):
        case.do(ANN, ArchiveSession(ref="r"))
    with pytest.raises(TypeError):
        apply(case.document, ArchiveSession(ref="r"))
