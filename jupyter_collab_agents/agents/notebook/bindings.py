"""Which names a piece of code binds in its own scope."""

import ast
from collections.abc import Iterable


def bound_in(nodes: Iterable[ast.AST]) -> set[str]:
    """Names bound by ``nodes``, not by the functions and classes within, nor declared global
    or nonlocal."""
    bound: set[str] = set()
    foreign: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound.add(node.name)
                continue
            case ast.Lambda():
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                bound |= _walrus(node)
                continue
            case ast.Name(ctx=ast.Store() | ast.Del()):
                bound.add(node.id)
            case ast.Import() | ast.ImportFrom():
                bound.update(a.asname or a.name.partition(".")[0] for a in node.names)
            case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
                if node.name:
                    bound.add(node.name)
            case ast.MatchMapping(rest=str(rest)):
                bound.add(rest)
            case ast.Global() | ast.Nonlocal():
                foreign.update(node.names)
        waiting.extend(ast.iter_child_nodes(node))
    return bound - foreign


def _walrus(node: ast.AST) -> set[str]:
    """Names that assignment expressions within a comprehension bind around it."""
    return {n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)}


def root_name(node: ast.expr) -> str | None:
    """``df`` for ``df.loc[0].x``; null where the object has no name."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
