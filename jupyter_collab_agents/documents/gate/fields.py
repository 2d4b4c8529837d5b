"""Making parts of a shared mapping what they were, with as little change as possible."""

from typing import Any

from pycrdt import Array, Map, Text

from ..text import apply_edits, difference


def put_back_field(
    old: Any, new: Any, name: str, free: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Make one field of a shared mapping what it was. What was not: names inside of the field
    where it is a mapping (``free`` ones are left alone), else the field's own name."""
    was, now = old.get(name), new.get(name)
    this = frozenset((name,))
    if isinstance(was, Text):
        text = str(now)
        edits = difference(text, str(was))
        apply_edits(now, text, edits)
        return this if edits else frozenset()
    if isinstance(was, Map):
        if not isinstance(now, Map):
            new[name] = Map(was.to_py())
            return this
        return put_back_mapping(was, now, free)
    if isinstance(was, Array):
        return frozenset()  # outputs: whoever looks after the cell puts them back
    if name not in old:
        if name in new:
            del new[name]
            return this
        return frozenset()
    if name in new and _plain(now) == was:
        return frozenset()
    new[name] = was
    return this


def put_back_mapping(was: Any, now: Any, free: frozenset[str] = frozenset()) -> frozenset[str]:
    """Make a shared mapping of plain values what it was; the names that were not."""
    want, have = was.to_py(), now.to_py()
    changed = {
        name
        for name in (want.keys() | have.keys()) - free
        if name not in want or name not in have or want[name] != have[name]
    }
    for name in changed:
        if name in want:
            now[name] = want[name]
        else:
            del now[name]
    return frozenset(changed)


def _plain(value: Any) -> Any:
    return value.to_py() if isinstance(value, Map | Array | Text) else value
