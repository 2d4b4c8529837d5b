"""What a cell needs and what it defines, read from its syntax tree.

Three kinds of reading are told apart: some happen when the cell runs; late ones when a function
that the cell defines is called; what a cell assigns before it reads it is no need at all.
"""

import ast
from typing import Any

from .bindings import bound_in, root_name
from .scopes import CellNames
from .statements import StatementReader

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


def names_of(tree: ast.AST) -> CellNames:
    """The names of one cell. Raises RecursionError for code nested beyond reason."""
    reader = _Reader()
    reader.visit(tree)
    return reader.space.names


class _Reader(StatementReader):
    def _functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        space, own = self.space, _type_parameters(node)
        self.read(node.decorator_list)
        for decorator in node.decorator_list:
            self._called(decorator)
        self._defaults(node.args)
        for annotation in [*(a.annotation for a in _arguments(node.args)), node.returns]:
            if annotation is not None:
                self.read_later(annotation, own)
        space.bind(node.name, node.lineno)
        owner = space.owner or node.name
        if space.scope.kind == "module":
            space.names.functions.setdefault(node.name, set())
        elif space.scope.kind == "class" and node.name not in CONSTRUCTORS:
            owner = f"{owner}.{node.name}"  # making an instance does not call it
        with space.owned(owner):
            self._function(own, node.args, node.body)

    def _asyncfunctiondef(self, node: ast.AsyncFunctionDef) -> None:
        self._functiondef(node)

    def _lambda(self, node: ast.Lambda) -> None:
        self._defaults(node.args)
        self._function(set(), node.args, [node.body])

    def _classdef(self, node: ast.ClassDef) -> None:
        space, own = self.space, _type_parameters(node)
        self.read(node.decorator_list)
        if space.scope.kind == "module":
            space.names.functions.setdefault(node.name, set())
        with space.inside("comprehension", own):
            self.read([*node.bases, *node.keywords])
        with space.inside("class", set(own)), space.owned(space.owner or node.name):
            self.read(node.body)
        space.bind(node.name, node.lineno)

    def _typealias(self, node: Any) -> None:
        self.read_later(node.value, _type_parameters(node))
        self.assign(node.name)

    def _listcomp(self, node: ast.ListComp) -> None:
        self._generators(node.generators, [node.elt])

    def _setcomp(self, node: ast.SetComp) -> None:
        self._generators(node.generators, [node.elt])

    def _generatorexp(self, node: ast.GeneratorExp) -> None:
        self._generators(node.generators, [node.elt])

    def _dictcomp(self, node: ast.DictComp) -> None:
        self._generators(node.generators, [node.key, node.value])

    def _generators(self, generators: list[ast.comprehension], results: list[ast.expr]) -> None:
        self.visit(generators[0].iter)
        targets = bound_in([g.target for g in generators])
        with self.space.inside("comprehension", targets):
            for index, generator in enumerate(generators):
                if index:
                    self.visit(generator.iter)
                self.assign(generator.target)
                self.read(generator.ifs)
            self.read(results)

    def _function(self, own: set[str], arguments: ast.arguments, body: list[Any]) -> None:
        bound = own | bound_in(body) | {a.arg for a in _arguments(arguments)} | {"__class__"}
        with self.space.inside("function", bound):
            self.read(body)

    def _defaults(self, arguments: ast.arguments) -> None:
        self.read([*arguments.defaults, *arguments.kw_defaults])

    # calls

    def _attribute(self, node: ast.Attribute) -> None:
        self.visit(node.value)

    def _call(self, node: ast.Call) -> None:
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
