"""The user's cache folder: things that take long to make, kept between runs and shared by all checkouts."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def folder() -> Path:
    """`$XDG_CACHE_HOME/cognito-signout`, or `~/.cache/cognito-signout`. It need not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "cognito-signout"


@contextmanager
def becoming(final: Path) -> Iterator[Path | None]:
    """An empty folder that becomes `final` once the block has ended without an error; None where `final` exists.

    Only whole results appear under the final name. Two processes that make the same thing do so one after the other,
    and the second finds it made. What a killed process left is removed by the next.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    with _locked(final.parent / f".{final.name}.lock"):
        unfinished = f".{final.name}.unfinished-"
        for left in final.parent.glob(f"{unfinished}*"):
            _remove(left)
        if final.exists():
            yield None
            return
        work = Path(tempfile.mkdtemp(prefix=unfinished, dir=final.parent))
        try:
            yield work
            work.chmod(0o755)
            work.rename(final)
        finally:
            _remove(work)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released by the kernel when this process ends, however it ends
        yield


def _remove(tree: Path) -> None:
    shutil.rmtree(tree, ignore_errors=True)
