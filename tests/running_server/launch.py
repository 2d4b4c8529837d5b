"""``python -m running_server.launch <jupyter server arguments>``: ends with whoever started it."""

import ctypes
import os
import resource
import signal
import sys
from typing import Any

import psutil

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Where the kernel can: a test run that is killed leaves no server behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def limit_files() -> None:
    """``RUNNING_SERVER_FILE_LIMIT`` bytes are the most that a file may have: a full disk."""
    limit = os.environ.get("RUNNING_SERVER_FILE_LIMIT")
    if limit:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), hard))


def mount_network_drive() -> None:
    """To this process the folder ``RUNNING_SERVER_NETWORK_DRIVE`` is mounted over NFS."""
    folder = os.environ.get("RUNNING_SERVER_NETWORK_DRIVE")
    if folder:
        mounted = psutil.disk_partitions

        def with_drive(all: bool = False) -> list[Any]:
            known = mounted(all)
            fields = {"device": "far:/home", "mountpoint": folder, "fstype": "nfs4"}
            return [*known, known[0]._replace(**fields)]

        psutil.disk_partitions = with_drive


if __name__ == "__main__":
    end_with_parent()
    limit_files()
    mount_network_drive()
    from jupyter_server.serverapp import main

    main()
