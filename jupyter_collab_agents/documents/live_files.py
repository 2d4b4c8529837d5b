"""Where a live document meets its file: the private side of rooms and file loaders.

With ``collaboration`` the only module that touches private attributes of the provider; their
names are in ``installation.missing_attributes``, which is asked when the server starts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from ..domain.contents import Content
from .collaboration import Collaboration, is_document_room, model_of

if TYPE_CHECKING:
    from jupyter_server_ydoc.loaders import FileLoader
    from jupyter_server_ydoc.rooms import DocumentRoom

SaveTask = asyncio.Task[None]


def on_new_room(collaboration: Collaboration, tell: Callable[["DocumentRoom"], None]) -> None:
    """Tell of every document's room, those that are there and those that come.

    A new one is told before it loads its file. Whoever makes a room adds it to the server's
    rooms, also other extensions; so this is where all of them pass.
    """
    extension = collaboration.extension
    assert extension is not None
    server = extension.ywebsocket_server
    add = server.add_room

    def add_and_tell(path: str, room: Any) -> None:
        known = server.rooms.get(path) is room
        add(path, room)
        if is_document_room(room) and not known:
            tell(room)

    for room in list(server.rooms.values()):
        if is_document_room(room):
            tell(room)
    server.add_room = add_and_tell


def loader_of(room: "DocumentRoom") -> "FileLoader":
    """What reads and writes the room's file."""
    return room._file


def contents_of(loader: "FileLoader") -> Any:
    """The contents manager that it does it through."""
    return loader._contents_manager


def read_and_write_through(loader: "FileLoader", contents: Any) -> None:
    """Let it use another one."""
    loader._contents_manager = contents


def out_of_band() -> Exception:
    """What a save raises when the file has changed: the room then loads it.

    Nobody may be there to hear it, if typing went on and another save waits: that is no fault.
    """
    from jupyter_server_ydoc.utils import OutOfBandChanges

    task = asyncio.current_task()
    if task is not None:
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
    changed: Exception = OutOfBandChanges()
    return changed


def on_loaded(room: "DocumentRoom", bring_in: Callable[[Content], Awaitable[None]]) -> None:
    """Ask this where the room would set its document to what it loaded and it says otherwise.

    So it is after the file changed outside, also if a save found out, and when a room opens whose
    stored updates do not end where the file is. The room's update lock is held meanwhile.
    """
    model_of(room).aset = bring_in


def on_opened(room: "DocumentRoom", do: Callable[[], Awaitable[None]]) -> None:
    """Do this once the document is loaded, before anybody is let in."""
    load = room.initialize

    async def load_and_do() -> None:
        was_open = room.ready
        await load()
        if not was_open:
            await do()

    room.initialize = load_and_do


def before_stop(room: "DocumentRoom", finish: Callable[[], Awaitable[None]]) -> None:
    """Do this before the room stops; stopping drops a save that is about to happen."""
    stop = room.stop

    async def finish_and_stop() -> None:
        await finish()
        await stop()

    room.stop = finish_and_stop


def answer_saves(
    room: "DocumentRoom", save: Callable[[], Coroutine[Any, Any, None]]
) -> Callable[[], SaveTask | None]:
    """Do this where somebody asks to save, and tell them so if it raises.

    Returns the room's own way: it begins to save without delay, in the place of one that waits,
    and is null while the room loads. It ends without a word also if nothing was saved. Typing on
    does not end it, as it does where the room keeps it.
    """
    own: Callable[[], SaveTask | None] = room._save_to_disc

    def begin() -> SaveTask | None:
        task = own()
        if task is not None:
            room._saving_document = None
        return task

    room._save_to_disc = lambda: asyncio.create_task(save())
    return begin


def changed_since_saved(room: "DocumentRoom") -> None:
    """As if somebody had typed: it counts as unsaved, and is saved where saving is automatic."""
    model_of(room).dirty = True
    room._on_document_change("source", None)


async def until_loaded(room: "DocumentRoom") -> None:
    """Wait until the room is done with setting its document to what it loaded."""
    async with room._update_lock:
        pass
