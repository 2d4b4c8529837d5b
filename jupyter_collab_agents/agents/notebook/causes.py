"""From an error's name to what explains it."""

from collections.abc import Callable

from .case import Case, Cause
from .cause_data import attribute_error, file_not_found, key_error
from .cause_names import import_error, module_not_found, name_error, unbound_local
from .cause_values import index_error, type_error, value_error, zero_division
from .words import code

_CAUSES: dict[str, Callable[[Case], Cause | None]] = {
    "NameError": name_error,
    "UnboundLocalError": unbound_local,
    "ModuleNotFoundError": module_not_found,
    "ImportError": import_error,
    "FileNotFoundError": file_not_found,
    "KeyError": key_error,
    "AttributeError": attribute_error,
    "TypeError": type_error,
    "ValueError": value_error,
    "ZeroDivisionError": zero_division,
    "IndexError": index_error,
}

_GENERAL: dict[str, tuple[str, str]] = {
    "SyntaxError": (
        "Python could not read the cell, so nothing of it ran. The mistake is on this line or "
        "just above: a missing bracket, quote, comma or colon.",
        "correct it",
    ),
    "IndentationError": (
        "The lines are not indented as Python needs it: after a line that ends with `:` comes an "
        "indented block, and lines of one block begin in the same column.",
        "correct the spaces at the beginning of the line",
    ),
    "TabError": ("Tabs and spaces are mixed.", "use spaces only"),
    "KeyboardInterrupt": ("It did not fail: somebody stopped it.", "if that was a mistake"),
    "RecursionError": (
        "A function calls itself without end: the case in which it stops is missing or is never "
        "reached.",
        "check that case",
    ),
    "MemoryError": (
        "The kernel ran out of memory.",
        "work on a part of the data, free what you no longer need with `del`",
    ),
    "AssertionError": (
        "An `assert` did not hold: the code checks something that is not true.",
        "look at the values it compares",
    ),
    "PermissionError": (
        "The kernel may not read or write that file or folder.",
        "use a folder of your own",
    ),
    "UnicodeDecodeError": (
        "The file is not written in the expected encoding.",
        'try `encoding="latin-1"` or `"cp1252"` when opening it',
    ),
    "JSONDecodeError": (
        "The text is not valid JSON: empty, cut off, or something else (an error page, say).",
        "print its first 200 characters",
    ),
    "StopIteration": ("The iterator has no more elements.", "give `next(…)` a default"),
    "NotImplementedError": ("This part is not written yet.", "write it, or use another way"),
    "UnsupportedOperation": (
        "The file was not opened for that.",
        'open it with `"w"` to write or `"r"` to read',
    ),
    "ParserError": (
        "The table in the file is irregular: some line has more fields than the others.",
        "check the separator (`sep=`) and the lines before the header (`skiprows=`)",
    ),
    "EmptyDataError": ("The file has no columns: it is empty.", "check that it was written"),
}

_CONNECTION = {"ConnectionError", "URLError", "HTTPError", "ConnectTimeout", "ReadTimeout"}


def cause_of(case: Case) -> Cause:
    """Why it failed, in plain words; there is always something useful to say."""
    name = case.failure.name.rpartition(".")[2]
    special = _CAUSES.get(name)
    found = special(case) if special is not None else None
    if found is not None:
        return found
    if name in _CONNECTION:
        return Cause(
            "The other side could not be reached or refused.",
            f"check the address and the network, {case.again}.",
        )
    if name in _GENERAL:
        why, todo = _GENERAL[name]
        return Cause(why, f"{todo}, {case.again}.")
    if case.failure.package is not None:
        return Cause(
            f"{code(case.failure.package)} raised this while it worked on what the line gave it.",
            f"print the values that go in, compare them with the function's help, {case.again}.",
        )
    if "raise " not in (case.code or ""):
        return Cause(
            "Python cannot do what this line asks, for the reason that the message gives.",
            f"print the values the line uses, {case.again}.",
        )
    return Cause(
        "The code raised this itself; the message says what it did not like.",
        f"print the values the line uses, {case.again}.",
    )
