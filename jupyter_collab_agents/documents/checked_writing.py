"""Writing a file only over what one expects to find there, and knowing what one wrote.

Jupyter's contents managers for files write in place: the old bytes are first copied aside (they
come back if writing fails), then the file is emptied, and filled as the content is put together.
Here it is put together first. Then the file is written in one go, after a look at it and at the
copy: if they are not what was expected, the file stays as it is. So whatever another program
wrote, up to the moment before the file is emptied, is found and stays; and the hash of our own
bytes is known without reading them again, when the file may already be somebody else's.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.fileio import path_to_intermediate
from tornado.web import HTTPError


class Overtaken(HTTPError):
    """Somebody else wrote the file since we last looked; it is as they left it."""

    def __init__(self) -> None:
        super().__init__(409, "The file was changed on the disk meanwhile.")


class Writing:
    """One save of ours. ``expected``: the hash of what is there, null if nothing is known.

    ``written``: the hash of what we wrote; null until then, or if the manager does not tell.
    """

    def __init__(self, expected: str | None) -> None:
        self.expected = expected
        self.written: str | None = None


_current: ContextVar[Writing | None] = ContextVar("collab_agents_writing", default=None)


def is_ours() -> bool:
    """Whether this runs inside of a save of ours."""
    return _current.get() is not None


@contextmanager
def writing(save: Writing) -> Iterator[None]:
    """What is saved within is this save."""
    token = _current.set(save)
    try:
        yield
    finally:
        _current.reset(token)


def check_writing(contents_manager: Any) -> bool:
    """From now on saves of ours through this manager are checked; whether it is one that can be.

    Everybody else's are as before.
    """
    plain = getattr(contents_manager, "atomic_writing", None)
    if plain is None:
        return False
    if getattr(plain, "collab_agents", False):
        return True

    @contextmanager
    def checked(os_path: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
        save = _current.get()
        if save is None:
            with plain(os_path, *args, **kwargs) as file:
                yield file
            return
        is_text = kwargs.get("text", args[0] if args else True)
        buffer = io.StringIO() if is_text else io.BytesIO()
        yield buffer
        data = buffer.getvalue()
        algorithm = contents_manager.hash_algorithm
        path = _followed(os_path)
        _compare(save, path, algorithm)  # here nothing is touched yet
        with plain(os_path, *args, **kwargs) as file:
            copy: str = path_to_intermediate(str(path))  # type: ignore[no-untyped-call]
            _compare(save, Path(copy), algorithm)
            file.write(data)
        written = data.encode() if isinstance(data, str) else data
        save.written = hashlib.new(algorithm, written).hexdigest()

    checked.collab_agents = True  # type: ignore[attr-defined]
    contents_manager.atomic_writing = checked
    return True


def _followed(os_path: str) -> Path:
    """Where a link leads, as the manager follows it."""
    path = Path(os_path)
    return path.parent / path.readlink() if path.is_symlink() else path


def _compare(save: Writing, path: Path, algorithm: str) -> None:
    if save.expected is None:
        return
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return  # a new file, or a manager that makes no copy
    if hashlib.new(algorithm, found).hexdigest() != save.expected:
        raise Overtaken
