"""Pulumi built from its Go module, for machines that reach a Go module proxy but not Pulumi's downloads.

The modules are pinned with their hashes in go.mod and go.sum. The module for the Python language host cannot be had
this way; language_host.py takes its place.
"""

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from signout.sandbox import cache, engine
from toolchain import language_host_setup

HERE = Path(__file__).parent
NEEDED_GO = "1.26"
NEEDED_BYTES = 4 << 30
"""Go's own caches of modules and compiled packages take three quarters of it, the result 120 MB."""
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
TAGS = "osusergo,grpcnotrace"
LINK = f"-s -w -X {SDK_MODULE}/go/common/version.Version=v{engine.NEEDED}"

Say = Callable[[str], None]


def build(say: Say) -> engine.Pulumi:
    """Builds the pinned version: about three minutes, less when Go has compiled its packages before.

    Raises EngineMissing where there is no Go, an old one, too little disk, or the build fails.
    """
    _check_go()
    with cache.becoming(engine.cached()) as new:
        if new is not None:
            _check_disk(new)
            binaries = new / "bin"
            binaries.mkdir()
            _compile(binaries, say)
            language_host_setup.install(binaries, _module_folder(), say)
            engine.examine(binaries / "pulumi", "just built")  # before it gets the name that is trusted
    return engine.examine(engine.cached() / "bin" / "pulumi", "built from its Go module, now in the cache folder")


def _check_go() -> None:
    if shutil.which("go") is None:
        raise engine.EngineMissing("no go on PATH")
    # Asked next to go.mod, which names the version needed: an older Go fetches that version, or says that it may not.
    try:
        _go("env", "GOVERSION")
    except engine.EngineMissing as error:
        raise engine.EngineMissing(f"Go {NEEDED_GO} or newer is needed: {error}") from error


def _check_disk(where: Path) -> None:
    free = shutil.disk_usage(where).free
    if free < NEEDED_BYTES:
        raise engine.EngineMissing(
            f"the build needs {NEEDED_BYTES >> 30} GB of disk, {where.parent} has {free / (1 << 30):.1f} GB left"
        )


def _compile(binaries: Path, say: Say) -> None:
    say(f"Building Pulumi {engine.NEEDED} from its Go module: about three minutes the first time")
    modules = (HERE / "go.mod").read_text().count("\n\t")
    packages = 0
    for count, line in _lines("list", "-tags", TAGS, "-deps", "tool"):
        if line.startswith("go: downloading"):
            _progress(say, "modules downloaded", count - packages, modules, every=50)
        else:
            packages += 1
    for count, _ in _lines("install", "-v", "-trimpath", "-tags", TAGS, "-ldflags", LINK, "tool", GOBIN=str(binaries)):
        _progress(say, "packages compiled", count, packages, every=200)


def _progress(say: Say, what: str, count: int, most: int, every: int) -> None:
    if count % every == 0:
        say(f"  {count} of at most {most} {what}")


def _module_folder() -> Path:
    return Path(_go("list", "-m", "-f", "{{.Dir}}", SDK_MODULE))


def _go(*args: str) -> str:
    return "\n".join(line for _, line in _lines(*args) if not line.startswith("go: "))


def _lines(*args: str, **extra: str) -> Iterator[tuple[int, str]]:
    """Runs go in this folder and yields what it writes, numbered. Raises EngineMissing with its last lines."""
    command = ["go", *args]
    # The user's own flags and workspace must not change what is built, nor which hashes are checked.
    settings = {"GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off", "CGO_ENABLED": "0", **extra}
    last: deque[str] = deque(maxlen=3)
    with subprocess.Popen(
        command, cwd=HERE, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for number, line in enumerate(process.stdout, start=1):
            last.append(line.strip())
            yield number, line.strip()
    if process.returncode:
        raise engine.EngineMissing(f"`go {args[0]}` exited with {process.returncode}: {' / '.join(last)}")
