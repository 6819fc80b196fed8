"""`make up` after anything that can end it early: it goes on, or begins anew, and ends in the demonstration."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from signout.sandbox import lifecycle, up
from signout.sandbox.deployment import Deployment
from signout.sandbox.state import DIRECTORY_VARIABLE, StateFolder
from tests.stack.made import COMMAND, PROJECT, environment, make_up, making_up, said

UPDATING = "Updating ("
"""The engine's line between preview and update; what is said next is about the first resource."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[StateFolder]:
    """A state folder of the test's own, with nothing in it."""
    folder = StateFolder(tmp_path / "state")
    yield folder
    lifecycle.stop(folder)


def eventually(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    return [int(found) for found in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def engine_of(process: subprocess.Popen[str]) -> int:
    """The engine that a `make up` has running."""
    [engine] = [pid for pid in children(process.pid) if b"pulumi" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return engine


def deployment(folder: StateFolder) -> Deployment:
    server = folder.running()
    assert server
    return Deployment.on(folder, server, PROJECT)


def test_interrupted_again_and_again(folder: StateFolder) -> None:
    """Ctrl-C, a killed engine, everything killed, only `make up` killed: each time the next run goes on."""
    with making_up(folder) as process:
        said(process, UPDATING)
        said(process, "created")
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (
            130,
            "interrupted; `make up` goes on from here, `make down` removes what there is\n",
        )
    assert not deployment(folder).interrupted(), output  # the engine ended what it had begun, and gave its lock back

    with making_up(folder) as process:
        assert "running since before" in said(process, "AWS on this machine")
        said(process, UPDATING)
        os.kill(engine_of(process), signal.SIGKILL)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (1, "error: `pulumi up` failed\n")
    assert deployment(folder).interrupted()

    with making_up(folder) as process:
        said(process, "An earlier deployment was interrupted")
        said(process, UPDATING)
        said(process, "created")
        server, engine = folder.running(), engine_of(process)
        assert server
        for pid in (process.pid, engine, server.pid):
            os.kill(pid, signal.SIGKILL)
    eventually(lambda: folder.running() is None, "the server is still there")

    with making_up(folder) as process:
        assert "running since before" not in said(process, "AWS on this machine")
        said(process, UPDATING)
        os.kill(process.pid, signal.SIGKILL)
        assert folder.is_held("up")  # its engine works on
        last = make_up(folder)
    assert last.code == 0, last.output + last.errors
    assert "waiting for its end" in last.output
    assert "An earlier deployment was interrupted" not in last.output
    assert " unchanged" in last.output
    assert "All of it held" in last.demonstrated

    assert make_down(folder) == f"stopped the sandbox; removed {folder.path}\n"
    assert not folder.path.exists()
    eventually(lambda: not processes_of(folder), "processes are left")


def processes_of(folder: StateFolder) -> list[str]:
    """The command lines of all processes that were started for the folder."""
    path = os.fsencode(folder.path)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes()
            if path in command or path in (process / "environ").read_bytes():
                found.append(os.fsdecode(command.replace(b"\0", b" ")))
    return found


def make_down(folder: StateFolder) -> str:
    """What `make down` says; it has to succeed."""
    command = [sys.executable, "-m", "signout.sandbox.down"]
    return subprocess.run(
        command, cwd=PROJECT, env=environment(folder), stdout=subprocess.PIPE, text=True, check=True, timeout=60
    ).stdout


def test_down_takes_its_own_only(folder: StateFolder) -> None:
    """`make down` removes what the sandbox made, by name; it says what else there is, and where there was nothing."""
    lifecycle.start(folder, 0)
    (folder.path / "notes.txt").write_text("mine")

    assert make_down(folder) == f"stopped the sandbox; removed {folder.path}, but for notes.txt\n"
    assert ["notes.txt"] == [path.name for path in folder.path.iterdir()]
    (folder.path / "notes.txt").unlink()
    assert make_down(folder) == f"no sandbox ran; removed {folder.path}\n"
    assert make_down(folder) == "no sandbox ran; there was nothing to remove\n"


def test_down_in_somebody_else_s_folder(tmp_path: Path) -> None:
    """`make down` removes nothing from a folder in which no sandbox was, whatever the names of what is there."""
    (tmp_path / "credentials").write_text("mine")

    assert make_down(StateFolder(tmp_path)) == "no sandbox ran; there was nothing to remove\n"
    assert (tmp_path / "credentials").read_text() == "mine"


def test_down_while_an_engine_works(folder: StateFolder) -> None:
    """`make down` in the middle of a deployment ends that too, and nothing of it comes back."""
    with making_up(folder) as process:
        said(process, UPDATING)
        os.kill(process.pid, signal.SIGKILL)
        make_down(folder)
    assert not folder.path.exists()
    eventually(lambda: not processes_of(folder), "processes are left")


def test_port_is_taken(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With another program on the usual port, the sandbox takes a free one, and says so."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        for each in (up, lifecycle):  # the usual port itself may be that of a sandbox of this machine
            monkeypatch.setattr(each, "DEFAULT_PORT", taken)
        port = up.started(folder).server.port

    assert port not in (0, taken)
    assert capsys.readouterr().out == f"Port {taken} is taken; the sandbox has port {port}.\n"


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Where no folder can be made, `make up` and `make down` say which, why, and what to do; nothing is started."""
    (tmp_path / "file").write_text("")
    folder = StateFolder(tmp_path / "file" / "state")

    run = make_up(folder)

    assert (run.code, run.output) == (1, "")
    expected = (
        f"error: {folder.path}: Not a directory; expected a folder that can be written to, see {DIRECTORY_VARIABLE}"
    )
    assert run.errors == expected + "\n"
    assert make_down(folder) == "no sandbox ran; there was nothing to remove\n"


def test_not_in_the_project(folder: StateFolder, tmp_path: Path) -> None:
    """Run in another folder, it says so before anything is started."""
    done = subprocess.run(COMMAND, cwd=tmp_path, env=environment(folder), capture_output=True, text=True, timeout=60)

    expected = f"error: {tmp_path}: has no Pulumi.yaml; expected to be run in the project's folder\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)
    assert folder.running() is None
