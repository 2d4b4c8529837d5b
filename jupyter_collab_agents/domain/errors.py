"""How a rule says no."""

from ..protocol.errors import ErrorCode


class Refusal(Exception):
    """A command changed nothing. ``message`` is for people: who or what, and what to do."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message
