"""Carets as browsers read them: the unit of text that a caret stands before, named by who put it
in and when, so that it keeps its place whatever others type."""

from typing import Any

from pycrdt import Assoc, Doc, StickyIndex

from .gate.reader import Reader
from .gate.update import read_state
from .text import bytes_in

Finder = Any
"""``(Doc) -> Text``: the same text can be found in a copy of the document."""


def caret_after_own(doc: Any) -> dict[str, Any]:
    """Behind what this document's own client put in last: exact, whatever was written before."""
    clock = read_state(doc.get_state()).get(doc.client_id, 0)
    item = {"client": doc.client_id, "clock": clock - 1}
    return {"type": None, "tname": None, "item": item, "assoc": -1}


def cursor(anchor: dict[str, Any], head: dict[str, Any]) -> dict[str, Any]:
    """A caret, or a selection from an anchor to a head."""
    return {"anchor": anchor, "head": head, "primary": True, "empty": anchor == head}


def place_in(find: Finder, doc: Any, index: int) -> dict[str, Any]:
    """Before the character at ``index`` of a text, or at its end."""
    shared = find(doc)
    text = str(shared)
    place: dict[str, Any] = {"type": None, "tname": None, "item": None, "assoc": 0}
    if index < len(text):
        item = _item_at(find, doc, shared, text, index)
        if item is not None:
            return {**place, "item": item}
    # nothing follows: the text itself is named
    named = StickyIndex.new(shared, 0, Assoc.BEFORE).to_json()
    return {**place, **{key: named[key] for key in ("type", "tname") if key in named}}


def _item_at(find: Finder, doc: Any, shared: Any, text: str, index: int) -> dict[str, Any] | None:
    if text.isascii():
        item: dict[str, Any] = StickyIndex.new(shared, index, Assoc.AFTER).to_json()["item"]
        return item
    # the library mixes up bytes and units where a text is not ASCII. What comes before which unit
    # is said by whoever puts something in between: so it is put in, in a copy.
    copy: Doc[Any] = Doc()
    copy.apply_update(doc.get_update())
    before = copy.get_state()
    find(copy).insert(bytes_in(text[:index]), "x")
    return _right_of(copy.get_update(before))


def _right_of(update: bytes) -> dict[str, Any] | None:
    """What stands right of the one thing that an update puts in."""
    reader = Reader(update)
    for _ in range(4):  # one client, one item, which client, its clock
        reader.number()
    info = reader.byte()
    if info & 0x80:
        reader.number(), reader.number()
    if not info & 0x40:
        return None
    return {"client": reader.number(), "clock": reader.number()}
