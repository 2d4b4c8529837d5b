"""Why a value was not what the code needs."""

import ast
import re
from collections.abc import Callable

from .case import Case, Cause
from .cause_data import is_none
from .checks import SHADOWED
from .words import capital, cell, code, one


def type_error(case: Case) -> Cause | None:
    """``TypeError`` in its common forms."""
    message = case.failure.message
    if "'NoneType' object" in message:
        return is_none(case, f"{code('None')} was used where a value is needed")
    if match := re.search(r"'(\w+)' object is not callable", message):
        return _not_callable(case, match[1])
    return _by_pattern(case, _TYPES)


def value_error(case: Case) -> Cause | None:
    """``ValueError`` in its common forms."""
    return _by_pattern(case, _VALUES)


def zero_division(case: Case) -> Cause:
    """Something was divided by zero."""
    tree = case.tree()
    divisors = [
        ast.unparse(node.right)
        for node in (ast.walk(tree) if tree is not None else ())
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
    ]
    what = f"{code(divisors[0])} was 0" if len(divisors) == 1 else "a divisor was 0"
    return Cause(
        f"The line divides, and {what}.",
        f"find out why it is 0 (no rows? an empty sum?), or treat that case apart, {case.again}.",
    )


def index_error(case: Case) -> Cause:
    """A position beyond the end."""
    return Cause(
        "The position is beyond the end: there are fewer elements than the code expects. The "
        "first one has the number 0.",
        f"look at {code('len(…)')} before that line, {case.again}.",
    )


def _not_callable(case: Case, kind: str) -> Cause:
    for name in sorted(SHADOWED):
        where = [i for i in case.notebook.binders.get(name, ()) if name in (case.code or "")]
        if where:
            return Cause(
                f"{capital(cell(where[0]))} assigns {code(name)}, which hides Python's own "
                f"function {code(name)}: now it is {one(kind)}.",
                f"rename it there, run {code(f'del {name}')}, {case.again}.",
            )
    return Cause(
        f"{capital(one(kind))} stands before parentheses as if it were a function. Either an "
        "operator is missing, or a variable has taken a function's name.",
        f"look at what comes before the {code('(')}, {case.again}.",
    )


_Pattern = tuple[str, Callable[[re.Match[str]], tuple[str, str]]]

_TYPES: list[_Pattern] = [
    (
        r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'",
        lambda m: (
            f"{code(m[1].rstrip(':'))} does not work between {one(m[2])} and {one(m[3])}.",
            "convert one of them, for example with `int(…)`, `float(…)` or `str(…)`",
        ),
    ),
    (
        r'can only concatenate (\w+) \(not "(\w+)"\) to',
        lambda m: (
            f"{capital(one(m[2]))} cannot be joined to {one(m[1])} with `+`.",
            f"convert it with {code(m[1] + '(…)')}, or use an f-string",
        ),
    ),
    (
        r"(\w+)\(\) missing (\d+) required (?:positional|keyword-only) arguments?: (.+)",
        lambda m: (
            f"{code(m[1] + '()')} was called without {code(m[3])}.",
            "add what is missing to the call",
        ),
    ),
    (
        r"(\w+)\(\) got an unexpected keyword argument '(\w+)'",
        lambda m: (
            f"{code(m[1] + '()')} has no argument {code(m[2])}.",
            f"look at its arguments with {code(m[1] + '?')}, correct the call",
        ),
    ),
    (
        r"(\w+)\(\) takes (\d+|from \d+ to \d+)(?: positional)? arguments? but (\d+) w",
        lambda m: (
            f"{code(m[1] + '()')} takes {m[2]} argument(s) and was given "
            f"{m[3]}; for a method, `self` counts as one.",
            "correct the call or the definition",
        ),
    ),
    (
        r"'(\w+)' object is not (subscriptable|iterable)",
        lambda m: (
            f"{capital(one(m[1]))} is a single value: "
            + ("`[…]` needs" if m[2] == "subscriptable" else "a loop needs")
            + " something with elements.",
            "print it in the line before to see what it is",
        ),
    ),
    (
        r"(?:string|list|tuple) indices must be integers",
        lambda _: (
            "Text and lists are indexed by position, not by name. You may hold one element where "
            "you expect a dict or a table.",
            "print it in the line before to see what it is",
        ),
    ),
    (
        r"unhashable type: '(\w+)'",
        lambda m: (
            f"{capital(one(m[1]))} can change, so it cannot be a dict key or an element of a set.",
            "use a tuple instead",
        ),
    ),
    (
        r"object of type '(\w+)' has no len",
        lambda m: (
            f"{capital(one(m[1]))} has no length.",
            "print it in the line before to see what it is",
        ),
    ),
]

_VALUES: list[_Pattern] = [
    (
        r"(?:could not convert string to float|invalid literal for int\(\) with base \d+): (.+)",
        lambda m: (
            f"The text {code(m[1])} is not a number as Python writes it"
            + (" (a point separates decimals)." if "," in m[1] else "."),
            "clean the text first, or use `pd.to_numeric(…, errors='coerce')` for a column",
        ),
    ),
    (
        r"truth value of (?:a|an) (\w+)",
        lambda m: (
            f"A whole {code(m[1])} is neither true nor false: `if`, `and`, `or` and `not` need "
            "one value.",
            "use `.any()` or `.all()`; to filter, join conditions in parentheses with `&` or `|`",
        ),
    ),
    (
        r"Length of values \((\d+)\) does not match length of index \((\d+)\)",
        lambda m: (
            f"The new column has {m[1]} values, the table {m[2]} rows.",
            "make both equally long",
        ),
    ),
    (
        r"All arrays must be of the same length",
        lambda _: ("The columns of the table are not equally long.", "compare their `len(…)`"),
    ),
    (
        r"too many values to unpack \(expected (\d+)",
        lambda m: (
            f"There are more values on the right than the {m[1]} names on the left.",
            "add names, or collect the rest with `*rest`",
        ),
    ),
    (
        r"not enough values to unpack \(expected (?:at least )?(\d+), got (\d+)\)",
        lambda m: (
            f"There are {m[1]} names on the left and {m[2]} value(s) on the right.",
            "print the right-hand side to see what it holds",
        ),
    ),
    (
        r"(?:x and y must have same first dimension|shapes? .* (?:not aligned|mismatch)"
        r"|operands could not be broadcast|mismatch in its core dimension)",
        lambda _: (
            "The shapes do not fit together.",
            "print the `.shape` of both sides; a transpose (`.T`) or another selection may help",
        ),
    ),
    (
        r"cannot convert (?:float )?(NaN|non-finite)",
        lambda _: (
            "There are missing values (NaN), which whole numbers cannot express.",
            "drop or fill them first (`.dropna()`, `.fillna(0)`), or use the type `Int64`",
        ),
    ),
    (
        r"time data .* (?:does not|doesn't) match format",
        lambda _: (
            "A date is written differently from the given format.",
            "look at such a value, and adapt `format=`, or use `errors='coerce'`",
        ),
    ),
]


def _by_pattern(case: Case, patterns: list[_Pattern]) -> Cause | None:
    for pattern, cause in patterns:
        if match := re.search(pattern, case.failure.message):
            why, todo = cause(match)
            return Cause(why, f"{todo}, {case.again}.")
    return None
