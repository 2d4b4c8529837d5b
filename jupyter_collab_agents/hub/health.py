"""Whether the store answers."""

from ..storage.store import Store


class Health:
    """``problem``: why the store does not answer; null while it does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.problem: str | None = None

    def say(self, problem: str | None) -> None:
        """This came of the last attempt."""
        self.problem = problem

    async def look(self) -> None:
        """Try again, if it did not answer. Raises ``StoreUnavailable``."""
        if self.problem is not None:
            await self._store.check()
            self.say(None)
