"""Loaded into the measured Jupyter server beside the product: looks at its event loop and memory,
and brings agents that write at a set pace. A Jupyter server extension.
"""

import asyncio
import ctypes
import gc
import os
import time
from collections.abc import AsyncIterator
from typing import Any

import psutil
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from jupyter_collab_agents.agents.agent import (
    AgentContext,
    AgentEvent,
    AgentInfo,
    AgentTask,
    Done,
    Text,
)

PIECE = 20
PIECES = 1000
LOOK_EVERY = 0.005


class ScriptedAgent:
    """Writes ``PIECES`` pieces of ``PIECE`` characters, ``pace`` a second; 0: without a pause."""

    def __init__(self, name: str, pace: float) -> None:
        self.info = AgentInfo(agent_id=f"agent:{name}", name=name, description="Benchmark")
        self._pace = pace

    async def run(self, task: AgentTask, ctx: AgentContext) -> AsyncIterator[AgentEvent]:
        began = time.perf_counter()
        for number in range(PIECES):
            if self._pace:
                ahead = number / self._pace - (time.perf_counter() - began)
                if ahead > 0:
                    await asyncio.sleep(ahead)
            yield Text(f"piece number {number:06d} "[:PIECE])
        yield Done()


class LoopWatch:
    """How long the event loop kept a timer waiting, at worst. Times in seconds.

    ``blocked`` leaves out the time in which the thread was ready to run and the machine gave its
    core to others; ``late`` is all of it.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.late = 0.0
        self.blocked = 0.0

    async def watch(self) -> None:
        statistics = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        try:
            waited = _waited_for_core(statistics)
            while True:
                due = time.perf_counter() + LOOK_EVERY
                await asyncio.sleep(LOOK_EVERY)
                late = time.perf_counter() - due
                before, waited = waited, _waited_for_core(statistics)
                self.late = max(self.late, late)
                self.blocked = max(self.blocked, late - (waited - before))
        finally:
            os.close(statistics)


def _waited_for_core(statistics: int) -> float:
    """Seconds in which this thread was ready and did not run, so far (Linux counts it)."""
    return int(os.pread(statistics, 100, 0).split()[1]) / 1e9


class ProbeHandler(APIHandler):
    """``api/benchmark``: what was seen since ``reset``; ``collect`` gives memory back first."""

    @web.authenticated
    @authorized(action="read", resource="benchmark")  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        if self.get_query_argument("collect", ""):
            gc.collect()
            trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
            if trim is not None:
                trim(0)
        watch: LoopWatch = self.settings["benchmark_watch"]
        process = psutil.Process()
        self.finish(
            {"late": watch.late, "blocked": watch.blocked, "resident": process.memory_info().rss}
        )
        if self.get_query_argument("reset", ""):
            watch.reset()

    @web.authenticated
    @authorized(action="write", resource="benchmark")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Bring the agents, once the collaboration is ready."""
        runtime = self.settings["collab_agents"]
        registry = runtime.agents.registry
        for agent in (ScriptedAgent("paced", 1000.0), ScriptedAgent("unpaced", 0.0)):
            registry.add(agent, "benchmark")
        runtime.hub.agents = registry.profiles()
        runtime.hub.agent_summaries = registry.summaries()
        self.set_status(204)
        self.finish()


async def _start_jupyter_server_extension(serverapp: Any) -> None:
    settings = serverapp.web_app.settings
    settings["benchmark_watch"] = watch = LoopWatch()
    settings["benchmark_task"] = asyncio.create_task(watch.watch())


def _load_jupyter_server_extension(serverapp: Any) -> None:
    path = url_path_join(serverapp.base_url, "api/benchmark")
    serverapp.web_app.add_handlers(".*$", [(path, ProbeHandler)])


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "benchmarks.probe"}]
