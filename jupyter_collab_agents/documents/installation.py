"""Whether the installed packages are those that we know from inside."""

import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any

SUPPORTED = {
    "jupyter_server_ydoc": ("3.0.4", "3.1"),
    "pycrdt": ("0.14.13", "0.15"),
    "jupyter_ydoc": ("4.2", "5"),
}
"""The lowest version that works, and the first that nobody has tried."""


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
        return f"jupyter_server_ydoc is not as expected: {', '.join(missing)} is missing."
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
        DocumentRoom: (
            "_save_to_disc",
            "_handle_sync_message_error",
            "_on_document_change",
            "cleaner",
            "initialize",
        ),
        FileLoader: (
            "load_content",
            "maybe_save_content",
            "maybe_notify",
            "number_of_subscriptions",
        ),
        JupyterWebsocketServer: ("room_exists", "get_room", "add_room", "delete_room"),
        handler: ("prepare", "open", "on_message", "on_close", "_room_lock", "__anext__"),
        handlers: (
            "FORK_ROOMS",
            "FORK_DOCUMENTS",
            "SERVER_SESSION",
            "DocSessionHandler",
            "DocForkHandler",
        ),
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


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(number) for number in found[0].split(".")) if found else ()
