"""Why a file, a key, a column or an attribute is not there."""

import ast
import re
from collections.abc import Iterable
from difflib import get_close_matches

from .analysis import Analysis
from .case import Case, Cause
from .failure import failure_of
from .view import text_of
from .words import capital, cell, code, listed, one

_HEADER = re.compile(r"<th[^>]*>([^<>]{1,80})</th>")
_GONE = {
    "append": "pd.concat([df, other])",
    "ix": ".loc or .iloc",
    "iteritems": ".items()",
    "as_matrix": ".to_numpy()",
    "applymap": ".map()",
    "lookup": ".loc",
    "mad": "(s - s.mean()).abs().mean()",
}
"""What pandas had once, and what it has instead."""

_BUILTINS: dict[str, type] = {
    kind.__name__: kind for kind in (str, list, dict, set, tuple, int, float, bytes)
}


def file_not_found(case: Case) -> Cause | None:
    """``No such file or directory: 'x'``."""
    match = re.search(r"directory: (['\"])(.+?)\1", case.failure.message)
    if match is None:
        return None
    path = match[2]
    name = re.split(r"[/\\]", path)[-1]
    close = _close(name, case.files, 3)
    if name in case.files and name != path:
        return Cause(
            f"There is no {code(path)}, but {code(name)} is in the notebook's own folder.",
            f"write {code(name)} instead, {case.again}.",
        )
    if close:
        names = listed([code(c) for c in close])
        return Cause(
            f"There is no file {code(path)} where the kernel runs. Did you mean {names}?",
            f"correct the name, {case.again}.",
        )
    return Cause(
        f"There is no file {code(path)} where the kernel runs. Paths begin at the kernel's "
        f"folder, usually the notebook's; {code('%pwd')} shows it.",
        f"correct the path or put the file there, {case.again}.",
    )


def key_error(case: Case) -> Cause:
    """A dict or a DataFrame does not have a key."""
    table = case.failure.package == "pandas"
    missing = re.findall(r"'([^']*)'", case.failure.message) if table else []
    key = missing[0] if missing else case.failure.message.strip("'\"")
    what = "column or label" if table else "key"
    seen = [k for k in seen_keys(case.notebook) if k != key]
    why = f"There is no {what} {code(repr(key) if missing or not key.isdigit() else key)}."
    close = _close(key, seen, 3)
    if close:
        return Cause(
            f"{why} This notebook has {listed([code(repr(c)) for c in close])}.",
            f"correct the name, {case.again}.",
        )
    look = "print(list(df.columns))" if table else "print(list(d))"
    some = f" Seen in this notebook: {', '.join(code(repr(k)) for k in seen[:8])}." if seen else ""
    return Cause(
        f"{why}{some}",
        f"look at what there is, for example with {code(look)}, {case.again}.",
    )


def attribute_error(case: Case) -> Cause | None:
    """Something does not have an attribute or method."""
    message = case.failure.message
    if match := re.search(r"module '([^']+)' has no attribute '([^']+)'", message):
        module, name = match.groups()
        return Cause(
            f"The module {code(module)} has no {code(name)}: it is spelled otherwise, belongs to "
            "a submodule, or this version does not have it. A file of yours with the module's "
            "name would hide the real one, too.",
            f"check {code(f'dir({module})')}, {case.again}.",
        )
    match = re.search(r"'([^']+)' object has no attribute '([^']+)'", message)
    if match is None:
        return None
    kind, name = match.groups()
    if kind == "NoneType":
        return is_none(case, f"{code('.' + name)} was asked of {code('None')}")
    why = f"{capital(one(kind))} has no {code('.' + name)}."
    if kind in {"DataFrame", "Series"}:
        if name in _GONE:
            return Cause(
                f"{why} Pandas had it in earlier versions.",
                f"use {code(_GONE[name])} instead, {case.again}.",
            )
        close = _close(name, seen_keys(case.notebook), 3)
    else:
        known = _BUILTINS.get(kind)
        close = _close(name, [n for n in dir(known) if n[0] != "_"], 1) if known else []
    if close:
        return Cause(
            f"{why} Did you mean {listed([code(c) for c in close])}?",
            f"correct it, {case.again}.",
        )
    return Cause(
        f"{why} It may be another kind of thing than you expect.",
        f"look at it with {code('type(…)')} and {code('dir(…)')} in the line before, {case.again}.",
    )


def is_none(case: Case, what: str) -> Cause:
    """Something is ``None`` that should not be: very often the result of a method that works in
    place."""
    for read in case.notebook.codes:
        for node in ast.walk(read.tree) if read.tree is not None else ():
            if isinstance(node, ast.Assign) and (method := _returns_none(node.value)):
                name = ast.unparse(node.targets[0])
                if name in (case.code or ""):
                    where = f"{cell(read.index)}, line {node.lineno}"
                    return Cause(
                        f"{what}: {code(name)} is {code('None')}, because {code(method)} in "
                        f"{where} changes its object in place and returns {code('None')}.",
                        f"do not assign its result, {case.again}.",
                    )
    return Cause(
        f"{what}: something that should have a value has none. Often a function ends without "
        f"{code('return')}, or a search found nothing.",
        f"find out which value is {code('None')} by printing it in the line before, {case.again}.",
    )


def _returns_none(value: ast.expr) -> str | None:
    match value:
        case ast.Call(func=ast.Attribute(attr=name), keywords=keywords):
            if any(k.arg == "inplace" and ast.unparse(k.value) == "True" for k in keywords):
                return f".{name}(inplace=True)"
            if name in {"sort", "append", "extend", "reverse", "insert", "shuffle"}:
                return f".{name}()"
    return None


def seen_keys(notebook: Analysis) -> list[str]:
    """Keys and columns that the notebook sets, has used with success, or shows."""
    keys: dict[str, None] = {}
    for view in notebook.view.cells:
        for output in view.outputs:
            data = output.get("data")
            html = text_of(data.get("text/html")) if isinstance(data, dict) else ""
            keys.update(dict.fromkeys(k.strip() for k in _HEADER.findall(html[:200_000])))
    for read in notebook.codes:
        worked = failure_of(notebook.cell(read.index)) is None
        if read.tree is not None:
            for node in ast.walk(read.tree):
                keys.update(dict.fromkeys(_keys(node, worked)))
    return [k for k in keys if k and not k.isdigit()]


def _keys(node: ast.AST, worked: bool) -> Iterable[str]:
    match node:
        case ast.Subscript(slice=part, ctx=ctx) if worked or isinstance(ctx, ast.Store):
            parts = part.elts if isinstance(part, ast.List | ast.Tuple) else [part]
        case ast.Dict(keys=keys):
            parts = [k for k in keys if k is not None]
        case ast.keyword(arg="columns", value=ast.List(elts=parts)):
            pass
        case _:
            return ()
    return [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]


def _close(name: str, candidates: Iterable[str], most: int) -> list[str]:
    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(candidate.casefold(), candidate)
    found = get_close_matches(name.casefold(), list(by_folded), most, 0.6)
    return [by_folded[f] for f in found]
