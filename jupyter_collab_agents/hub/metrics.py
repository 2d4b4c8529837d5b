"""Prometheus metrics, shown on Jupyter's own /metrics."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

DELIVERY = Histogram(
    "collab_agents_delivery_seconds",
    "From a command's arrival to its events' hand-over to the sockets",
    buckets=_FAST,
)
FLUSH = Histogram(
    "collab_agents_flush_seconds", "One group commit, decided to durable", buckets=_FAST
)
FLUSH_FAILURES = Counter("collab_agents_flush_failures", "Group commits that failed")
QUEUE = Gauge("collab_agents_queue_depth", "Commands that wait for the next turn")
CONNECTIONS = Gauge("collab_agents_connections", "Open session sockets")
SESSIONS = Gauge("collab_agents_live_sessions", "Sessions in memory")
EVENTS = Counter("collab_agents_events", "Durable events", ["type"])
event_counter = cache(EVENTS.labels)
"""The counter of one type of event; looking it up each time costs more than counting."""

REFUSALS = Counter("collab_agents_refusals", "Refused commands", ["code"])
CATCH_UPS = Counter("collab_agents_catch_ups", "Connections that fell back to the store")
SLOW_CLOSED = Counter("collab_agents_slow_closed", "Connections closed because they did not read")
LOCKS = Gauge("collab_agents_locks", "Locks on documents")
LOCK_ENDS = Counter("collab_agents_lock_ends", "Locks that ended", ["how"])
MERGES = Counter(
    "collab_agents_merges", "Edits that met changes of others: merged, or people asked", ["outcome"]
)
CONFLICTS_RESOLVED = Counter("collab_agents_conflicts_resolved", "Conflicts decided", ["kind"])
PUT_BACK = Counter("collab_agents_edits_put_back", "Edits that were put back", ["obstacle"])
PROPOSALS = Counter("collab_agents_proposals", "Proposals made, and hunks decided", ["what"])
RUNS = Counter("collab_agents_runs", "Agent runs that ended", ["status"])
