"""An order in which things are taken out and put behind others, each in constant time."""

from collections.abc import Iterable, Iterator


class Chain:
    """Distinct names in order. None stands for the place in front of the first."""

    def __init__(self, names: Iterable[str]) -> None:
        self._next: dict[str | None, str | None] = {None: None}
        self._previous: dict[str | None, str | None] = {None: None}
        last: str | None = None
        for name in names:
            self.insert(name, last)
            last = name

    def __iter__(self) -> Iterator[str]:
        name = self._next[None]
        while name is not None:
            yield name
            name = self._next[name]

    def __contains__(self, name: str | None) -> bool:
        return name in self._next

    def insert(self, name: str, after: str | None) -> None:
        """Put a new name behind another one. Raises KeyError if that is not there."""
        if name in self._next:
            raise KeyError(name)
        behind = self._next[after]
        self._next[after], self._next[name] = name, behind
        self._previous[name] = after
        if behind is not None:
            self._previous[behind] = name

    def remove(self, name: str) -> None:
        """Take a name out. Raises KeyError if it is not there."""
        before, behind = self._previous.pop(name), self._next.pop(name)
        self._next[before] = behind
        if behind is not None:
            self._previous[behind] = before

    def before(self, name: str) -> str | None:
        """What stands in front of a name."""
        return self._previous[name]

    def behind(self, name: str | None) -> str | None:
        """What stands behind a name, or first."""
        return self._next[name]
