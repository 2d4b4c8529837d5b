"""Jupyter's live documents: with ``live_files`` the only module that knows their private side.

What is private there may change with any release. So the versions and the attributes that we use
are looked at when the server starts; where they do not fit, nothing of ours touches live
documents, and people are told.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ..protocol.rest import SharingMode
from .installation import fault_of_installation

if TYPE_CHECKING:
    from jupyter_server_ydoc.app import YDocExtension
    from jupyter_server_ydoc.rooms import DocumentRoom

PROVIDER = "jupyter_server_ydoc"
"""The provider's name, and its key in the server's settings."""


class NotSaved(Exception):
    """The file could not be written; the server's log says why."""


class Standing(Struct, frozen=True):
    """A mode, and for people why it is so; null where there is nothing to say."""

    mode: SharingMode
    reason: str | None = None


class Collaboration:
    """The provider of live documents of one server, looked up anew: it loads after us."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._fault: str | None = None
        self._looked = False
        self.running: asyncio.Task[None] | None = None
        """The provider, if we had to start it."""

    @property
    def standing(self) -> Standing:
        """How documents are shared now."""
        provider = self._settings.get(PROVIDER)
        if provider is None:
            return Standing(SharingMode.OFF, "Live collaboration is not installed or not enabled.")
        if not _is_ydoc(provider):
            return Standing(
                SharingMode.UNKNOWN_PROVIDER,
                f"Documents are shared by {type(provider).__module__.partition('.')[0]}, "
                f"not by {PROVIDER}.",
            )
        fault = self._fault_of_installation()
        if fault is not None:
            return Standing(SharingMode.UNSUPPORTED_VERSION, fault)
        if provider.disable_rtc:
            return Standing(SharingMode.OFF, "Live collaboration is switched off (disable_rtc).")
        return Standing(SharingMode.LIVE)

    @property
    def extension(self) -> "YDocExtension | None":
        """The provider, if it is one that we know how to work with; also when switched off:
        its sockets stay open to whoever calls them."""
        provider = self._settings.get(PROVIDER)
        if provider is None or not _is_ydoc(provider) or self._fault_of_installation():
            return None
        return provider

    @property
    def is_out_of_reach(self) -> bool:
        """Whether people may have files open live where nothing of ours comes: such a file must
        not be written behind their backs."""
        unknown = {SharingMode.UNKNOWN_PROVIDER, SharingMode.UNSUPPORTED_VERSION}
        return self.standing.mode in unknown

    def _fault_of_installation(self) -> str | None:
        if not self._looked:
            self._fault = fault_of_installation()
            self._looked = True
        return self._fault

    # --- rooms ----------------------------------------------------------------------------

    @property
    def rooms(self) -> dict[str, Any]:
        """Every room by its name; empty where there are none or may be none of ours."""
        extension = self.extension
        return {} if extension is None else extension.ywebsocket_server.rooms

    def document_rooms(self, document_id: str) -> list["DocumentRoom"]:
        """The rooms of one file; more than one only if it was opened around the gate."""
        return [
            room
            for name, room in list(self.rooms.items())
            if is_document_room(room) and name.rpartition(":")[2] == document_id
        ]

    def room_lock(self, name: str) -> asyncio.Lock:
        """Held by whoever makes, loads or removes the room."""
        assert self.extension is not None
        lock: asyncio.Lock = self.extension._room_locks[name]
        return lock

    def locks_of(self, document_id: str) -> list[asyncio.Lock]:
        """While one has these, nobody opens the file as a live document."""
        if self.extension is None:
            return []
        return [self.room_lock(f"{form}:{document_id}") for form in ("json:notebook", "text:file")]

    @property
    def cleanup_delay(self) -> float | None:
        """Seconds that a room stays when everybody has left it; null: for good."""
        extension = self.extension
        return None if extension is None else extension.document_cleanup_delay

    @property
    def save_delay(self) -> float | None:
        """Seconds of rest after a change until it is saved; null: never by itself."""
        extension = self.extension
        return None if extension is None else extension.document_save_delay

    # --- files ----------------------------------------------------------------------------

    def document_id(self, path: str) -> str | None:
        """The id of the file at ``path``, given now if it had none; null if there is no file."""
        found: str | None = self._settings["file_id_manager"].index(path)
        return found

    def path(self, document_id: str) -> str | None:
        """Where the file is now."""
        found: str | None = self._settings["file_id_manager"].get_path(document_id)
        return found

    # --- sockets --------------------------------------------------------------------------

    def fork_options(self) -> dict[str, Any]:
        """What the provider's handler for copies of documents is to be made with."""
        assert self.extension is not None
        return {"ywebsocket_server": self.extension.ywebsocket_server}

    def socket_options(self) -> dict[str, Any]:
        """What the provider's socket handler is to be made with."""
        extension = self.extension
        assert extension is not None
        return {
            "ywebsocket_server": extension.ywebsocket_server,
            "file_loaders": extension.file_loaders,
            "ystore_class": partial(extension.ystore_class, config=extension.config),
            "room_locks": extension._room_locks,
            "document_cleanup_delay": extension.document_cleanup_delay,
            "document_save_delay": extension.document_save_delay,
            "document_load_progressively": extension.document_load_progressively,
            "notebook_output_delay_threshold_mb": extension.notebook_output_delay_threshold_mb,
        }


# --- what is private ----------------------------------------------------------------------------


def model_of(room: "DocumentRoom") -> Any:
    """The shared model (``YNotebook``, ``YUnicode`` …) of a room."""
    return room._document


def transaction_is_open(room: Any) -> bool:
    """Whether somebody keeps a transaction open across awaits (the provider does, to load)."""
    return room.ydoc._txn is not None


async def until_no_transaction(room: Any) -> None:
    """Wait until the document may be changed in a transaction of one's own.

    What comes in meanwhile would be swallowed into the other transaction, under its origin.
    """
    while transaction_is_open(room):  # noqa: ASYNC110 - nothing tells when it is closed
        await asyncio.sleep(0)


async def save(room: "DocumentRoom") -> None:
    """Write the document to its file now, whatever people chose about saving by itself."""
    async with room._update_lock:
        pass  # while it is being loaded there is nothing to save
    saving = room._save_to_disc()
    if saving is not None:
        await saving


async def finish_saving(room: "DocumentRoom") -> None:
    """What waits for its time to be saved is saved now; the provider would forget it."""
    saving = room._saving_document
    if saving is not None and not saving.done():
        with suppress(NotSaved):  # nobody is there to hear it; the store of updates has the text
            await save(room)


def hears_of_its_file(room: "DocumentRoom") -> bool:
    """Whether the room is loaded or being loaded; if not, it would never save."""
    return room.room_id in room._file._subscriptions


def server_session() -> str:
    """What a page shows when it comes back, to prove that it was opened with this server."""
    from jupyter_server_ydoc.handlers import SERVER_SESSION

    return str(SERVER_SESSION)


async def until_loaded(room: "DocumentRoom") -> None:
    """Wait until the room is done with setting its document to what it loaded."""
    await room.ready_event.wait()
    async with room._update_lock:
        pass


def is_document_room(room: Any) -> bool:
    """Whether this room is a file's (others are for awareness, forks and timelines)."""
    from jupyter_server_ydoc.rooms import DocumentRoom

    return isinstance(room, DocumentRoom)


async def answer_sync_error(room: Any, error: Exception, message: bytes, channel: Any) -> bool:
    """The provider's own answer to an update that does not fit its history; whether it had one."""
    if not is_document_room(room):
        return False
    return bool(await room._handle_sync_message_error(error, message, channel))


def _is_ydoc(provider: Any) -> bool:
    try:
        from jupyter_server_ydoc.app import YDocExtension
    except ImportError:
        return False
    return isinstance(provider, YDocExtension)
