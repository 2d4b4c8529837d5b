"""Why a name or a module is not there."""

import builtins
import re
import sys
from difflib import get_close_matches

from .case import Case, Cause
from .packages import OTHER_LANGUAGES, PACKAGES, SAME_NAME, USUAL_IMPORTS
from .words import capital, cell, code


def name_error(case: Case) -> Cause | None:
    """``NameError: name 'x' is not defined``."""
    match = re.search(r"name '([^']+)'", case.failure.message)
    if match is None:
        return None
    name = match[1]
    return _defined_elsewhere(case, name) or _defined_nowhere(case, name)


def _defined_elsewhere(case: Case, name: str) -> Cause | None:
    notebook, here, quoted = case.notebook, case.here, code(name)
    above = notebook.binder_before(name, case.index)
    if above is not None:
        return _defined_above(case, name, above)
    below = notebook.binder_after(name, case.index)
    if below is not None:
        where, ran = cell(below), notebook.cell(below).execution_count
        only = f"{quoted} gets its value only in {where}, further down"
        if ran is None:
            why = f"{only}, which has not run."
        elif case.count is not None and ran > case.count:
            why = f"{only}, which ran after {here}. It would work now, but not from top to bottom."
        else:
            why = f"{only}, which ran before {here}, in another kernel or with another text."
        return Cause(why, f"move {where} above {here}, then run both.")
    line = notebook.names(case.index).binds.get(name)
    if line is not None and name in notebook.names(case.index).uses:
        return Cause(
            f"{capital(here)} reads {quoted} before line {line} gives it a value.",
            f"give {quoted} a first value above, {case.again}.",
        )
    if line is not None:
        return Cause(
            f"Line {line} of {here} defines {quoted} now, so the cell was edited since it failed.",
            f"run {here} again.",
        )
    return None


def _defined_above(case: Case, name: str, above: int) -> Cause:
    where, quoted = cell(above), code(name)
    ran = case.notebook.cell(above).execution_count
    if ran is None:
        return Cause(
            f"{capital(where)} defines {quoted}, but has not run in this kernel.",
            f"run {where}, {case.again}.",
        )
    if case.count is not None and ran > case.count:
        return Cause(
            f"{capital(where)} defines {quoted}, but ran only after {case.here}.",
            f"run {case.here} again.",
        )
    for read in case.notebook.codes:
        if name in read.names.deletes:
            return Cause(
                f"{capital(where)} defines {quoted}, and {cell(read.index)} deletes it.",
                f"run {where}, {case.again}, before {cell(read.index)} deletes it.",
            )
    return Cause(
        f"{capital(where)} defines {quoted}, but the kernel did not have it: it was restarted "
        f"in between, or {where} had another text then.",
        f"run {where}, {case.again}.",
    )


def _defined_nowhere(case: Case, name: str) -> Cause:
    quoted = code(name)
    why = f"No cell of this notebook defines {quoted}."
    near = case.notebook.near(name)
    if near is not None:
        where = cell(case.notebook.binders[near][0])
        return Cause(
            f"{why} There is {code(near)} in {where}: did you mean that?",
            f"correct the spelling, {case.again}.",
        )
    if name in OTHER_LANGUAGES:
        return Cause(
            f"Python writes {code(OTHER_LANGUAGES[name])}, not {quoted}.",
            f"change it, {case.again}.",
        )
    usual = USUAL_IMPORTS.get(name)
    if usual is None and name in sys.stdlib_module_names:
        usual = f"import {name}"
    if usual is None and name in SAME_NAME:
        usual = f"import {name}"
    if usual is not None:
        return Cause(
            f"{why} It is usually imported.",
            f"add {code(usual)} to the first cell and run that, {case.again}.",
        )
    known = get_close_matches(name, dir(builtins), 1, 0.75)
    if known:
        return Cause(
            f"{why} Python has {code(known[0])}: did you mean that?",
            f"correct the spelling, {case.again}.",
        )
    return Cause(why, f"define {quoted} in a cell above and run that, {case.again}.")


def unbound_local(case: Case) -> Cause | None:
    """A function reads its own variable too early."""
    match = re.search(r"variable '([^']+)'", case.failure.message)
    if match is None:
        return None
    name = code(match[1])
    return Cause(
        f"The function assigns {name} somewhere, so within it {name} is its own variable, and it "
        "is read before it has a value. A value outside of the function does not count.",
        f"assign it earlier in the function, or hand it over as an argument, {case.again}.",
    )


def module_not_found(case: Case) -> Cause | None:
    """``No module named 'x'``."""
    match = re.search(r"No module named '?([\w.]+)", case.failure.message)
    if match is None:
        return None
    module = match[1]
    root = module.partition(".")[0]
    package = PACKAGES.get(module) or PACKAGES.get(root) or (root if root in SAME_NAME else None)
    if root in sys.stdlib_module_names:
        return Cause(
            f"{code(root)} belongs to Python, but {code(module)} is not part of this version.",
            "correct the spelling, or look up what has taken its place.",
        )
    if package is not None and "is not a package" not in case.failure.message:
        other = "" if package == root else f" (it provides {code(root)})"
        return Cause(
            f"The package {code(package)}{other} is not installed where this kernel runs.",
            f"run {code(f'%pip install {package}')} in a cell, {case.again}.",
        )
    if f"{root}.py" in case.files:
        add_folder = "import sys; sys.path.insert(0, '.')"
        return Cause(
            f"There is a file {code(f'{root}.py')} beside the notebook, but the kernel does not "
            "look there.",
            f"run {code(add_folder)} first, {case.again}.",
        )
    near = get_close_matches(root, [*sys.stdlib_module_names, *SAME_NAME, *PACKAGES], 1, 0.75)
    if near:
        return Cause(
            f"There is no module {code(module)} here. Did you mean {code(near[0])}?",
            f"correct the import, {case.again}.",
        )
    return Cause(
        f"No module {code(module)} is installed where this kernel runs.",
        "check the spelling and which package provides it; when you are sure, install that with "
        f"{code('%pip install …')}, {case.again}.",
    )


def import_error(case: Case) -> Cause | None:
    """``cannot import name 'x' from 'y'``."""
    match = re.search(r"cannot import name '([^']+)' from '([^']+)'", case.failure.message)
    if match is None:
        return None
    name, module = match.groups()
    root = module.partition(".")[0]
    look = f"dir({root})" if root in sys.stdlib_module_names else f"{root}.__version__"
    return Cause(
        f"{code(module)} is there, but has no {code(name)}: it is spelled otherwise, or this "
        "version of the package does not have it.",
        f"check the spelling and {code(look)}, {case.again}.",
    )
