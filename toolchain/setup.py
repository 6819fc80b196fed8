"""`make setup`: the virtual environment, this package in it, the Pulumi command line.

Runs before anything is installed, so it uses the standard library alone. A stamp in the virtual environment remembers
what it was made from: while that is unchanged and everything is in place, a set-up does nothing.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "setup.json"
LOCK = ROOT / "requirements-dev.txt"
NEEDED_BYTES = 1 << 30
INPUTS = (
    "pyproject.toml",
    "requirements-dev.txt",
    "signout/sandbox/cache.py",
    "signout/sandbox/engine.py",
    "signout/sandbox/lambda-requirements.txt",
    "signout/sandbox/runtime_env.py",
    "signout/sandbox/virtualenv.py",
    "toolchain/*",
)


class SetupFailed(Exception):
    """Set-up cannot go on; the text is all that its user needs to see."""


def main() -> int:
    if is_done():
        return 0
    with_lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(with_lock, fcntl.LOCK_EX)  # two set-ups of one checkout take turns; the kernel frees it at our end
    if is_done():
        return 0
    try:
        set_up()
    except SetupFailed as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; `make setup` goes on from here")
        return 130
    return 0


def set_up() -> None:
    STAMP.unlink(missing_ok=True)
    require_disk()
    make_virtualenv()
    say("Installing the packages of requirements-dev.txt")
    pip("install", "--no-compile", "--require-hashes", "-r", str(LOCK))
    # Everything it needs is in the lock, the build backend included; so nothing else may be fetched for it.
    pip("install", "--no-compile", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    say("Compiling them")
    # Explicitly, since Python may have been told to write no bytecode; without it every Pulumi call costs a second.
    run(str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(VENV / "lib"))
    in_place = prepare_toolchain()
    STAMP.write_text(json.dumps({"inputs": fingerprint(), "in_place": in_place}))
    say("Set up.")


def is_done() -> bool:
    """Whether the last set-up was made from what is here now, and nothing of it has gone since."""
    try:
        stamp = json.loads(STAMP.read_text())
        return bool(stamp["inputs"] == fingerprint()) and all(map(os.path.exists, [PYTHON, *stamp["in_place"]]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def fingerprint() -> str:
    """Changes with anything that set-up is made from, and with the place of the checkout, which scripts name."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in input_files():
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def input_files() -> Iterator[Path]:
    for pattern in INPUTS:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file())


def require_disk() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES and not VENV.exists():
        raise SetupFailed(f"{ROOT} has {free >> 20} MB of disk left; set-up needs {NEEDED_BYTES >> 20} MB there")


def make_virtualenv() -> None:
    """Makes it, unless a working one is there; one that has moved or lost its Python is made anew."""
    if works():
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        release = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupFailed(
            f"{sys.executable} has no venv module; install it (Debian, Ubuntu: apt install python{release}-venv)"
        )
    say(f"Making .venv with Python {sys.version.split()[0]}")
    run(sys._base_executable, "-m", "venv", "--clear", str(VENV))  # type: ignore[attr-defined]


def works() -> bool:
    """Whether .venv has a Python with pip, and was made in this very place."""
    try:
        return (VENV / "bin" / "pip").read_text().startswith(f"#!{PYTHON}") and not subprocess.run(
            [PYTHON, "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
    except OSError:
        return False


def prepare_toolchain() -> list[str]:
    """Returns the files outside .venv that have to stay in place."""
    done = subprocess.run([PYTHON, "-m", "toolchain"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SetupFailed("set-up is not complete; see above")
    in_place: list[str] = json.loads(done.stdout.splitlines()[-1])
    return in_place


def pip(command: str, *args: str) -> None:
    run(str(PYTHON), "-m", "pip", command, "--quiet", "--disable-pip-version-check", *args)


def run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if line.strip()] or ["no output"]
        telling = next((line for line in said if "No space left" in line or line.startswith("ERROR")), said[-1])
        raise SetupFailed(f"`{' '.join(command)}` exited with {done.returncode}: {telling.strip()}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
