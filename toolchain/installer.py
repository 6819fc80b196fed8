"""Pulumi by its official installer, into the cache folder."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pulumi.automation import PulumiCommand

from signout.sandbox import cache, engine

ANSWER_SECONDS = 20


def install(say: Callable[[str], None]) -> engine.Pulumi:
    """Downloads the pinned version. Raises EngineMissing, naming what the download or the installer said."""
    say(f"Asking Pulumi's installer for version {engine.NEEDED}")
    with cache.becoming(engine.cached()) as new:
        if new is not None:
            _download(str(new))
            engine.examine(new / "bin" / "pulumi", "just installed")  # before it gets the name that is trusted
    return engine.examine(engine.cached() / "bin" / "pulumi", "by the official installer, now in the cache folder")


def _download(root: str) -> None:
    try:
        with _settings():
            PulumiCommand.install(root, engine.NEEDED)
    except subprocess.CalledProcessError as error:
        said = (error.output or b"").decode(errors="replace").strip() or "no output"
        raise engine.EngineMissing(f"it exited with {error.returncode}: {said.splitlines()[-1]}") from error
    except Exception as error:  # whatever the download raises, the next way is still worth trying
        raise engine.EngineMissing(f"{type(error).__name__}: {error}") from error


@contextmanager
def _settings() -> Iterator[None]:
    """What the SDK has no arguments for: how long to wait for an answer, and to keep out of the user's ~/.pulumi."""
    timeout, environment = socket.getdefaulttimeout(), dict(os.environ)
    with tempfile.TemporaryDirectory() as home:
        socket.setdefaulttimeout(ANSWER_SECONDS)  # without internet access it could otherwise wait for minutes
        os.environ["PULUMI_HOME"] = home
        try:
            yield
        finally:
            socket.setdefaulttimeout(timeout)
            os.environ.clear()
            os.environ.update(environment)
