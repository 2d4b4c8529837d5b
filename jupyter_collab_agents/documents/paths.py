"""Where a path really leads: links are followed and must stay in the folder the server shows."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

from ..domain.errors import Refusal
from ..domain.paths import clean_path
from ..protocol.errors import ErrorCode

PathGuard = Callable[[str], Awaitable[None]]


def path_guard(contents_manager: Any) -> PathGuard:
    """A check for paths that come from clients, against one contents manager.

    The check raises ``Refusal`` for a path outside the root, also through a link, and for a
    hidden one. A file that does not exist (yet) passes. Contents managers without a root
    directory (not on this machine's disk) get the check of the path's form only.
    """
    root = getattr(contents_manager, "root_dir", None)
    real_root = os.path.realpath(root) if root else None

    def check(path: str) -> None:
        clean = clean_path(path)
        if real_root is None:
            return
        real = os.path.realpath(os.path.join(real_root, clean))
        if real != real_root and not real.startswith(real_root.rstrip(os.sep) + os.sep):
            raise Refusal(
                ErrorCode.FORBIDDEN, f"'{clean}' leads outside the folder that this server shows."
            )
        inside = os.path.relpath(real, real_root)
        if inside != os.curdir and any(p.startswith(".") for p in inside.split(os.sep)):
            raise Refusal(ErrorCode.FORBIDDEN, f"'{clean}' leads to a hidden file.")

    async def guard(path: str) -> None:
        await asyncio.to_thread(check, path)

    return guard
