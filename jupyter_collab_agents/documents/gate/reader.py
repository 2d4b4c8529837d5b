"""The bytes that Yjs sends: numbers, texts and values, read one after the other."""

from typing import NoReturn

MAX_DEPTH = 32
"""Lists and mappings inside each other; documents of JupyterLab have fewer than ten."""
Id = tuple[int, int]
"""(client, clock): one unit of one client's insertions."""


class Malformed(ValueError):
    """These bytes are no update that may be applied; says why, without their content."""


class Reader:
    """Goes through the bytes; ``IndexError`` when they end too early."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.items: list[tuple[Id, Id | None, bool]] = []
        """Each item, the parent or neighbour it names, and whether it is inside of that."""
        self.nested = 0
        """How many items are lists or mappings."""

    def byte(self) -> int:
        """One byte."""
        value = self.data[self.at]
        self.at += 1
        return value

    def number(self) -> int:
        """A whole number, seven bits in each byte, the lowest first."""
        data, at = self.data, self.at
        value = data[at]
        at += 1
        if value > 127:
            value &= 127
            shift = 7
            while True:
                more = data[at]
                at += 1
                value |= (more & 127) << shift
                if more < 128:
                    break
                shift += 7
                if shift > 56:
                    _fail("a number is too large")
        self.at = at
        return value

    def length(self) -> int:
        """A number that is not 0."""
        value = self.number()
        if value == 0:
            _fail("something has no length")
        return value

    def skip(self, count: int) -> None:
        """Go past ``count`` bytes."""
        self.at += count
        if self.at > len(self.data):
            raise IndexError

    def text(self) -> bytes:
        """A text, or bytes, with its length before it."""
        start = self.number()
        start, end = self.at, self.at + start
        if end > len(self.data):
            raise IndexError
        self.at = end
        return self.data[start:end]

    def text_length(self) -> int:
        """Of a text, in the UTF-16 code units that clocks count."""
        raw = self.text()
        if not raw:
            _fail("something has no length")
        return len(raw) if raw.isascii() else len(raw.decode().encode("utf-16-le")) // 2

    def json(self) -> None:
        """Skip a text that is JSON."""
        raw = self.text()
        if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH * 2:
            _fail("a value is nested too deeply")

    def value(self, depth: int = 0) -> None:
        """Skip any value."""
        if depth > MAX_DEPTH:
            _fail("a value is nested too deeply")
        kind = self.byte()
        if kind == 119:  # text
            self.text()
        elif kind == 125:  # whole number, signed
            self.signed()
        elif kind in (120, 121, 126, 127):  # true, false, null, undefined
            pass
        elif kind == 118:  # mapping
            for _ in range(self.number()):
                self.text()
                self.value(depth + 1)
        elif kind == 117:  # list
            for _ in range(self.number()):
                self.value(depth + 1)
        elif kind in (122, 123):  # 64 bits
            self.skip(8)
        elif kind == 124:
            self.skip(4)
        elif kind == 116:  # bytes
            self.skip(self.number())
        else:
            _fail("a kind of value is unknown")

    def signed(self) -> None:
        """Skip a whole number with a sign."""
        for _ in range(10):
            if self.byte() < 128:
                return
        _fail("a number is too large")


def _fail(why: str) -> NoReturn:
    raise Malformed(why)
