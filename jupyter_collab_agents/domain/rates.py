"""Rate limits: a token bucket that is told the time."""

import math


class TokenBucket:
    """``burst`` at once, then ``rate_per_s`` a second. Times are monotonic seconds."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate_per_s: float, burst: float, now: float) -> None:
        self._rate = rate_per_s
        self._burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float, n: float = 1) -> float:
        """Take ``n`` tokens: 0.0 if granted, else the seconds to wait (nothing is taken).

        More than ``burst`` at once is never granted: infinity.
        """
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)
        missing = n - self._tokens
        if missing <= 1e-9:  # rounding: who waited as long as told is let through
            self._tokens = max(0.0, self._tokens - n)
            return 0.0
        if n > self._burst or self._rate <= 0:
            return math.inf
        return missing / self._rate
