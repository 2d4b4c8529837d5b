"""How long one thread keeps the interpreter from the other ones.

The store's writer comes back from the disk and needs the interpreter for a moment, to say that
a batch is durable. Python lets the event loop keep it for 5 ms, longer than all else that a
message costs.
"""

import sys

SHARE = 0.0005
"""Seconds. Shorter would have the threads take turns more often than they get work done."""


def take_shorter_turns() -> None:
    """For this process; a shorter interval that somebody chose stays."""
    sys.setswitchinterval(min(SHARE, sys.getswitchinterval()))
