"""What people find at their first visit: the notebook and the session panel, side by side."""

import json
from pathlib import Path
from typing import Any

from jupyterlab_server.workspaces_handler import WorkspacesManager

from .people import PEOPLE

PANEL = "jupyter-collab-agents:panel"
# shares of the window's width: left side, notebook, panel
WIDTHS = (0.0, 0.7, 0.3)
OVERRIDES: dict[str, dict[str, Any]] = {
    # otherwise a question about news lies over the panel until somebody answers it
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}


def layout_of(workspace_name: str) -> dict[str, Any]:
    """JupyterLab's record of a window in which only our panel is open."""
    layout = {
        "main": None,
        "left": {"collapsed": True, "visible": True},
        "right": {
            "collapsed": False,
            "visible": True,
            "current": PANEL,
            "widgets": [PANEL],
        },
        "relativeSizes": list(WIDTHS),
    }
    return {
        "data": {"layout-restorer:data": layout},
        "metadata": {"id": workspace_name},
    }


def write_first_look(config: Path) -> None:
    """Write default settings and window layouts into a Jupyter config folder.

    A layout that is there stays: it is how its owner left the window.
    """
    overrides = config / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps(OVERRIDES, indent=2))
    windows = WorkspacesManager(str(config / "lab" / "workspaces"))
    for person in PEOPLE:
        if not windows.load(person.username)["data"]:
            windows.save(person.username, json.dumps(layout_of(person.username)))
