"""Small notebooks to merge."""

from copy import deepcopy


def cell(cell_id, source="", kind="code", **more):
    made = {"id": cell_id, "cell_type": kind, "source": source, "metadata": {}, **more}
    if kind == "code":
        made = {"outputs": [], "execution_count": None, **made}
    return made


def notebook(*cells, **metadata):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def abc():
    return notebook(cell("a", "a = 1\n"), cell("b", "b = 2\n"), cell("c", "c = 3\n"))


def with_source(book, cell_id, source):
    return with_cell(book, cell_id, source=source)


def with_cell(book, cell_id, **fields):
    copy = deepcopy(book)
    next(c for c in copy["cells"] if c["id"] == cell_id).update(fields)
    return copy


def ordered(book, *ids):
    """The cells named, in this order; names that are not there become new cells."""
    copy = deepcopy(book)
    by_id = {c["id"]: c for c in copy["cells"]}
    copy["cells"] = [by_id.get(i, cell(i, f"{i} = 'new'\n")) for i in ids]
    return copy


def ids(book):
    return [c["id"] for c in book["cells"]]


def source(book, cell_id):
    return next(c["source"] for c in book["cells"] if c["id"] == cell_id)
