"""Reading documents: the live one where somebody has it open, else the file. Never changes one."""

import logging
from typing import Any

from jupyter_server.utils import ensure_async
from msgspec import Struct
from tornado.web import HTTPError

from ..domain.errors import Refusal
from ..domain.paths import clean_path
from ..protocol.errors import ErrorCode
from ..protocol.rest import SharingMode
from .collaboration import Collaboration
from .paths import PathGuard

log = logging.getLogger(__name__)


class NotebookContent(Struct, frozen=True):
    """A notebook as nbformat 4 JSON. ``live``: read from the shared document, not the disk."""

    path: str
    live: bool
    content: dict[str, Any]


class DocumentReader:
    """Reads through Jupyter's own services, so that their rules hold."""

    def __init__(
        self, collaboration: Collaboration, contents_manager: Any, guard: PathGuard
    ) -> None:
        self._collaboration = collaboration
        self._contents = contents_manager
        self._guard = guard

    async def notebook(self, path: str) -> NotebookContent:
        """A notebook as it stands now. Raises ``Refusal`` with words for whoever asked."""
        clean = clean_path(path)
        await self._guard(clean)
        if await self.exists(clean):
            live = await self._live(clean)
            if live is not None:
                return NotebookContent(clean, True, live)
        try:
            model = await ensure_async(self._contents.get(clean, content=True, type="notebook"))
        except HTTPError as problem:
            if problem.status_code == 404:
                raise Refusal(ErrorCode.NOT_FOUND, f"There is no notebook '{clean}'.") from problem
            raise Refusal(
                ErrorCode.INVALID, f"'{clean}' could not be read as a notebook."
            ) from problem
        return NotebookContent(clean, False, dict(model["content"]))

    async def exists(self, path: str) -> bool:
        """Whether there is such a file for the contents manager."""
        return bool(await ensure_async(self._contents.file_exists(path)))

    async def files_beside(self, path: str) -> list[str]:
        """Names in a document's folder, for "did you mean"."""
        folder = path.rpartition("/")[0]
        try:
            model = await ensure_async(self._contents.get(folder, content=True, type="directory"))
        except HTTPError:
            return []
        return [entry["name"] for entry in model["content"]]

    async def _live(self, path: str) -> dict[str, Any] | None:
        extension = self._collaboration.extension
        if extension is None or self._collaboration.standing.mode is not SharingMode.LIVE:
            return None
        document = await extension.get_document(
            path=path, content_type="notebook", file_format="json", copy=True, create=False
        )
        if document is None:
            return None
        content = document.get()
        return content if isinstance(content, dict) else None
