"""The group commit: one flush at a time, for all sessions together.

While a flush is under way new commands wait in their sessions; the next flush takes them all.
No timer is needed: batches grow with the load.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from ..storage.store import Entry, Outcome, Result, Store, StoreUnavailable
from . import metrics
from .live_session import LiveSession
from .turn import Request, Turn

log = logging.getLogger(__name__)

RETRY_AFTER = 0.2


class Committer:
    """Takes what waits, decides, stores, settles; over and over."""

    def __init__(
        self, store: Store, *, max_batch: int, on_health: Callable[[str | None], None]
    ) -> None:
        self._store = store
        self._max_batch = max_batch
        self._on_health = on_health
        self._dirty: dict[str, LiveSession] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._in_hand: list[tuple[LiveSession, list[Request]]] = []
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._run(), name="collab-agents committer")

    def wake(self, session: LiveSession) -> None:
        """This session has commands waiting."""
        self._dirty[session.session_id] = session
        self._idle.clear()
        self._wake.set()

    async def drain(self) -> None:
        """Wait until nothing waits."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Finish what waits, then stop."""
        if self._task is not None:
            await self.drain()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            if not self._dirty:
                self._idle.set()
            await self._wake.wait()
            self._wake.clear()
            while self._dirty:
                try:
                    done = await self._flush()
                except Exception:
                    # a fault of ours: the batch in hand is answered below as unknown, so that
                    # its senders come back and resend; the next batch gets its turn
                    log.exception("a turn failed")
                    for session, requests in self._in_hand:
                        session.give_up(requests)
                    done = False
                if not done:
                    await asyncio.sleep(RETRY_AFTER)

    async def _flush(self) -> bool:
        began = time.perf_counter()
        dirty, self._dirty = self._dirty, {}
        turns: list[tuple[LiveSession, list[Request], Turn]] = []
        self._in_hand = []
        left = self._max_batch
        partly: list[LiveSession] = []
        for session in dirty.values():
            requests = session.take(left)
            left -= len(requests)
            if requests:
                self._in_hand.append((session, requests))
            if session.waiting and requests:
                partly.append(session)
            elif session.waiting:
                self._dirty[session.session_id] = session
        for session in partly:  # after those that got nothing this time
            self._dirty[session.session_id] = session
        await self._follow([session for session in dirty.values() if session.behind])
        for session, requests in self._in_hand:
            try:
                turn = await session.decide(requests)
                turns.append((session, requests[: len(requests) - len(turn.later)], turn))
            except StoreUnavailable as problem:
                self._failed(problem)
                session.give_up(requests)
        metrics.QUEUE.set(sum(session.waiting for session in self._dirty.values()))
        self._in_hand = [(session, requests) for session, requests, _ in turns]
        entries = [decided.entry for _, _, turn in turns for decided in turn.decided]
        try:
            outcomes = await self._append(entries)
        except StoreUnavailable as problem:
            self._failed(problem)
            for session, requests in self._in_hand:
                session.give_up(requests)
            return False
        metrics.FLUSH.observe(time.perf_counter() - began)
        if entries:
            self._on_health(None)
        position = 0
        for session, requests, turn in turns:
            count = len(turn.decided)
            try:
                await session.settle(turn, outcomes[position : position + count])
            except StoreUnavailable as problem:
                # stored, but this session could not be read on: its people come back and resume
                self._failed(problem)
                session.give_up(requests)
            position += count
        now = time.perf_counter()
        for _, _, turn in turns:
            for decided in turn.decided:
                metrics.DELIVERY.observe(now - decided.request.received)
        return True

    async def _follow(self, sessions: list[LiveSession]) -> None:
        for session in sessions:
            try:
                await session.follow()
            except StoreUnavailable as problem:
                self._failed(problem)

    async def _append(self, entries: list[Entry]) -> list[Outcome]:
        """Store a batch. An entry that can never be stored keeps no other from it."""
        if not entries:
            return []
        try:
            return await self._store.append(entries)
        except (ValueError, OverflowError):
            log.exception("a batch holds an entry that cannot be stored; storing one by one")
        outcomes: list[Outcome] = []
        for entry in entries:
            try:
                outcomes += await self._store.append([entry])
            except (ValueError, OverflowError):
                outcomes.append(Outcome(Result.UNSTORABLE, 0, 0))
        return outcomes

    def _failed(self, problem: StoreUnavailable) -> None:
        metrics.FLUSH_FAILURES.inc()
        log.error("the group commit failed, nothing of it was acknowledged: %s", problem)
        self._on_health(str(problem))
