"""What a cell needs and what it defines, read from its syntax tree.

Three kinds of reading are told apart: some happen when the cell runs; late ones when a function
that the cell defines is called; what a cell assigns before it reads it is no need at all.
Where Python could go either way (branches, loops) the reading is generous: a name that may be
there counts as there, because a false alarm costs more than a missed hint.
"""

import ast
from collections.abc import Iterable
from typing import Any

from .bindings import bound_in, root_name
from .scopes import CellNames, Namespace

DYNAMIC_CALLS = {"exec", "globals", "locals", "vars"}
"""After these any name may be there."""

IN_PLACE = {
    *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "fill", "resize"),
    *("add", "discard", "update", "setdefault", "popitem", "appendleft", "popleft"),
}
"""Methods that change the object they belong to."""

CALLS_BACK = {
    *("apply", "applymap", "map", "filter", "transform", "agg", "aggregate", "assign", "pipe"),
    *("sort", "sorted", "sort_values", "min", "max", "groupby", "rename", "where", "mask"),
    *("reduce", "accumulate", "starmap"),
}
"""A function given to one of these is called at once."""

CONSTRUCTORS = {"__init__", "__new__", "__post_init__"}

_SWALLOWS = {"NameError", "Exception", "BaseException"}


def names_of(tree: ast.AST) -> CellNames:
    """The names of one cell. Raises RecursionError for code nested beyond reason."""
    reader = _Reader()
    reader.visit(tree)
    return reader.space.names


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.space = Namespace()

    def _all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    # reading and assigning

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.space.use(node.id, node.lineno)
        elif isinstance(node.ctx, ast.Store):
            self.space.bind(node.id, node.lineno)
        else:
            self.space.unbind(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()) if (
                self.space.owner is None
            ):
                with self.space.owned(name):
                    self.visit(node.value)
            case _:
                self.visit(node.value)
        for target in node.targets:
            self._target(target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.space.use(node.target.id, node.target.lineno)
        self.visit(node.value)
        self._target(node.target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._later(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._target(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.space.bind(node.target.id, node.lineno)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._target(target)

    def _target(self, node: ast.expr) -> None:
        for part in () if isinstance(node, ast.Name) else ast.walk(node):
            match part:
                case (
                    ast.Attribute(ctx=ast.Store() | ast.Del())
                    | ast.Subscript(ctx=ast.Store() | ast.Del())
                ):
                    self.space.touch(root_name(part), part.lineno)
        self.visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._imported(name, alias.name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
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

    def visit_Global(self, node: ast.Global) -> None:
        self.space.scope.declared_global.update(node.names)

    # control flow

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._branches([node.body, node.orelse])

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.space.scope.bound |= bound_in([node.target, *node.body])
        self._target(node.target)
        self._loop(node.body)
        self._all(node.orelse)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._loop(node.body)
        self._all(node.orelse)

    def visit_Try(self, node: ast.Try) -> None:
        self._try(node)

    def visit_TryStar(self, node: ast.TryStar) -> None:
        self._try(node)

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        swallows = any(_swallows(handler.type) for handler in node.handlers)
        with self.space.perhaps():
            self.space.swallowed += swallows
            self._all(node.body)
            self.space.swallowed -= swallows
            self._all([*node.handlers, *node.orelse])
        self._all(node.finalbody)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._all([node.type])
        was_bound = node.name in self.space.module.bound
        if node.name:
            self.space.bind(node.name, node.lineno)
        self._all(node.body)
        if node.name and self.space.scope.kind == "module" and not was_bound:
            self.space.module.bound.discard(node.name)
            self.space.names.binds.pop(node.name, None)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        self._branches([[case] for case in node.cases])

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self._all([getattr(node, "pattern", None)])
        if node.name:
            self.space.bind(node.name, node.lineno)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self.visit_MatchAs(node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._all([*node.keys, *node.patterns])
        if node.rest:
            self.space.bind(node.rest, node.lineno)

    def _branches(self, branches: Iterable[Iterable[ast.AST]]) -> None:
        """Each begins with what was bound before; afterwards all of it may be bound."""
        scope = self.space.scope
        before, after = scope.bound, set(scope.bound)
        for branch in branches:
            scope.bound = set(before)
            with self.space.perhaps():
                self._all(branch)
            after |= scope.bound
        scope.bound = after

    def _loop(self, body: Iterable[ast.AST]) -> None:
        """What the body binds may be there from the round before."""
        self.space.scope.bound |= bound_in(body)
        with self.space.perhaps():
            self._all(body)

    # functions, classes, comprehensions

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        space, own = self.space, _type_parameters(node)
        self._all(node.decorator_list)
        for decorator in node.decorator_list:
            self._called(decorator)
        self._defaults(node.args)
        for annotation in [*(a.annotation for a in _arguments(node.args)), node.returns]:
            if annotation is not None:
                self._later(annotation, own)
        space.bind(node.name, node.lineno)
        owner = space.owner or node.name
        if space.scope.kind == "module":
            space.names.functions.setdefault(node.name, set())
        elif space.scope.kind == "class" and node.name not in CONSTRUCTORS:
            owner = f"{owner}.{node.name}"  # making an instance does not call it
        with space.owned(owner):
            self._function(own, node.args, node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._defaults(node.args)
        self._function(set(), node.args, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        space, own = self.space, _type_parameters(node)
        self._all(node.decorator_list)
        if space.scope.kind == "module":
            space.names.functions.setdefault(node.name, set())
        with space.inside("comprehension", own):
            self._all([*node.bases, *node.keywords])
        with space.inside("class", set(own)), space.owned(space.owner or node.name):
            self._all(node.body)
        space.bind(node.name, node.lineno)

    def visit_TypeAlias(self, node: Any) -> None:
        self._later(node.value, _type_parameters(node))
        self._target(node.name)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node.generators, [node.key, node.value])

    def _comprehension(self, generators: list[ast.comprehension], results: list[ast.expr]) -> None:
        self.visit(generators[0].iter)
        targets = bound_in([g.target for g in generators])
        with self.space.inside("comprehension", targets):
            for index, generator in enumerate(generators):
                if index:
                    self.visit(generator.iter)
                self._target(generator.target)
                self._all(generator.ifs)
            self._all(results)

    def _function(self, own: set[str], arguments: ast.arguments, body: list[Any]) -> None:
        bound = own | bound_in(body) | {a.arg for a in _arguments(arguments)} | {"__class__"}
        with self.space.inside("function", bound):
            self._all(body)

    def _later(self, node: ast.expr, own: Iterable[str] = ()) -> None:
        """Read an expression that Python may leave alone until somebody asks."""
        with self.space.inside("function", set(own)), self.space.owned(None):
            self.visit(node)

    def _defaults(self, arguments: ast.arguments) -> None:
        self._all([*arguments.defaults, *arguments.kw_defaults])

    # calls

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        self._called(function)
        method = function.attr if isinstance(function, ast.Attribute) else None
        if method is not None and (method in IN_PLACE or _in_place(node)):
            self.space.touch(root_name(function), node.lineno)
        called = method or (function.id if isinstance(function, ast.Name) else "")
        self.visit(function)
        for argument in [*node.args, *(k.value for k in node.keywords)]:
            if isinstance(argument, ast.Lambda) and called in CALLS_BACK:
                self._defaults(argument.args)
                own = {a.arg for a in _arguments(argument.args)}
                with self.space.inside("comprehension", own):
                    self.visit(argument.body)
                continue
            self.visit(argument)
            if called in CALLS_BACK:
                self._called(argument)

    def _called(self, function: ast.expr) -> None:
        if isinstance(function, ast.Name) and self.space.scope.reaches_module(function.id):
            self.space.names.dynamic |= function.id in DYNAMIC_CALLS
            if not self.space.late:
                self.space.names.calls.setdefault(function.id, function.lineno)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    stars = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars]


def _type_parameters(node: ast.AST) -> set[str]:
    return {p.name for p in getattr(node, "type_params", [])}


def _in_place(call: ast.Call) -> bool:
    return any(
        k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value is True
        for k in call.keywords
    )


def _swallows(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(isinstance(k, ast.Name) and k.id in _SWALLOWS for k in kinds)
