"""The first thing that runs in a function's process: tie it to the server's life, then start AWS's runtime client.

Run as a script by the functions' own interpreter, which does not have this package: standard library only.
Arguments: the handler, and the process id of the server.
"""

import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1


def _die_with(parent: int) -> None:
    """Ask Linux to kill this process when the server's thread that started it ends, however it ends."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it died before we could ask


if __name__ == "__main__":
    handler, parent = sys.argv[1:]
    _die_with(int(parent))
    # The function's code comes first, as on AWS, and this script's folder not at all.
    sys.path[0] = os.getcwd()
    sys.argv = ["awslambdaric", handler]
    # The logger's frames go down the same pipe as what is printed: their order is kept.
    os.environ["_LAMBDA_TELEMETRY_LOG_FD"] = str(os.dup(sys.stdout.fileno()))
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
