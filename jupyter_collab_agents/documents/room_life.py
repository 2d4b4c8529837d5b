"""Rooms of live documents: made, kept, put away without losing anything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from .collaboration import Collaboration, finish_saving, hears_of_its_file, is_document_room

if TYPE_CHECKING:
    from jupyter_server_ydoc.app import YDocExtension
    from jupyter_server_ydoc.rooms import DocumentRoom


async def open_room(collaboration: Collaboration, name: str) -> "DocumentRoom":
    """A file's room, loaded; made if there is none. Raises what loading the file raises.

    Nobody keeps it open by this: who works in it must be among its clients (``lease.py``).
    """
    async with collaboration.room_lock(name):
        _forget_half_made(collaboration, name)
        room: Any = collaboration.rooms.get(name) or await _make_room(collaboration, name)
        try:
            await room.initialize()
        except BaseException:
            await _remove(collaboration, room)
            raise
        if room.cleaner is not None:
            room.cleaner.cancel()
    return room


async def forget_half_made(collaboration: Collaboration, name: str) -> None:
    """Forget a room that somebody failed to load: it would never save."""
    if name in collaboration.rooms:
        async with collaboration.room_lock(name):
            _forget_half_made(collaboration, name)


def _forget_half_made(collaboration: Collaboration, name: str) -> None:
    room = collaboration.rooms.get(name)
    if room is not None and is_document_room(room) and not hears_of_its_file(room):
        del collaboration.rooms[name]


async def close_room(collaboration: Collaboration, room: "DocumentRoom") -> bool:
    """Save what waits to be saved, and remove a room that nobody is in; whether it was."""
    async with collaboration.room_lock(room.room_id):
        if not _is_left(collaboration, room):
            return False
        await finish_saving(room)
        if not _is_left(collaboration, room):
            return False
        await _remove(collaboration, room)
    return True


def _is_left(collaboration: Collaboration, room: "DocumentRoom") -> bool:
    return not room.clients and collaboration.rooms.get(room.room_id) is room


async def finish_all_saving(collaboration: Collaboration) -> None:
    """Save what waits to be saved anywhere: the server is about to stop."""
    rooms = [room for room in collaboration.rooms.values() if is_document_room(room)]
    await asyncio.gather(*(finish_saving(room) for room in rooms), return_exceptions=True)


async def _make_room(collaboration: Collaboration, name: str) -> "DocumentRoom":
    # as the provider's socket does; its get_document() forgets how the store is configured
    from jupyter_server_ydoc.rooms import DocumentRoom
    from jupyter_server_ydoc.websocketserver import exception_logger

    extension = collaboration.extension
    assert extension is not None
    server = extension.ywebsocket_server
    if not server.started.is_set():
        collaboration.running = asyncio.create_task(server.start())
        await server.started.wait()
    format_, kind, document_id = name.split(":")
    await _check_loads(extension, document_id, format_, kind)
    room = DocumentRoom(
        name,
        format_,
        kind,
        extension.file_loaders[document_id],
        extension.serverapp.event_logger,
        extension.ystore_class(
            path=f".{kind}:{document_id}.y", log=extension.log, config=extension.config
        ),
        extension.log,
        exception_handler=exception_logger,
        save_delay=extension.document_save_delay,
        document_load_progressively=extension.document_load_progressively,
        notebook_output_delay_threshold_mb=extension.notebook_output_delay_threshold_mb,
    )
    await server.start_room(room)
    server.add_room(name, room)
    return room


async def _check_loads(
    extension: "YDocExtension", document_id: str, format_: str, kind: str
) -> None:
    """Raises what loading the file raises, before there is a room that cannot be loaded."""
    loaders = extension.file_loaders
    loader = loaders[document_id]
    try:
        await loader.load_content(format_, kind)
    except BaseException:
        if loader.number_of_subscriptions == 0:
            await loaders.remove(document_id)
        raise


async def _remove(collaboration: Collaboration, room: "DocumentRoom") -> None:
    extension = collaboration.extension
    assert extension is not None
    async with _at_rest(room.ystore):
        await extension.ywebsocket_server.delete_room(room=room)
    document_id = room.room_id.rpartition(":")[2]
    loaders = extension.file_loaders
    if document_id in loaders and loaders[document_id].number_of_subscriptions == 0:
        await loaders.remove(document_id)


@asynccontextmanager
async def _at_rest(store: Any) -> AsyncIterator[None]:
    """Put a room's store of updates away with the room.

    The provider leaves it open, and interrupts it: what it wrote at that moment would lock the
    database for everybody.
    """
    async with getattr(store, "lock", None) or nullcontext():
        yield
        if store is not None and store.started.is_set():
            await store.stop()
