"""Python's garbage collector, kept from stopping everybody for a moment.

A full collection looks at every object there is. Beside a loaded Jupyter server that is some
300,000 objects and 0.1 to 0.2 s, in which no socket is served.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 5_000
"""Objects that are made before the young ones are looked at; Python's own 700 suits programs
that have fewer of them alive at a time."""


@contextmanager
def loading() -> Iterator[None]:
    """The body loads modules. They stay until the end, as do Jupyter's that are there already, so
    nothing is collected meanwhile, and the collections of the rest of the start need not look at
    them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


class Collector:
    """One per process."""

    def __init__(self) -> None:
        self._spared = False

    def spare_what_is_loaded(self) -> None:
        """What is here by now (modules, handlers, traits) stays until the end: the collector need
        not look at it again. Costs nothing; only the first call does anything."""
        if not self._spared:
            self._spared = True
            gc.freeze()
            gc.set_threshold(max(YOUNG, gc.get_threshold()[0]), *gc.get_threshold()[1:])


collector = Collector()
