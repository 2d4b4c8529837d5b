"""Time passes for locks: they expire, and end with their holders' leaving or rights."""

from collections.abc import Callable

from ..domain import lock_ends
from ..domain.decision import SYSTEM
from ..domain.documents import Document
from ..hub.clock import Timer
from ..hub.doors import mint
from ..hub.hub import Hub
from ..protocol.base import Durable
from .log import DocumentLog, Draft


class LockTime:
    """Expiry is on time, by the hub's clock; everything else comes with the hub's sweeper.

    ``grace``: seconds after which somebody who is not connected has left.
    """

    def __init__(self, hub: Hub, log: DocumentLog, grace: float) -> None:
        self._hub = hub
        self._log = log
        self._grace = grace
        self._gone_since: dict[str, float] = {}
        self._timer: Timer | None = None

    async def sweep(self) -> None:
        """End what expired, and the locks of whoever left or may write no more."""
        await self.expire()
        for holder in {lock.holder for document in self._log for lock in document.locks.values()}:
            account = self._hub.accounts.known(holder)
            if account is not None and not account.edits:
                await self._end(lock_ends.withdraw, holder)
        for holder in self._leavers(self._hub.clock.monotonic()):
            await self._end(lock_ends.leave, holder)

    async def expire(self) -> None:
        """End what expired."""
        now = self._hub.clock.now()
        for document in self._log:
            if any(lock.expires_at <= now for lock in document.locks.values()):
                await self._change(document.document_id, lock_ends.expire)
        self.plan()

    def plan(self) -> None:
        """Wake up when the next lock expires."""
        self.stop()
        ends = [lock.expires_at for document in self._log for lock in document.locks.values()]
        if ends:
            seconds = max(min(ends) - self._hub.clock.now(), 1) / 1000
            self._timer = self._hub.clock.call_later(
                seconds, lambda: self._hub.spawn(self.expire(), "ending expired locks")
            )

    def stop(self) -> None:
        """Do not wake up."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _leavers(self, now: float) -> list[str]:
        """Who has locks that end with them, and has been away for the time of grace."""
        here = {connection.participant_id for connection in self._hub.connections()}
        away = {
            lock.holder
            for document in self._log
            for lock in document.locks.values()
            if not lock.stays and lock.holder not in here
        }
        self._gone_since = {who: self._gone_since.get(who, now) for who in away}
        return [who for who, since in self._gone_since.items() if now - since >= self._grace]

    async def _end(
        self, rule: Callable[[Document, str, int, str], list[Durable]], holder: str
    ) -> None:
        for document in self._log:
            if any(lock.holder == holder for lock in document.locks.values()):
                await self._change(
                    document.document_id,
                    lambda document, path, now: rule(document, path, now, holder),
                )

    async def _change(
        self, document_id: str, rule: Callable[[Document, str, int], list[Durable]]
    ) -> None:
        await self._log.change(
            document_id,
            "",
            author=SYSTEM,
            ref=mint("s-"),
            decide=lambda document, path: Draft(rule(document, path, self._hub.clock.now())),
        )
