"""The paths that a command names: none may lead out of the folder that this server shows."""

from collections.abc import Awaitable, Callable

from ..protocol.chat import PostMessage
from ..protocol.frames import AnyDurableCommand
from ..protocol.sessions import SetActiveFile, SetFiles

PathGuard = Callable[[str], Awaitable[None]]
"""Raises ``Refusal`` for a path that may not be named."""


async def no_guard(path: str) -> None:
    """Where documents are not on this machine."""


def paths_of(command: AnyDurableCommand) -> list[str]:
    """Every path that a command names."""
    match command:
        case PostMessage():
            anchored = [command.anchor.path] if command.anchor else []
            return anchored + [attachment.path for attachment in command.attachments]
        case SetFiles():
            return list(command.files)
        case SetActiveFile():
            return [command.path] if command.path else []
        case _:
            return []
