"""Processes of functions: when there is a new one, when the old one serves, and that none is ever left over."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.functions.deployments import Deployments, eventually, package

TELLS = """
import os, tempfile

def handler(event, context):
    return {"pid": os.getpid(), "scratch": tempfile.gettempdir(), "code": os.getcwd()}
"""
SLEEPS = """
import os, subprocess, time

def handler(event, context):
    print(os.getpid(), flush=True)
    with open(event, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)
"""
COUNTS = """
import os, threading, time

count = 0

def work():
    global count
    while True:
        time.sleep(0.001)
        count += 1

threading.Thread(target=work, daemon=True).start()

def handler(event, context):
    return [count, os.getpid()]
"""


def state(pid: int) -> str:
    """As the kernel has it: `T` for a stopped process, `Z` for one that is gone and not yet waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


def is_running(pid: int) -> bool:
    return state(pid) != "Z"


def test_warm(sandbox: Deployments) -> None:
    """Events one after the other are served by one process."""
    function = sandbox.deploy(TELLS)

    assert len({sandbox.invoke(function).payload["pid"] for _ in range(5)}) == 1


def test_state_stays(sandbox: Deployments) -> None:
    """Globals outlive an event, as they do in a warm environment."""
    source = """
    seen = []

    def handler(event, context):
        seen.append(event)
        return seen
    """
    function = sandbox.deploy(source)

    assert [sandbox.invoke(function, number).payload for number in (1, 2)] == [[1], [1, 2]]


@pytest.mark.parametrize(
    "change",
    [
        lambda client, name: client.update_function_configuration(FunctionName=name, Timeout=7),
        lambda client, name: client.update_function_code(FunctionName=name, ZipFile=package(TELLS + "\n#")),
    ],
    ids=["configuration", "code"],
)
def test_change_means_new_process(sandbox: Deployments, change: Any) -> None:
    """After an update the old process ends, and a new one serves."""
    function = sandbox.deploy(TELLS)
    before = sandbox.invoke(function).payload["pid"]
    change(sandbox.client("lambda"), function)

    assert sandbox.invoke(function).payload["pid"] != before
    eventually(lambda: not is_running(before))


def test_deleted(sandbox: Deployments) -> None:
    """With a function its processes and temporary files go, and one made anew under its name starts afresh."""
    function = sandbox.deploy(TELLS)
    first = sandbox.invoke(function).payload
    sandbox.client("lambda").delete_function(FunctionName=function)
    eventually(lambda: not is_running(first["pid"]) and not Path(first["scratch"]).exists())

    sandbox.deploy(TELLS, FunctionName=function)
    assert sandbox.invoke(function).payload["pid"] != first["pid"]


def test_idle_process_killed(sandbox: Deployments) -> None:
    """A process that died while idle is replaced without anybody noticing."""
    function = sandbox.deploy(TELLS)
    first = sandbox.invoke(function).payload["pid"]
    os.kill(first, signal.SIGKILL)
    eventually(lambda: not is_running(first))

    assert sandbox.invoke(function).error is None


def test_frozen(sandbox: Deployments) -> None:
    """Between events nothing of a function runs, as Lambda freezes it; the next event wakes it."""
    function = sandbox.deploy(COUNTS)
    _, pid = sandbox.invoke(function).payload
    eventually(lambda: state(pid) == "T")

    assert sandbox.invoke(function).payload[1] == pid


def test_stop_leaves_nothing(own_sandbox: Callable[..., Deployments], tmp_path: Path) -> None:
    """A server that is stopped takes all processes with it, idle and busy, and removes its files."""
    server = own_sandbox()
    idle = server.invoke(server.deploy(TELLS)).payload
    busy = start_busy(server, tmp_path)
    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(timeout=20) == 0
    assert not is_running(idle["pid"])
    assert not is_running(busy)
    assert not Path(idle["code"]).parent.exists()


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux ends a process with its parent")
def test_kill_leaves_no_process(own_sandbox: Callable[..., Deployments], tmp_path: Path) -> None:
    """kill -9 of the server ends its functions' processes too, those in the middle of an event included."""
    server = own_sandbox()
    idle = server.invoke(server.deploy(TELLS)).payload["pid"]
    busy = start_busy(server, tmp_path)
    server.process.kill()
    server.process.wait(timeout=20)

    eventually(lambda: not is_running(idle) and not is_running(busy))


def test_folder_of_killed_server(sandbox: Deployments, own_sandbox: Callable[..., Deployments]) -> None:
    """What a killed server left behind, the next one removes; what a living one uses, it leaves alone."""
    killed = own_sandbox()
    folders = [Path(server.invoke(server.deploy(TELLS)).payload["code"]).parent for server in (killed, sandbox)]
    killed.process.kill()
    killed.process.wait(timeout=20)
    following = own_sandbox()
    following.invoke(following.deploy(TELLS))

    assert [folder.exists() for folder in folders] == [False, True]


def start_busy(server: Deployments, folder: Path) -> int:
    """Process id of a function in the middle of an event."""
    function, note = server.deploy(SLEEPS, Timeout=60), folder / "pid"
    server.invoke(function, str(note), InvocationType="Event")
    return int(eventually(lambda: note.exists() and note.read_text()))


def test_children_die_too(sandbox: Deployments) -> None:
    """On a timeout the function's own child processes are killed with it."""
    source = """
    import subprocess, time

    def handler(event, context):
        print(subprocess.Popen(["sleep", "60"]).pid)
        time.sleep(30)
    """
    answer = sandbox.invoke(sandbox.deploy(source, Timeout=1))
    child = int(answer.log[1])

    eventually(lambda: not is_running(child))


def test_many_at_once(sandbox: Deployments) -> None:
    """Events at the same time get a process each, and each its own answer."""
    source = """
    import time

    def handler(event, context):
        time.sleep(0.3)
        return event
    """
    function = sandbox.deploy(source, Timeout=20)
    answers: dict[int, Any] = {}
    threads = [
        threading.Thread(
            target=lambda number=number: answers.update({number: sandbox.invoke(function, number).payload})
        )
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {number: number for number in range(6)}
