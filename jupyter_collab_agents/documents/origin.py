"""Who a change of a live document comes from: the origin of its transaction.

People are their participant id, ``user:<name>``; an agent's work is ``agent:<name>/<run id>``, or
its participant id where no run asked for it; what comes from the file on disk is ``disk``. A
transaction without an origin is the collaboration server's own (loading, "dirty" marks), or that
of another extension in this process.
"""

DISK = "disk"


def of_run(agent_id: str, run_id: str) -> str:
    """The origin of what an agent does in one run."""
    return f"{agent_id}/{run_id}"


def author_of(origin: str) -> tuple[str, str | None]:
    """Who it was, and in which run (null for people, the disk, and agents without a run)."""
    if not origin.startswith("agent:"):
        return origin, None
    agent_id, _, run_id = origin.partition("/")
    return agent_id, run_id or None
