"""From a path to the id that a file keeps when it is renamed or moved, and back.

The ids are those of jupyter_server_fileid, which documents' rooms are named by as well.
"""

from typing import Any

from jupyter_server.utils import ensure_async

from ..domain.errors import Refusal
from ..domain.paths import clean_path
from ..protocol.errors import ErrorCode
from .paths import PathGuard

SETTING = "file_id_manager"


class FileIds:
    """Looks the manager up each time: its extension is loaded after ours."""

    def __init__(self, settings: dict[str, Any], contents_manager: Any, guard: PathGuard) -> None:
        self._settings = settings
        self._contents = contents_manager
        self._guard = guard

    async def of(self, path: str) -> tuple[str, str]:
        """(document id, clean path) of a file that exists.

        Raises ``Refusal``: FORBIDDEN outside the root, INVALID for a folder, NOT_FOUND,
        NOT_READY without a manager.
        """
        clean = clean_path(path)
        await self._guard(clean)
        if not await ensure_async(self._contents.file_exists(clean)):
            if await ensure_async(self._contents.dir_exists(clean)):
                raise Refusal(ErrorCode.INVALID, f"'{clean}' is a folder. Name a file.")
            raise Refusal(ErrorCode.NOT_FOUND, f"There is no file '{clean}'.")
        manager = self._manager()
        _know_folders_of(manager, clean)
        return str(manager.index(clean)), clean

    def path(self, document_id: str) -> str | None:
        """Where the file is now; null when it was deleted, or nobody knows."""
        manager = self._settings.get(SETTING)
        path = None if manager is None else manager.get_path(document_id)
        return None if path is None else str(path)

    def _manager(self) -> Any:
        manager = self._settings.get(SETTING)
        if manager is None:
            raise Refusal(
                ErrorCode.NOT_READY,
                "This needs the server extension jupyter_server_fileid, which is switched off. "
                "Ask the server's administrator.",
            )
        return manager


def _know_folders_of(manager: Any, path: str) -> None:
    """Files follow a folder that is renamed only if the manager has an id for the folder."""
    folder = path.rpartition("/")[0]
    while folder:
        if manager.get_id(folder) is None:
            manager.index(folder)
        folder = folder.rpartition("/")[0]
