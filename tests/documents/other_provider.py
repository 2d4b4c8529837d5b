"""A server extension that shares documents in a way of its own, loaded by a test's server."""

from typing import Any


class Provider:
    """Sits where the collaboration server would."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "documents.other_provider"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    serverapp.web_app.settings["jupyter_server_ydoc"] = Provider()
