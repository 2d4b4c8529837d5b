"""Who used the processors during a round: the server, the load, and others on the machine."""

import asyncio
import time

import psutil
from msgspec import Struct

from .processes import Server, cores

CALM = 0.1
"""Of a core."""

CALM_FOR = 0.3


class Usage(Struct, frozen=True):
    """In cores. ``others``: what processes that are no part of the benchmark took of the server's
    core or of the load's, whichever is more."""

    server: float
    load: float
    others: float


class UsageMeter:
    """Counts from when it is made."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._cores = cores()
        self._before = self._read()

    def read(self) -> Usage:
        before, now = self._before, self._read()
        passed, server, load, core, load_core = (b - a for a, b in zip(before, now, strict=True))
        return Usage(
            server=server / passed,
            load=load / passed,
            others=max(0.0, core - server, load_core - load) / passed,
        )

    def _read(self) -> tuple[float, ...]:
        server = self._server.processor_seconds()
        busy = [time.user + time.nice + time.system for time in psutil.cpu_times(percpu=True)]
        of_server, of_load = (0.0 if core is None else busy[core] for core in self._cores)
        return time.perf_counter(), server, time.process_time(), of_server, of_load


async def until_calm(deadline: float) -> None:
    """Wait until nobody uses either core for a moment, or until ``deadline``."""
    ours = [core for core in cores() if core is not None]
    psutil.cpu_percent(percpu=True)
    while time.perf_counter() < deadline:
        await asyncio.sleep(CALM_FOR)
        busy = psutil.cpu_percent(percpu=True)
        if all(busy[core] < 100 * CALM for core in ours):
            return
