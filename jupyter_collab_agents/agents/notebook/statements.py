"""Reads statements and expressions of a cell in the order in which Python runs them.

Where Python could go either way (branches, loops) the reading is generous: a name that may be
there counts as there, because a false alarm costs more than a missed hint.
"""

import ast
from collections.abc import Callable, Iterable
from typing import ClassVar

from .bindings import LEAVES, bound_in, children, root_name
from .scopes import Namespace

_SWALLOWS = {"NameError", "Exception", "BaseException"}


class StatementReader:
    """Reading, assigning, control flow; what is in functions and classes is for subclasses."""

    _methods: ClassVar[dict[type[ast.AST], Callable[..., None]]] = {}

    def __init__(self) -> None:
        self.space = Namespace()

    def visit(self, node: ast.AST) -> None:
        """Read one node: ``_call`` reads an ``ast.Call``; without such a method, what is in it."""
        kind = type(node)
        if kind in LEAVES:
            return
        if kind not in self._methods:
            method = getattr(type(self), f"_{kind.__name__.lower()}", None)
            self._methods[kind] = method or StatementReader._unknown
        self._methods[kind](self, node)

    def _unknown(self, node: ast.AST) -> None:
        for child in children(node):
            self.visit(child)

    def read(self, nodes: Iterable[ast.AST | None]) -> None:
        """One after the other."""
        for node in nodes:
            if node is not None:
                self.visit(node)

    # reading and assigning

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.space.use(node.id, node.lineno)
        elif isinstance(node.ctx, ast.Store):
            self.space.bind(node.id, node.lineno)
        else:
            self.space.unbind(node.id)

    def _assign(self, node: ast.Assign) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()) if (
                self.space.owner is None
            ):
                with self.space.owned(name):
                    self.visit(node.value)
            case _:
                self.visit(node.value)
        for target in node.targets:
            self.assign(target)

    def _augassign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.space.use(node.target.id, node.target.lineno)
        self.visit(node.value)
        self.assign(node.target)

    def _annassign(self, node: ast.AnnAssign) -> None:
        self.read_later(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.assign(node.target)

    def _namedexpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.space.bind(node.target.id, node.lineno)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.assign(target)

    def assign(self, node: ast.expr) -> None:
        """Read what stands left of ``=``, after ``for``, ``as`` or ``del``."""
        for part in () if isinstance(node, ast.Name) else ast.walk(node):
            match part:
                case (
                    ast.Attribute(ctx=ast.Store() | ast.Del())
                    | ast.Subscript(ctx=ast.Store() | ast.Del())
                ):
                    self.space.touch(root_name(part), part.lineno)
        self.visit(node)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._imported(name, alias.name, node.lineno)

    def _importfrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.space.names.dynamic = True
            else:
                name = alias.asname or alias.name
                self._imported(name, f"{node.module}.{alias.name}", node.lineno)

    def _imported(self, name: str, module: str, line: int) -> None:
        self.space.bind(name, line)
        if self.space.scope.kind == "module":
            self.space.names.modules[name] = module

    def _global(self, node: ast.Global) -> None:
        self.space.scope.declared_global.update(node.names)

    # control flow

    def _if(self, node: ast.If) -> None:
        self.visit(node.test)
        self._branches([node.body, node.orelse])

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.space.scope.bound |= bound_in([node.target, *node.body])
        self.assign(node.target)
        self._loop(node.body)
        self.read(node.orelse)

    def _asyncfor(self, node: ast.AsyncFor) -> None:
        self._for(node)

    def _while(self, node: ast.While) -> None:
        self.visit(node.test)
        self._loop(node.body)
        self.read(node.orelse)

    def _trystar(self, node: ast.TryStar) -> None:
        self._try(node)

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        swallows = any(_swallows(handler.type) for handler in node.handlers)
        with self.space.perhaps():
            self.space.swallowed += swallows
            self.read(node.body)
            self.space.swallowed -= swallows
            self.read([*node.handlers, *node.orelse])
        self.read(node.finalbody)

    def _excepthandler(self, node: ast.ExceptHandler) -> None:
        self.read([node.type])
        was_bound = node.name in self.space.module.bound
        if node.name:
            self.space.bind(node.name, node.lineno)
        self.read(node.body)
        if node.name and self.space.scope.kind == "module" and not was_bound:
            self.space.module.bound.discard(node.name)
            self.space.names.binds.pop(node.name, None)

    def _match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        self._branches([[case] for case in node.cases])

    def _matchas(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self.read([getattr(node, "pattern", None)])
        if node.name:
            self.space.bind(node.name, node.lineno)

    def _matchstar(self, node: ast.MatchStar) -> None:
        self._matchas(node)

    def _matchmapping(self, node: ast.MatchMapping) -> None:
        self.read([*node.keys, *node.patterns])
        if node.rest:
            self.space.bind(node.rest, node.lineno)

    def _branches(self, branches: Iterable[Iterable[ast.AST]]) -> None:
        """Each begins with what was bound before; afterwards all of it may be bound."""
        scope = self.space.scope
        before, after = scope.bound, set(scope.bound)
        for branch in branches:
            scope.bound = set(before)
            with self.space.perhaps():
                self.read(branch)
            after |= scope.bound
        scope.bound = after

    def _loop(self, body: Iterable[ast.AST]) -> None:
        """What the body binds may be there from the round before."""
        self.space.scope.bound |= bound_in(body)
        with self.space.perhaps():
            self.read(body)

    def read_later(self, node: ast.expr, own: Iterable[str] = ()) -> None:
        """Read an expression that Python may leave alone until somebody asks."""
        with self.space.inside("function", set(own)), self.space.owned(None):
            self.visit(node)


def _swallows(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(isinstance(k, ast.Name) and k.id in _SWALLOWS for k in kinds)
