"""Puts the Python language host beside a Pulumi that was built here, with a Python environment of its own.

Of its own, because the copy in the cache folder outlives the checkout that built it.
"""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from signout.sandbox import cache, virtualenv
from signout.sandbox.engine import EngineMissing

HERE = Path(__file__).parent
SOURCE = HERE / "language_host.py"
LOCK = HERE / "language-host.txt"
SHIM = "pulumi-language-python-exec"
LAUNCHER = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/../{host}/bin/python" -Iu "$here/../{host}/language_host.py" "$here/{shim}" "$@"
"""

Say = Callable[[str], None]


def install(binaries: Path, sdk_module: Path, say: Say) -> None:
    """Into the folder that holds `pulumi`: the host, and the shim that starts a program, from the Go module itself."""
    shutil.copyfile(sdk_module / "python" / "cmd" / SHIM, binaries / SHIM)
    (binaries / SHIM).chmod(0o755)
    _put(binaries, say)


def renew(binaries: Path, say: Say) -> None:
    """Brings the host of an earlier build up to date. A Pulumi from elsewhere has its own, and is left alone."""
    if list(binaries.parent.glob("language-host-*")):
        _put(binaries, say)


def _put(binaries: Path, say: Say) -> None:
    name = f"language-host-{_fingerprint()}"
    try:
        with cache.becoming(binaries.parent / name) as new:
            if new is not None:
                say("Installing the Python language host")
                virtualenv.make(new, LOCK)
                shutil.copyfile(SOURCE, new / SOURCE.name)
    except virtualenv.InstallFailed as error:
        raise EngineMissing(f"its Python language host could not be installed: {error}") from error
    partial = binaries / ".pulumi-language-python"
    partial.write_text(LAUNCHER.format(host=name, shim=SHIM))
    partial.chmod(0o755)
    partial.replace(binaries / "pulumi-language-python")


def _fingerprint() -> str:
    return hashlib.sha256(SOURCE.read_bytes() + LOCK.read_bytes()).hexdigest()[:12]
