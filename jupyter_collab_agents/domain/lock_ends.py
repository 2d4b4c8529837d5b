"""How locks end by themselves: their time is over, their holder left or may write no more."""

from msgspec.structs import replace

from ..protocol.base import Durable
from ..protocol.locks import Lock, LockEnd, LockReleased
from ..protocol.participants import Profile
from .decision import SYSTEM
from .documents import Document


def standing(document: Document, now: int) -> list[Lock]:
    """The locks that hold at ``now`` (ms), whether or not the end of others was said already."""
    return [lock for lock in document.locks.values() if lock.expires_at > now]


def expire(document: Document, path: str, now: int) -> list[Durable]:
    """The end of every lock whose time is over."""
    return [
        ended(document, path, lock, now=now, actor=SYSTEM, how=LockEnd.EXPIRED)
        for lock in document.locks.values()
        if lock.expires_at <= now
    ]


def leave(document: Document, path: str, now: int, holder: str) -> list[Durable]:
    """The end of the locks of somebody who went away; those that stay do stay."""
    return [
        ended(document, path, lock, now=now, actor=SYSTEM, how=LockEnd.LEFT)
        for lock in document.locks.values()
        if lock.holder == holder and not lock.stays
    ]


def withdraw(document: Document, path: str, now: int, holder: str) -> list[Durable]:
    """The end of the locks of somebody who may not write documents any more."""
    return [
        ended(document, path, lock, now=now, actor=SYSTEM, how=LockEnd.WITHDRAWN)
        for lock in document.locks.values()
        if lock.holder == holder
    ]


def ended(
    document: Document,
    path: str,
    lock: Lock,
    *,
    now: int,
    actor: str,
    how: LockEnd,
    to: Profile | None = None,
) -> LockReleased:
    """The event that ends a lock. Who waited for it waits no more."""
    return LockReleased(
        seq=0,
        at=now,
        actor=actor,
        document_id=document.document_id,
        path=path,
        lock=replace(lock, requests=[]),
        how=how,
        to=None if to is None else to.participant_id,
    )
