"""``python -m running_server.launch <jupyter server arguments>``: ends with whoever started it."""

import ctypes
import os
import resource
import signal
import sys

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


if __name__ == "__main__":
    end_with_parent()
    limit_files()
    from jupyter_server.serverapp import main

    main()
