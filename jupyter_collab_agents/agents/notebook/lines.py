"""Where lines of a cell begin: inside a string, inside brackets, or as a statement of their own."""

_OPEN, _CLOSE = "([{", ")]}"


def physical_lines(source: str) -> list[str]:
    """The lines as Python counts them."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def statement_starts(lines: list[str]) -> list[bool]:
    """For each line, whether a statement can begin there: not within a string, brackets or a
    continued line. Good enough for IPython's syntax, which the tokenizer refuses."""
    starts = []
    quote, depth = "", 0
    continued = shell = False
    for line in lines:
        start = not quote and depth == 0 and not continued
        starts.append(start)
        if start:
            shell = line.lstrip()[:1] in {"%", "!"}
        if not shell:  # a shell's quotes are not Python's
            quote, depth = _scan(line, quote, depth)
        continued = not quote and line.endswith("\\")
    return starts


def _scan(line: str, quote: str, depth: int) -> tuple[str, int]:
    """The open quote and the bracket depth after one line."""
    position = 0
    while position < len(line):
        char = line[position]
        if quote:
            if char == "\\":
                position += 2
                continue
            if line.startswith(quote, position):
                position += len(quote)
                quote = ""
                continue
        elif char == "#":
            break
        elif char in "\"'":
            quote = char * 3 if line.startswith(char * 3, position) else char
            position += len(quote)
            continue
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        position += 1
    if len(quote) == 1 and not line.endswith("\\"):
        quote = ""  # a single quote does not reach the next line
    return quote, depth
