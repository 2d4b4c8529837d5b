"""Where a name that is read or assigned belongs: Python's scopes, for one cell."""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct


class CellNames(Struct, kw_only=True):
    """Names of one cell, each with its first line (1-based).

    ``uses``: read when the cell runs, before it assigns them. ``late``: read by a function when
    that is called. ``binds``: defined when the cell has run. ``functions``: for each function and
    class, the notebook's names that a call reads. ``calls``: names called while the cell runs.
    ``touches``: objects changed in place. ``sets_late``: what functions assign by ``global``.
    ``deletes``: gone after it. ``modules``: what imported names stand for. ``dynamic``: it may
    define names that cannot be seen.
    """

    uses: dict[str, int] = {}
    late: dict[str, int] = {}
    binds: dict[str, int] = {}
    functions: dict[str, set[str]] = {}
    calls: dict[str, int] = {}
    touches: dict[str, int] = {}
    modules: dict[str, str] = {}
    sets_late: set[str] = set()
    deletes: set[str] = set()
    dynamic: bool = False


class Scope:
    """A namespace: module, class, function or comprehension. What module and class bodies bind
    grows as they run; what a function binds is known before."""

    def __init__(self, kind: str, parent: "Scope | None", bound: set[str]) -> None:
        self.kind = kind
        self.parent = parent
        self.bound = bound
        self.declared_global: set[str] = set()

    def reaches_module(self, name: str) -> bool:
        """Whether ``name``, read here, is one of the notebook's own names."""
        scope: Scope | None = self
        from_function = False
        while scope is not None and scope.kind != "module":
            if name in scope.declared_global:
                return True
            if name in scope.bound and not (scope.kind == "class" and from_function):
                return False
            from_function |= scope.kind == "function"
            scope = scope.parent
        return True


class Namespace:
    """Writes down what happens to names, knowing where the reader is."""

    def __init__(self) -> None:
        self.names = CellNames()
        self.module = Scope("module", None, set())
        self.scope = self.module
        self.late = 0
        """Inside how many function bodies."""
        self.swallowed = 0
        """Inside how many ``try`` that catch a NameError."""
        self.maybe = 0
        """Inside how many branches and loops."""
        self.owner: str | None = None
        """The function or class of the cell whose body is read."""

    def use(self, name: str, line: int) -> None:
        """``name`` is read."""
        if self.swallowed or not self.scope.reaches_module(name):
            return
        if self.late:
            if self.owner is not None:
                self.names.functions.setdefault(self.owner, set()).add(name)
            self.names.late.setdefault(name, line)
        elif name not in self.module.bound:
            self.names.uses.setdefault(name, line)

    def bind(self, name: str, line: int) -> None:
        """``name`` gets a value; from a comprehension (``:=``) in the scope around it."""
        scope = self.scope
        while scope.kind == "comprehension" and name not in scope.bound and scope.parent:
            scope = scope.parent
        if scope.kind == "module":
            scope.bound.add(name)
            self.names.binds.setdefault(name, line)
            self.names.deletes.discard(name)
        elif name in scope.declared_global:
            self.names.sets_late.add(name)
        else:
            scope.bound.add(name)

    def unbind(self, name: str) -> None:
        """``name`` is deleted; where that is not certain it counts as still there."""
        if self.maybe:
            return
        if self.scope.kind == "module":
            self.names.deletes.add(name)
            self.names.binds.pop(name, None)
        if self.scope.kind in {"module", "class"}:
            self.scope.bound.discard(name)

    def touch(self, name: str | None, line: int) -> None:
        """The object called ``name`` is changed in place."""
        if name is not None and not self.late and self.scope.reaches_module(name):
            self.names.touches.setdefault(name, line)

    @contextmanager
    def inside(self, kind: str, bound: set[str]) -> Iterator[None]:
        """Read in a scope of its own."""
        outer = self.scope
        self.scope = Scope(kind, outer, bound)
        self.late += kind == "function"
        yield
        self.late -= kind == "function"
        self.scope = outer

    @contextmanager
    def owned(self, name: str | None) -> Iterator[None]:
        """Read on behalf of a function or class of the cell."""
        outer = self.owner
        self.owner = name
        yield
        self.owner = outer

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """Read what may not run."""
        self.maybe += 1
        yield
        self.maybe -= 1
