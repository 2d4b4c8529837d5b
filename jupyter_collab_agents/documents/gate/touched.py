"""Which places of a document a transaction touched."""

from collections.abc import Callable
from typing import Any

Path = tuple[str | int, ...]


class Touched:
    """Filled by the deep observers of one document, for one transaction at a time."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.depth = 0
        """Steps from a root to the deepest place."""
        self.cells: list[dict[str, Any]] | None = None
        """How the list of cells changed; null if it did not."""
        self.fields: dict[int, set[str]] = {}
        """The fields of each cell in which something changed, by the cell's index afterwards."""
        self.set_fields: dict[int, set[str]] = {}
        """Those of them that were set, removed or replaced as a whole."""
        self.roots: set[str] = set()
        """Roots in which something changed."""

    def listener(self, root: str) -> Callable[[Any], None]:
        """To be called with the events of everything below ``root``."""

        def listen(events: Any) -> None:
            self.roots.add(root)
            for event in events:
                self._note(root, event)

        return listen

    def _note(self, root: str, event: Any) -> None:
        path: list[Any] = event.path
        self.depth = max(self.depth, len(path))
        if root != "cells":
            return
        if not path:
            self.cells = event.delta
        elif len(path) == 1:
            self.fields.setdefault(path[0], set()).update(event.keys)
            self.set_fields.setdefault(path[0], set()).update(event.keys)
        else:
            self.fields.setdefault(path[0], set()).add(str(path[1]))
