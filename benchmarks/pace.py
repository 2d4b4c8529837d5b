"""A steady beat, finer than asyncio's milliseconds: Linux's timerfd on the event loop."""

import asyncio
import ctypes
import os
from collections.abc import Callable
from types import TracebackType

CLOCK_MONOTONIC = 1
NONBLOCK = os.O_NONBLOCK


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Timer(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("first", _Timespec))


class Beat:
    """Calls ``on_beat(count)`` with how many beats of ``interval`` seconds have passed since the
    last call, as close to the beat as the loop allows."""

    def __init__(self, interval: float, on_beat: Callable[[int], None]) -> None:
        self._interval = interval
        self._on_beat = on_beat
        self._fd = -1

    def __enter__(self) -> "Beat":
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.timerfd_create(CLOCK_MONOTONIC, NONBLOCK)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        every = _Timespec(int(self._interval), int(self._interval % 1 * 1e9))
        if libc.timerfd_settime(self._fd, 0, ctypes.byref(_Timer(every, every)), None) != 0:
            raise OSError(ctypes.get_errno(), "timerfd_settime")
        asyncio.get_running_loop().add_reader(self._fd, self._read)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._fd)
        os.close(self._fd)

    def _read(self) -> None:
        self._on_beat(int.from_bytes(os.read(self._fd, 8), "little"))
