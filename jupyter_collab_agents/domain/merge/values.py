"""Three-way merge of JSON objects, key by key."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

_DEPTH = 8
"""Objects nested deeper than this are merged as one value."""


class Absent:
    """There is no value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class Disputed(NamedTuple):
    """Both changed the value at ``key``, differently. ``None`` also where there is none."""

    key: tuple[str, ...]
    base: Any
    ours: Any
    theirs: Any


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; 1, 1.0 and true are not."""
    if one is other:
        return True
    if isinstance(one, Absent) or isinstance(other, Absent) or one != other:
        return False
    return _encoded(one) == _encoded(other)


def _encoded(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def merge_value(
    base: Any, ours: Any, theirs: Any, key: tuple[str, ...] = ()
) -> tuple[Any, list[Disputed]]:
    """The merged value (or ABSENT) and the disputes, in which ours stays."""
    if same(ours, theirs) or same(base, theirs):
        return ours, []
    if same(base, ours):
        return theirs, []
    if isinstance(ours, dict) and isinstance(theirs, dict) and len(key) < _DEPTH:
        before: dict[str, Any] = base if isinstance(base, dict) else {}
        merged: dict[str, Any] = {}
        disputed: list[Disputed] = []
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            value, more = merge_value(
                before.get(name, ABSENT),
                ours.get(name, ABSENT),
                theirs.get(name, ABSENT),
                (*key, name),
            )
            disputed += more
            if not isinstance(value, Absent):
                merged[name] = value
        return merged, disputed
    given = (None if isinstance(value, Absent) else value for value in (base, ours, theirs))
    return ours, [Disputed(key, *given)]


def changed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keys whose values differ, with the new value or ABSENT."""
    for name in [*old, *(name for name in new if name not in old)]:
        value = new.get(name, ABSENT)
        if not same(old.get(name, ABSENT), value):
            yield name, value
