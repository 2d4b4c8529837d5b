"""Syntax trees, walked quickly; which names a piece of code binds in its own scope."""

import ast
from collections.abc import Iterable, Iterator

LEAVES = frozenset(
    {
        *(ast.Constant, ast.Pass, ast.Break, ast.Continue),
        *(
            kind
            for group in (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
            for kind in group.__subclasses__()
        ),
    }
)
"""Kinds of nodes without names."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def children(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes directly within ``node``, without leaves, in the order of the text."""
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST) and type(item) not in LEAVES:
                    yield item
        elif isinstance(value, ast.AST) and type(value) not in LEAVES:
            yield value


def bound_in(nodes: Iterable[ast.AST]) -> set[str]:
    """Names bound by ``nodes``, not by the functions and classes within, nor declared global
    or nonlocal."""
    bound: set[str] = set()
    foreign: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                bound.add(node.id)
        elif isinstance(node, _FUNCTIONS):
            bound.add(node.name)
        elif isinstance(node, _COMPREHENSIONS):
            bound |= _walrus(node)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            foreign.update(node.names)
        elif not isinstance(node, ast.Lambda):
            bound.update(_own_names(node))
            waiting.extend(children(node))
    return bound - foreign


def _own_names(node: ast.AST) -> Iterable[str]:
    """Names that a node binds by itself, not by a Name within."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [a.asname or a.name.partition(".")[0] for a in node.names]
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return [node.name] if node.name else ()
    if isinstance(node, ast.MatchMapping):
        return [node.rest] if node.rest else ()
    return ()


def _walrus(node: ast.AST) -> set[str]:
    """Names that assignment expressions within a comprehension bind around it."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.NamedExpr):
            found.add(part.target.id)
        waiting.extend(children(part))
    return found


def root_name(node: ast.expr) -> str | None:
    """``df`` for ``df.loc[0].x``; null where the object has no name."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
