"""How much each participant may still send."""

from ..domain.rates import TokenBucket
from .clock import Clock
from .recent import Recent
from .settings import Settings

MAX_BUCKETS = 10_000


class Rates:
    """One allowance of each sort for each participant, over all sessions and tabs.

    The bucket that was not used for longest goes first: it is full again, like the new one its
    owner gets, long before so many others come.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._buckets: Recent[tuple[str, bool], TokenBucket] = Recent(MAX_BUCKETS)

    def wait(self, participant_id: str, *, ephemeral: bool) -> float:
        """Seconds until the next command is welcome; 0 when it is now."""
        settings, now = self._settings, self._clock.monotonic()
        key = (participant_id, ephemeral)
        bucket = self._buckets.get(key)
        if bucket is None:
            rate = settings.ephemeral_rate if ephemeral else settings.command_rate
            burst = settings.ephemeral_burst if ephemeral else settings.command_burst
            bucket = TokenBucket(rate, burst, now)
            self._buckets.put(key, bucket)
        return bucket.take(now)
