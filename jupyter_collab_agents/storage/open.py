"""From a store's URL to the store."""

import hashlib
import os

from .memory import MemoryStore
from .sqlite_open import open_sqlite
from .store import Store, StoreNotReady

_SQLITE = "sqlite://"


async def open_store(url: str) -> Store:
    """Open ``memory:`` or ``sqlite:///absolute/path`` (the path as it stands, no escapes).

    Raises ``StoreNotReady``.
    """
    if url == "memory:":
        return MemoryStore()
    if url.startswith(_SQLITE):
        path = url.removeprefix(_SQLITE)
        if os.path.splitdrive(path[1:])[0]:
            path = path[1:]  # sqlite:///C:/folder/file
        if os.path.isabs(path) and not path.endswith(("/", os.sep)):
            return await open_sqlite(path)
        raise StoreNotReady("The store's URL needs an absolute path: sqlite:///folder/file.sqlite")
    scheme = url.partition(":")[0]  # what follows may hold a password
    raise StoreNotReady(
        f"There is no store for {scheme!r} URLs. Use memory: or sqlite:///folder/file."
    )


def default_url(root_dir: str, data_dir: str) -> str:
    """The store of a server: one file per root directory, whichever way it is spelled.

    ``data_dir`` is the Jupyter data directory.
    """
    root = os.path.normcase(os.path.realpath(root_dir))
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:24]
    path = os.path.join(os.path.realpath(data_dir), "collab_agents", f"{name}.sqlite")
    path = path.replace(os.sep, "/")
    return f"{_SQLITE}{path if path.startswith('/') else f'/{path}'}"
