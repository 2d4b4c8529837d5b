"""Jupyter's live documents: the only module that knows the private side of their provider.

What is private there may change with any release. So the versions and the attributes that we use
are looked at when the server starts; where they do not fit, nothing of ours touches live
documents, and people are told.
"""

import asyncio
import re
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ..protocol.rest import SharingMode

if TYPE_CHECKING:
    from jupyter_server_ydoc.app import YDocExtension
    from jupyter_server_ydoc.rooms import DocumentRoom

PROVIDER = "jupyter_server_ydoc"
"""The provider's name, and its key in the server's settings."""

SUPPORTED = {
    "jupyter_server_ydoc": ("3.0.4", "3.1"),
    "pycrdt": ("0.14.13", "0.15"),
    "jupyter_ydoc": ("4.2", "5"),
}
"""The lowest version that works, and the first that nobody has tried."""

Attributes = dict[str, Any]


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

    # --- files ----------------------------------------------------------------------------

    def document_id(self, path: str) -> str | None:
        """The id of the file at ``path``, given now if it had none; null if there is no file."""
        found: str | None = self._settings["file_id_manager"].index(path)
        return found

    def path(self, document_id: str) -> str | None:
        """Where the file is now."""
        found: str | None = self._settings["file_id_manager"].get_path(document_id)
        return found


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


def is_document_room(room: Any) -> bool:
    """Whether this room is a file's (others are for awareness, forks and timelines)."""
    from jupyter_server_ydoc.rooms import DocumentRoom

    return isinstance(room, DocumentRoom)


async def answer_sync_error(room: Any, error: Exception, message: bytes, channel: Any) -> bool:
    """The provider's own answer to an update that does not fit its history; whether it had one."""
    if not is_document_room(room):
        return False
    return bool(await room._handle_sync_message_error(error, message, channel))


# --- whether it fits ----------------------------------------------------------------------------


def fault_of_installation() -> str | None:
    """What does not fit, in words for people; null when all does."""
    for package, (lowest, first_unknown) in SUPPORTED.items():
        try:
            installed = version(package)
        except PackageNotFoundError:
            return f"{package} is not installed."
        if not _numbers(lowest) <= _numbers(installed) < _numbers(first_unknown):
            return (
                f"{package} {installed} is installed; this version works with "
                f"{lowest} up to, not including, {first_unknown}."
            )
    missing = missing_attributes()
    if missing:
        return f"{PROVIDER} is not as expected: {', '.join(missing)} is missing."
    from pycrdt import Text

    from .text import counts_bytes

    if not counts_bytes(Text):
        return "pycrdt counts positions in another way than expected."
    return None


def missing_attributes() -> list[str]:
    """Names that we use and the installed packages do not have."""
    from jupyter_server_ydoc import handlers
    from jupyter_server_ydoc.app import YDocExtension
    from jupyter_server_ydoc.loaders import FileLoader
    from jupyter_server_ydoc.rooms import DocumentRoom
    from jupyter_server_ydoc.websocketserver import JupyterWebsocketServer
    from pycrdt import Doc

    handler = handlers.YDocWebSocketHandler
    used: dict[Any, tuple[str, ...]] = {
        YDocExtension: ("_room_locks", "get_document", "ystore_class", "disable_rtc"),
        DocumentRoom: ("_save_to_disc", "_handle_sync_message_error", "cleaner", "initialize"),
        FileLoader: ("maybe_save_content", "maybe_notify", "number_of_subscriptions"),
        JupyterWebsocketServer: ("room_exists", "get_room", "add_room", "delete_room"),
        handler: ("prepare", "open", "on_message", "on_close", "_room_lock", "__anext__"),
        handlers: ("FORK_ROOMS", "FORK_DOCUMENTS", "SERVER_SESSION", "DocSessionHandler"),
        Doc(): ("_txn",),
    }
    missing = [name for owner, names in used.items() for name in names if not hasattr(owner, name)]
    made: dict[Any, tuple[str, ...]] = {
        DocumentRoom: ("_document", "_file", "_saving_document", "_update_lock"),
        FileLoader: ("_subscriptions", "_contents_manager"),
    }
    for owner, names in made.items():
        # attributes of instances: named where instances are made
        missing += [name for name in names if name not in owner.__init__.__code__.co_names]
    return missing


def _is_ydoc(provider: Any) -> bool:
    try:
        from jupyter_server_ydoc.app import YDocExtension
    except ImportError:
        return False
    return isinstance(provider, YDocExtension)


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(number) for number in found[0].split(".")) if found else ()
