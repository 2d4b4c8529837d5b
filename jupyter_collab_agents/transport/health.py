"""``health``: live, ready, database, versions; and what to do when something is wrong."""

from ..protocol.base import PROTOCOL_VERSION
from ..protocol.rest import Health
from ..storage.store import StoreUnavailable
from .base import CollabHandler, allowed
from .identity import RESOURCE


class HealthHandler(CollabHandler):
    """Asks the database each time."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """200 when ready, else 503 with the same body."""
        runtime = self.runtime
        documents = runtime.collaboration.standing
        problem, database, schema = runtime.problem, "closed", None
        if runtime.hub is not None:
            try:
                await runtime.hub.store.check()
                schema = await runtime.hub.store.schema()
                database, problem = "ok", runtime.hub.health.problem
            except StoreUnavailable as failure:
                database, problem = "failing", str(failure)
        self.answer(
            Health(
                live=True,
                ready=problem is None,
                database=database,
                version=runtime.version,
                protocol=PROTOCOL_VERSION,
                schema=schema,
                problem=problem,
                collaboration=documents.mode,
                collaboration_reason=documents.reason,
            ),
            200 if problem is None else 503,
        )
