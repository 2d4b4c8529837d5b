"""The rules of locks: who gets one, keeps it, asks for it, gives it, takes it.

There are never two holders of one place. A lock whose time is over counts as gone even before
somebody says so.
"""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from ..protocol.base import Command, Durable
from ..protocol.document_log import LockRenewed, RequestAdded, RequestsRefused
from ..protocol.errors import ErrorCode
from ..protocol.locks import (
    AcquireLock,
    HandOverLock,
    Lock,
    LockAcquired,
    LockEnd,
    LockRequest,
    RefuseLock,
    ReleaseLock,
    RenewLock,
    RequestLock,
    StealLock,
)
from ..protocol.participants import Kind, Profile
from .documents import Document, apply
from .errors import Refusal
from .lock_ends import ended, expire
from .lock_scopes import Extent, extent_asked, extent_of, overlap, same, words

MAX_REQUESTS = 50
"""People who wait for one lock; a document has as many locks as its holders may have."""


class LockSetting(Struct, frozen=True):
    """What this server allows. Times in seconds."""

    timeout: int = 1800
    agent_timeout: int = 300
    request_timeout: int = 120
    per_participant: int = 50


class Asked(Struct, frozen=True, gc=False):
    """Everything that deciding one command may look at. ``now`` in ms.

    ``may_write``: the Authorizer lets ``who`` change documents, and their role lets them lock.
    ``held``: how many locks they hold in all documents. ``overrules``: may they take a lock of
    this holder without asking? ``able``: the profile of somebody who could hold a lock, null for
    others. ``stays``: they have no socket whose end would tell that they left.
    """

    document: Document
    path: str
    who: Profile
    now: int
    mint: Callable[[str], str]
    setting: LockSetting
    may_write: bool = True
    held: int = 0
    overrules: Callable[[str], bool] = lambda holder: False
    able: Callable[[str], Profile | None] = lambda participant_id: None
    stays: bool = False

    @property
    def me(self) -> str:
        """The participant id of whoever asks."""
        return self.who.participant_id


def decide(asked: Asked, command: Command) -> list[Durable]:
    """What a command makes happen (with seq 0): nothing when all is so already.

    Raises ``Refusal``. What has expired meanwhile is said first.
    """
    over = expire(asked.document, asked.path, asked.now)
    document = asked.document
    for event in over:
        document = apply(document, event)
    asked = replace(asked, document=replace(document, seq=asked.document.seq))
    match command:
        case AcquireLock():
            events = _acquire(asked, command)
        case RenewLock():
            events = _renew(asked, command)
        case ReleaseLock():
            events = _release(asked, command)
        case RequestLock():
            events = _request(asked, command)
        case RefuseLock():
            events = _refuse(asked, command)
        case HandOverLock():
            events = _hand_over(asked, command)
        case StealLock():
            events = _steal(asked, command)
        case _:
            raise TypeError(f"{type(command).__name__} is not about locks")
    return [*over, *events] if events else []


# --- the commands -----------------------------------------------------------------------------


def _acquire(asked: Asked, command: AcquireLock) -> list[Durable]:
    _may_write(asked)
    extent = extent_asked(command)
    for lock in asked.document.locks.values():
        if lock.holder == asked.me and same(extent_of(lock), extent):
            return _prolonged(asked, lock, command.seconds)
    _must_be_free(asked, extent, asked.me)
    _must_have_room(asked)
    return [
        _acquired(
            asked, extent, asked.who, asked.stays, _duration(asked, asked.who, command.seconds)
        )
    ]


def _renew(asked: Asked, command: RenewLock) -> list[Durable]:
    _may_write(asked)
    return _prolonged(asked, _mine(asked, command.lock_id), command.seconds)


def _release(asked: Asked, command: ReleaseLock) -> list[Durable]:
    lock = asked.document.locks.get(command.lock_id)
    if lock is None:
        return []
    if lock.holder != asked.me:
        raise _not_yours(lock)
    return [_ended(asked, lock, LockEnd.RELEASED)]


def _request(asked: Asked, command: RequestLock) -> list[Durable]:
    _may_write(asked)
    lock = _found(asked, command.lock_id)
    if lock.holder == asked.me:
        raise Refusal(ErrorCode.INVALID, "This lock is yours already.")
    if any(request.by == asked.me for request in lock.requests):
        return []
    if len(lock.requests) >= MAX_REQUESTS:
        raise Refusal(ErrorCode.BUSY, "Too many people wait for this lock. Try again later.")
    request = LockRequest(
        by=asked.me,
        by_name=asked.who.name,
        at=asked.now,
        refused_at=None,
        may_take_at=asked.now + asked.setting.request_timeout * 1000,
    )
    return [
        RequestAdded(seq=0, at=asked.now, actor=asked.me, lock_id=lock.lock_id, request=request)
    ]


def _refuse(asked: Asked, command: RefuseLock) -> list[Durable]:
    lock = _mine(asked, command.lock_id)
    if all(request.refused_at is not None for request in lock.requests):
        return []
    return [
        RequestsRefused(
            seq=0,
            at=asked.now,
            actor=asked.me,
            lock_id=lock.lock_id,
            may_take_at=asked.now + asked.setting.request_timeout * 1000,
        )
    ]


def _hand_over(asked: Asked, command: HandOverLock) -> list[Durable]:
    lock = _mine(asked, command.lock_id)
    to = asked.able(command.to)
    if to is None or to.participant_id == asked.me:
        raise Refusal(ErrorCode.INVALID, "Give it to somebody who may edit and is here.")
    extent = extent_of(lock)
    _must_be_free(asked, extent, to.participant_id, but=lock)
    return [
        _ended(asked, lock, LockEnd.HANDED_OVER, to),
        _acquired(asked, extent, to, to.kind is Kind.AGENT, _duration(asked, to, None)),
    ]


def _steal(asked: Asked, command: StealLock) -> list[Durable]:
    _may_write(asked)
    lock = _found(asked, command.lock_id)
    if lock.holder == asked.me:
        return []
    _may_take(asked, lock)
    extent = extent_of(lock)
    _must_be_free(asked, extent, asked.me, but=lock)
    _must_have_room(asked)
    return [
        _ended(asked, lock, LockEnd.STOLEN, asked.who),
        _acquired(asked, extent, asked.who, asked.stays, _duration(asked, asked.who, None)),
    ]


# --- what they have in common -----------------------------------------------------------------


def _may_write(asked: Asked) -> None:
    if not asked.may_write:
        raise Refusal(
            ErrorCode.FORBIDDEN,
            "Your account may not change files on this server, so you cannot lock them.",
        )


def _found(asked: Asked, lock_id: str) -> Lock:
    lock = asked.document.locks.get(lock_id)
    if lock is None:
        raise Refusal(ErrorCode.NOT_FOUND, "There is no such lock any more.")
    return lock


def _mine(asked: Asked, lock_id: str) -> Lock:
    lock = _found(asked, lock_id)
    if lock.holder != asked.me:
        raise _not_yours(lock)
    return lock


def _not_yours(lock: Lock) -> Refusal:
    return Refusal(ErrorCode.FORBIDDEN, f"{lock.holder_name} holds this lock. Ask for it.")


def _must_be_free(asked: Asked, extent: Extent, holder: str, but: Lock | None = None) -> None:
    for lock in asked.document.locks.values():
        if lock is not but and lock.holder != holder and overlap(extent_of(lock), extent):
            raise locked(lock, asked.now)


def locked(lock: Lock, now: int) -> Refusal:
    """Somebody else's lock stands in the way."""
    minutes = max(1, -(-(lock.expires_at - now) // 60_000))
    return Refusal(
        ErrorCode.LOCKED,
        f"{lock.holder_name} locked {words(extent_of(lock))}, {minutes} min left. "
        "Ask for it, or wait.",
    )


def _must_have_room(asked: Asked) -> None:
    most = asked.setting.per_participant
    if asked.held >= most:
        raise Refusal(
            ErrorCode.CONFLICT,
            f"You hold {asked.held} locks, and {most} are the most. Release one first.",
        )


def _may_take(asked: Asked, lock: Lock) -> None:
    if asked.overrules(lock.holder):
        return
    mine = next((request for request in lock.requests if request.by == asked.me), None)
    if mine is None:
        minutes = -(-asked.setting.request_timeout // 60)
        raise Refusal(
            ErrorCode.FORBIDDEN,
            f"Ask {lock.holder_name} for it first. You can take it {minutes} min later.",
        )
    if asked.now < mine.may_take_at:
        seconds = -(-(mine.may_take_at - asked.now) // 1000)
        raise Refusal(
            ErrorCode.FORBIDDEN, f"{lock.holder_name} was asked. You can take it in {seconds} s."
        )


def _duration(asked: Asked, holder: Profile, seconds: int | None) -> int:
    """Milliseconds that a lock lasts: as long as asked, never longer than is allowed."""
    setting = asked.setting
    most = setting.agent_timeout if holder.kind is Kind.AGENT else setting.timeout
    return 1000 * min(most if seconds is None else seconds, most)


def _prolonged(asked: Asked, lock: Lock, seconds: int | None) -> list[Durable]:
    duration = _duration(asked, asked.who, seconds)
    until = asked.now + duration
    # a renewal is stored, to outlive the server; what gains next to nothing is not
    if until - lock.expires_at <= min(duration // 10, 15_000):
        return []
    return [
        LockRenewed(seq=0, at=asked.now, actor=asked.me, lock_id=lock.lock_id, expires_at=until)
    ]


def _ended(asked: Asked, lock: Lock, how: LockEnd, to: Profile | None = None) -> Durable:
    return ended(asked.document, asked.path, lock, now=asked.now, actor=asked.me, how=how, to=to)


def _acquired(
    asked: Asked, extent: Extent, holder: Profile, stays: bool, duration: int
) -> LockAcquired:
    return LockAcquired(
        seq=0,
        at=asked.now,
        actor=holder.participant_id,
        document_id=asked.document.document_id,
        path=asked.path,
        lock=Lock(
            lock_id=asked.mint("l"),
            scope=extent.scope,
            cell_id=extent.cell_id,
            cell_index=extent.cell_index,
            range=extent.range,
            holder=holder.participant_id,
            holder_name=holder.name,
            anonymous=holder.anonymous,
            since=asked.now,
            expires_at=asked.now + duration,
            token=0,
            stays=stays,
            requests=[],
        ),
    )
