"""The demo folder: what people work on (``files``) and what the server keeps (``state``)."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

NOTEBOOK = "Sales review.ipynb"
FILES = (NOTEBOOK, "sales.csv", "notes.md")


@dataclass(frozen=True)
class Workspace:
    """Two folders side by side: the server's root directory never holds tokens or databases."""

    files: Path
    state: Path


def prepare(folder: Path) -> Workspace:
    """Make the demo folder, or complete it. What is there already is never overwritten."""
    workspace = Workspace(folder / "files", folder / "state")
    workspace.files.mkdir(parents=True, exist_ok=True)
    workspace.state.mkdir(mode=0o700, exist_ok=True)
    source = resources.files(__package__) / "files"
    for name in FILES:
        target = workspace.files / name
        if not target.exists():
            target.write_bytes((source / name).read_bytes())
    return workspace
