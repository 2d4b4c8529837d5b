"""What ``execute_task`` answers: the mission's result, in its words."""

from msgspec import Struct


class FinalResult(Struct, frozen=True):
    """The whole answer, Markdown."""

    result: str


class TaskResult(Struct, frozen=True, kw_only=True):
    """How a task ended.

    ``reason`` is done, failed, cancelled, timeout, busy, not_found or forbidden; ``error`` says
    it to people, null when done. ``final_result`` is null if no text came.
    """

    success: bool
    final_result: FinalResult | None
    reason: str
    error: str | None
    seconds: float
