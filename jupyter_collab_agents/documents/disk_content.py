"""A file's content and a live document's, brought into one form so that they can be compared.

Loading a notebook into a live document adds to it (a kernel's name, an empty cell), and Jupyter
marks cells as trusted for whoever reads them, which is never part of the file.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..domain.contents import Content
from ..domain.merge.operations import Operation, SetOutputs, SetValue
from .live_content import Merge, Steps, merge

_DEFAULTS: dict[str, Any] = {
    "language_info": {"name": ""},
    "kernelspec": {"name": "", "display_name": ""},
}
_TRUSTED = "trusted"


def as_loaded(content: Content) -> Content:
    """As the live document would have it after loading, without trust."""
    if isinstance(content, str):
        return content
    metadata = content.get("metadata", {})
    return {
        **without_trust(content),
        "metadata": {**_DEFAULTS, **metadata} if isinstance(metadata, dict) else metadata,
    }


def without_trust(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook without the marks of trust; they are never part of a file."""
    return {**notebook, "cells": [_without_trust(cell) for cell in notebook.get("cells", [])]}


def same_content(one: Content, other: Content) -> bool:
    """Whether a live document and a file say the same."""
    return one == other or as_loaded(one) == as_loaded(other)


def fingerprint(content: Content) -> str:
    """Names a content; equal ones have the same."""
    named = hashlib.sha256()
    for part in in_parts(as_loaded(content)):
        named.update(part)
    return named.hexdigest()


def in_parts(content: Content) -> Iterator[bytes]:
    """A content as bytes: a text in UTF-8, a notebook as JSON, cell by cell.

    The same content gives the same bytes. Between two parts other threads have their turn.
    """
    if isinstance(content, str):
        yield content.encode(errors="surrogatepass")
        return
    cells = content.get("cells", [])
    yield b'{"cells":['
    for number, cell in enumerate(cells):
        yield (b"," if number else b"") + json.dumps(cell, sort_keys=True).encode()
    rest = {key: value for key, value in content.items() if key != "cells"}
    yield b"]" + (b"," if rest else b"") + json.dumps(rest, sort_keys=True).encode()[1:]


def merge_from_disk(base: Content, ours: Content, theirs: Content) -> Merge:
    """Bring what the file says into the live document.

    Trust is no matter of merging, but what somebody else wrote into a cell's outputs is trusted
    only as far as Jupyter trusts the file. Raises as ``live_content.merge``.
    """
    merged = merge(as_loaded(base), as_loaded(ours), as_loaded(theirs))
    if not isinstance(theirs, dict):
        return merged
    trust = {cell.get("id"): cell.get("metadata", {}).get(_TRUSTED) for cell in theirs["cells"]}
    steps: list[Operation] = []
    for step in merged.steps:
        assert isinstance(step, Operation)
        steps.append(step)
        if isinstance(step, SetOutputs):
            steps.append(
                SetValue(step.cell_id, "metadata", _TRUSTED, bool(trust.get(step.cell_id)))
            )
    return Merge(merged.content, steps, merged.conflicts)


def steps_to(ours: Content, wanted: Content) -> Steps:
    """What makes one content out of another."""
    return merge_from_disk(ours, ours, wanted).steps


def _without_trust(cell: Mapping[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    if not isinstance(metadata, Mapping) or _TRUSTED not in metadata:
        return dict(cell)
    return {**cell, "metadata": {k: v for k, v in metadata.items() if k != _TRUSTED}}
