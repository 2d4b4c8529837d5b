"""Reading an update of a shared document without applying it (Yjs update format, version 1).

An update that is not well formed, or too deeply nested, can end the whole process inside the
library that applies it. And one that builds on what is not there yet would be kept there, and
happen later in somebody else's name. So each update is read here first, to its last byte.
"""

import asyncio
from bisect import bisect_right

from msgspec import Struct, field

from .reader import MAX_DEPTH, Id, Malformed, Reader

MAX_CLOCK = 2**31
"""Units of one client; the library counts them in 32 bits."""

AT_ONCE = 128 * 1024
"""Bytes that are read without leaving the event loop: some tens of milliseconds at worst."""

EMPTY = b"\x00\x00"
"""The update that changes nothing."""

# what an item can hold, by the low five bits of its first byte
_GC, _DELETED, _JSON, _BINARY, _STRING, _EMBED, _FORMAT, _TYPE, _ANY, _SKIP = (
    0, 1, 2, 3, 4, 5, 6, 7, 8, 10,
)  # fmt: skip
_ARRAY, _MAP, _TEXT, _ELEMENT, _FRAGMENT, _HOOK, _XML_TEXT = range(7)
_HAS_LEFT, _HAS_RIGHT, _HAS_KEY = 0x80, 0x40, 0x20


class Needs(Struct):
    """What an update brings and builds on."""

    inserts: dict[int, Id] = field(default_factory=dict)
    """For each client, the clocks from, up to (not including), that the update brings."""
    builds_on: dict[int, int] = field(default_factory=dict)
    """For each client, the clock that must be there, or in the update, at the latest."""
    deletes: int = 0
    """How many ranges it deletes."""
    gap: bool = False
    """Says of itself that something before it is missing."""

    def unmet(self, state: dict[int, int]) -> bool:
        """Whether a document in ``state`` (next clock of each client) lacks something."""
        if self.gap:
            return True
        for client, (first, _) in self.inserts.items():
            if first > state.get(client, 0):
                return True
        for client, clock in self.builds_on.items():
            _, brought = self.inserts.get(client, (0, 0))
            if clock >= max(brought, state.get(client, 0)):
                return True
        return False


def read_update(update: bytes) -> Needs:
    """What ``update`` needs. Raises ``Malformed``."""
    reader = Reader(update)
    needs = Needs()
    try:
        for _ in range(reader.number()):
            _read_client(reader, needs)
        for _ in range(reader.number()):
            client = reader.number()
            for _ in range(reader.number()):
                start, length = reader.number(), reader.number()
                if length == 0 or start + length > MAX_CLOCK:
                    raise Malformed("an impossible range is deleted")
                needs.deletes += 1
                _build_on(needs, client, start + length - 1)
    except IndexError:
        raise Malformed("it ends too early") from None
    except UnicodeDecodeError:
        raise Malformed("a text is not UTF-8") from None
    if reader.at != len(update):
        raise Malformed("something follows after its end")
    if reader.nested > MAX_DEPTH:
        _check_depth(reader.items)
    return needs


async def read_update_aside(update: bytes) -> Needs:
    """The same; a large one is read in a thread. Raises ``Malformed``."""
    if len(update) <= AT_ONCE:
        return read_update(update)
    return await asyncio.to_thread(read_update, update)


def read_state(state: bytes) -> dict[int, int]:
    """A state vector: for each client, the next clock that is not there. Raises ``Malformed``."""
    reader = Reader(state)
    try:
        found = {reader.number(): reader.number() for _ in range(reader.number())}
    except IndexError:
        raise Malformed("it ends too early") from None
    if reader.at != len(state):
        raise Malformed("something follows after its end")
    return found


def check_question(message: bytes) -> None:
    """A page asks for what it lacks; it must say properly what it has. Raises ``Malformed``."""
    try:
        state = Reader(message[2:]).text()
    except IndexError:
        raise Malformed("it ends too early") from None
    read_state(state)


# --- structures ---------------------------------------------------------------------------------


def _read_client(reader: "Reader", needs: Needs) -> None:
    count, client, clock = reader.number(), reader.number(), reader.number()
    if client in needs.inserts:
        raise Malformed("a client comes twice")
    if count == 0:
        raise Malformed("a client brings nothing")
    first = clock
    for _ in range(count):
        info = reader.byte()
        kind = info & 0x1F
        if kind == _GC:
            clock += reader.length()
        elif kind == _SKIP:
            reader.length()
            needs.gap = True
            clock += 1
        else:
            clock += _read_item(reader, needs, info, kind, (client, clock))
        if clock > MAX_CLOCK:
            raise Malformed("a client brings too much")
    needs.inserts[client] = (first, clock)


def _read_item(reader: "Reader", needs: Needs, info: int, kind: int, item: Id) -> int:
    parent: Id | None = None
    if info & _HAS_LEFT:
        parent = _read_id(reader, needs)
    if info & _HAS_RIGHT:
        right = _read_id(reader, needs)
        parent = parent or right
    if not info & (_HAS_LEFT | _HAS_RIGHT):
        named = reader.number()
        if named == 1:
            reader.text()
        elif named == 0:
            parent = _read_id(reader, needs)
        else:
            raise Malformed("a parent is neither named nor numbered")
        if info & _HAS_KEY:
            reader.text()
    reader.items.append((item, parent, not info & (_HAS_LEFT | _HAS_RIGHT)))
    reader.nested += kind == _TYPE
    return _read_content(reader, kind)


def _read_content(reader: "Reader", kind: int) -> int:
    """Skip what an item holds; how many clocks it takes."""
    if kind == _STRING:
        return reader.text_length()
    if kind == _DELETED:
        return reader.length()
    if kind == _ANY:
        count = reader.length()
        for _ in range(count):
            reader.value()
        return count
    if kind == _TYPE:
        of = reader.number()
        if of in (_ELEMENT, _HOOK):
            reader.text()
        elif of > _XML_TEXT:
            raise Malformed("a kind of list or mapping is unknown")
        return 1
    if kind == _BINARY:
        reader.skip(reader.number())
        return 1
    if kind == _JSON:
        count = reader.length()
        for _ in range(count):
            reader.json()
        return count
    if kind == _EMBED:
        reader.json()
        return 1
    if kind == _FORMAT:
        reader.text()
        reader.json()
        return 1
    raise Malformed("a kind of content is unknown")


def _read_id(reader: "Reader", needs: Needs) -> Id:
    client, clock = reader.number(), reader.number()
    _build_on(needs, client, clock)
    return client, clock


def _check_depth(items: list[tuple[Id, Id | None, bool]]) -> None:
    """Follow each item up through the items of this update. Raises ``Malformed``.

    An item is inside of its parent, or beside the neighbour that it names instead.
    """
    items = sorted(items)
    starts = [item for item, _, _ in items]
    depths: dict[int, int] = {}
    for index in range(len(items)):
        chain: list[int] = []
        at: int | None = index
        while at is not None and at not in depths:
            chain.append(at)
            if len(chain) > len(items):
                raise Malformed("things are inside of themselves")
            at = _index_of(starts, items[at][1])
        depth = 0 if at is None else depths[at]
        for at in reversed(chain):
            _, parent, under = items[at]
            depth += under and parent is not None
            depths[at] = depth
            if depth > MAX_DEPTH:
                raise Malformed("lists and mappings are nested too deeply")


def _index_of(starts: list[Id], wanted: Id | None) -> int | None:
    """Which item has the unit ``wanted``; null if none of this update."""
    if wanted is None:
        return None
    index = bisect_right(starts, wanted) - 1
    return index if index >= 0 and starts[index][0] == wanted[0] else None


def _build_on(needs: Needs, client: int, clock: int) -> None:
    if clock > needs.builds_on.get(client, -1):
        needs.builds_on[client] = clock
