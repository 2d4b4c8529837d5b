"""People and AI agents in one collaboration session, inside JupyterLab."""

from typing import Any

from ._version import __version__

__all__ = ["__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-collab-agents"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .transport.collector import loading

    with loading():
        from .extension import CollabAgents

    return [{"module": "jupyter_collab_agents", "app": CollabAgents}]
