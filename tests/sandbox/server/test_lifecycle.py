"""Starts and stops, and everything that can go wrong with them: each is handled, or said in one clear line."""

from __future__ import annotations

import configparser
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from signout.sandbox import lifecycle
from signout.sandbox.enforcement.calls import Query
from signout.sandbox.lifecycle import LifecycleError, Started
from signout.sandbox.server import StartError, bind
from signout.sandbox.state import DIRECTORY_VARIABLE, StateError, StateFolder
from tests.support.sandbox import Sandbox, code_of, error_of


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[StateFolder]:
    """A state folder that does not exist yet; what runs on it at the end is stopped."""
    folder = StateFolder(tmp_path / "state")
    yield folder
    lifecycle.stop(folder)


def kill(folder: StateFolder) -> None:
    """Kill the server without giving it a chance, and see it gone."""
    server = folder.running()
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    assert lifecycle._ended(folder, 10)


def test_start_answer_stop(folder: StateFolder) -> None:
    """A start returns when the server answers; a stop leaves no credential behind, and no server."""
    started = lifecycle.start(folder, 0)
    assert not started.already
    assert folder.running() == started.server
    sandbox = Sandbox(folder)
    assert sandbox.client("sts").get_caller_identity()["Arn"].endswith(":user/sandbox-administrator")
    assert lifecycle.stop(folder)
    assert folder.running() is None
    assert not folder.credentials_file.exists()
    assert not folder.server_file.exists()
    assert not lifecycle.stop(folder)


def test_stop_waits_for_nothing(folder: StateFolder) -> None:
    """A server that is told to stop ends, whatever still runs in it; its record of calls is whole, its key is gone."""
    program = (
        "import sys, threading; threading.Thread(target=threading.Event().wait).start();"
        "from signout.sandbox.server import main; print('ends by itself'); sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "--dir", str(folder.path), "--port", "0", "--ready-fd", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        assert json.loads(server.stderr.readline()) == {"ready": True}
        for _ in range(5):
            Sandbox(folder).client("sts").get_caller_identity()
        server.terminate()
        try:
            said, _ = server.communicate(timeout=30)
        finally:
            server.kill()
    assert (server.returncode, said) == (0, "ends by itself\n")
    assert len(lifecycle.calls(folder, Query(action="sts:GetCallerIdentity"))) == 5
    assert not folder.credentials_file.exists()


def test_what_others_may_read(sandbox: Sandbox) -> None:
    """Folder, credential, state and record are for their owner only; the secret is nowhere but in its file."""
    folder = sandbox.folder
    assert folder.path.stat().st_mode & 0o777 == 0o700
    for file in (folder.credentials_file, folder.server_file, folder.calls_file):
        assert file.stat().st_mode & 0o777 == 0o600, file
    secret = folder.connection().secret_access_key
    assert len(secret) == 40
    holding = [file.name for file in folder.path.iterdir() if secret in file.read_text()]
    assert holding == ["credentials"]
    server = folder.running()
    assert server is not None
    for source in ("cmdline", "environ"):
        assert secret.encode() not in Path(f"/proc/{server.pid}/{source}").read_bytes()
    assert secret not in repr(folder.connection())


def test_credentials_for_the_aws_command_line(sandbox: Sandbox) -> None:
    """The file is one of AWS's shared credentials files."""
    parser = configparser.ConfigParser()
    parser.read(sandbox.folder.credentials_file)
    assert set(parser["default"]) == {"aws_access_key_id", "aws_secret_access_key"}


def test_nothing_outlives_the_server(folder: StateFolder) -> None:
    """What was made is gone with the server that held it, and the next one has a credential of its own."""
    lifecycle.start(folder, 0)
    first = folder.connection()
    Sandbox(folder).client("iam").create_user(UserName="ann")
    lifecycle.stop(folder)
    lifecycle.start(folder, 0)
    users = Sandbox(folder).client("iam").list_users()["Users"]
    assert [user["UserName"] for user in users] == ["sandbox-administrator"]
    assert folder.connection().access_key_id != first.access_key_id
    assert folder.connection().secret_access_key != first.secret_access_key


def test_started_already(sandbox: Sandbox) -> None:
    """A second start finds the first one's server; one that asks for something else is told so."""
    folder = sandbox.folder
    first = lifecycle.start(folder, 0)
    assert first.already
    for port in (None, 0, first.server.port):
        assert lifecycle.start(folder, port) == Started(first.server, already=True)
    with pytest.raises(LifecycleError, match=r"port 1 is asked for, but .* runs on port \d+; stop it first"):
        lifecycle.start(folder, 1)
    with pytest.raises(LifecycleError, match=r"runs without request quotas; stop it first"):
        lifecycle.start(folder, throttle=True)


def test_two_starts_at_once(folder: StateFolder) -> None:
    """Of several starts at once one starts a server, and the others find that one."""
    results: list[Started] = []
    threads = [threading.Thread(target=lambda: results.append(lifecycle.start(folder, 0))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({result.server.pid for result in results}) == 1
    assert sorted(result.already for result in results) == [False, True, True]


def test_two_servers_on_one_folder(sandbox: Sandbox) -> None:
    """A server started by hand on a folder that has one ends at once, and leaves the other alone."""
    folder, server = sandbox.folder, sandbox.folder.running()
    command = [sys.executable, "-m", "signout.sandbox.server", "--dir", str(folder.path), "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert second.stderr.startswith(f"error: {folder.path}: another sandbox runs on this folder")
    assert folder.running() == server
    assert sandbox.client("sts").get_caller_identity()


def test_killed_before(folder: StateFolder) -> None:
    """After kill -9 the folder says that nothing runs; the calls can still be read, and a start just works."""
    first = lifecycle.start(folder, 0).server
    Sandbox(folder).client("sts").get_caller_identity()
    kill(folder)
    assert folder.running() is None
    assert [record.action for record in lifecycle.calls(folder, Query(action="sts:"))] == ["sts:GetCallerIdentity"]
    with pytest.raises(StateError, match=r"no sandbox runs on .*; start one with `signout sandbox start`"):
        folder.connection()
    again = lifecycle.start(folder, first.port)
    assert not again.already
    assert again.server.pid != first.pid
    assert Sandbox(folder).client("sts").get_caller_identity()
    kill(folder)
    assert not lifecycle.stop(folder)
    assert not folder.credentials_file.exists()


@pytest.mark.parametrize("then", ["start", "stop"])
def test_killed_while_starting(folder: StateFolder, then: str) -> None:
    """A start that was killed leaves a server that comes up all the same: the next start finds it, a stop ends it."""
    folder.prepare()
    program = "import sys; from signout.sandbox import lifecycle, state; "
    program += "lifecycle.start(state.StateFolder.of(sys.argv[1]), 0)"
    starter = subprocess.Popen([sys.executable, "-c", program, str(folder.path)])
    while not folder.is_held("server"):
        assert starter.poll() is None
    starter.kill()
    starter.wait()
    assert not folder.server_file.exists()
    if then == "start":
        assert lifecycle.start(folder, 0).already
        assert Sandbox(folder).client("sts").get_caller_identity()
    assert lifecycle.stop(folder)
    assert not folder.is_held("server")


def test_process_id_that_another_process_has_now(folder: StateFolder) -> None:
    """A stale server.json that names a living process is not believed, and that process is not harmed."""
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        first = lifecycle.start(folder, 0).server
        written = json.loads(folder.server_file.read_text())
        kill(folder)
        folder.server_file.write_text(json.dumps({**written, "pid": bystander.pid}))
        assert folder.running() is None
        assert not lifecycle.stop(folder)
        assert bystander.poll() is None
        assert lifecycle.start(folder, 0).server.pid not in (bystander.pid, first.pid)
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"surprise": 1}'])
def test_garbage_in_the_state_file(sandbox: Sandbox, tmp_path: Path, content: str) -> None:
    """Whatever stands in server.json, it is not believed; where a server runs nothing is taken away from it."""
    stopped = StateFolder(tmp_path)
    stopped.prepare()
    stopped.server_file.write_text(content)
    assert stopped.running() is None
    assert not lifecycle.stop(stopped)
    assert not stopped.server_file.exists()
    kept = sandbox.folder.server_file.read_text()
    try:
        sandbox.folder.server_file.write_text(content)
        assert sandbox.folder.running() is None
        for change in (lifecycle.stop, lifecycle.start):
            with pytest.raises(LifecycleError, match=r"a sandbox runs there, but server\.json cannot be read"):
                change(sandbox.folder)
    finally:
        sandbox.folder.server_file.write_text(kept)


def test_port_that_is_taken(folder: StateFolder) -> None:
    """The line names the port, the address and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LifecycleError) as raised:
            lifecycle.start(folder, port)
    expected = (
        f"port {port} on 127.0.0.1: Address already in use; choose another with --port, or --port 0 for a free one"
    )
    assert str(raised.value) == expected
    assert folder.running() is None


@pytest.mark.parametrize("port", [70000, -1])
def test_port_that_is_none(port: int) -> None:
    """A number that is no port is said to be none."""
    with pytest.raises(StartError, match=f"port {port} on 127.0.0.1: .*; choose another"):
        bind(port)


def test_on_the_loopback_address_only(sandbox: Sandbox) -> None:
    """Nothing listens on any other address."""
    port = int(sandbox.endpoint.rpartition(":")[2])
    with open("/proc/net/tcp") as table:
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert [entry for entry in listening if entry.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]
    with open("/proc/net/tcp6") as table:
        assert not any(f":{port:04X} " in line for line in table)


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    """A path that is no folder is named, with what was expected."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StateError, match=f"{tmp_path}/file.*; expected a folder that can be written to"):
            lifecycle.start(StateFolder(path), 0)


def test_folder_of_somebody_else_s(tmp_path: Path) -> None:
    """A folder that holds something else is not taken over: nothing in it is written, removed or locked."""
    kept = {".gitignore": "build/\n", "credentials": "[default]\n"}
    for name, content in kept.items():
        (tmp_path / name).write_text(content)
    tmp_path.chmod(0o755)
    folder = StateFolder(tmp_path)

    with pytest.raises(StateError, match=f"{tmp_path}: holds files that are not a sandbox's; expected an empty folder"):
        lifecycle.start(folder, 0)
    assert folder.running() is None
    assert not lifecycle.stop(folder)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == kept
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_no_record_of_calls(tmp_path: Path) -> None:
    """Where no sandbox has run there is no record: a mistyped folder is not taken for one without a call."""
    with pytest.raises(StateError, match=f"no sandbox has run on {tmp_path}/mistyped; start one with"):
        lifecycle.calls(StateFolder(tmp_path / "mistyped"), Query())


def test_folder_of_a_start_that_was_killed(tmp_path: Path) -> None:
    """However little of a sandbox's folder was made, it is one."""
    StateFolder(tmp_path / "made").prepare()
    for path in sorted((tmp_path / "made").iterdir(), key=lambda path: path.name != ".gitignore"):
        assert not StateFolder(tmp_path / "made").is_foreign()
        path.unlink()
    assert not StateFolder(tmp_path / "made").is_foreign()


def test_full_disk(tmp_path: Path) -> None:
    """Where not one file can be written, a start says so in one line, and leaves no server and no half a file."""
    folder = StateFolder(tmp_path / "state")
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "from signout.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "sandbox", "start", "--port", "0", "--dir", str(folder.path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "File too large" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert folder.running() is None


def test_disk_that_fills_up_while_starting(tmp_path: Path) -> None:
    """A server that cannot write its own files ends, and the start says which and why."""
    folder = StateFolder(tmp_path / "state")
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20));"
        "from signout.sandbox.server import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "--port", "0", "--dir", str(folder.path), "--ready-fd", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"].endswith(": File too large; expected room to write")
    assert folder.running() is None
    assert not folder.credentials_file.exists()


def test_disk_that_fills_up_while_running(folder: StateFolder) -> None:
    """A server that can write neither its record of calls nor its complaint about that goes on answering."""
    folder.prepare()
    for file in (folder.calls_file, folder.log_file):
        file.symlink_to("/dev/full")
    lifecycle.start(folder, 0)
    sts = Sandbox(folder).client("sts")
    for _ in range(2):
        assert sts.get_caller_identity()["Arn"].endswith(":user/sandbox-administrator")
    assert len(lifecycle.calls(folder, Query(action="GetCallerIdentity"))) == 2


def test_server_that_dies_while_starting(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that ends without a word is reported with its exit code and the last thing that it wrote."""
    monkeypatch.setattr(lifecycle, "_environment", lambda: {"PYTHONPATH": "/nonexistent", "PATH": ""})
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(
        LifecycleError, match=r"the server ended while it started \(exit code 1\): it wrote nothing; see "
    ):
        lifecycle.start(folder, 0)


def test_interpreter_that_is_not_there(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that cannot even be started is one line as well."""
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(LifecycleError, match="/nonexistent/python: No such file or directory"):
        lifecycle.start(folder, 0)


def test_the_users_own_settings_stay_out(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server never sees the user's AWS profile, keys or configuration."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "theirs")
    server = lifecycle.start(folder, 0).server
    seen = Path(f"/proc/{server.pid}/environ").read_bytes().split(b"\0")
    assert not [entry for entry in seen if entry.startswith(b"AWS_")]


def test_where_the_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that is named, else the variable's, else `.sandbox` in the current one; git ignores all in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(DIRECTORY_VARIABLE, raising=False)
    assert StateFolder.of().path == tmp_path / ".sandbox"
    monkeypatch.setenv(DIRECTORY_VARIABLE, "elsewhere")
    assert StateFolder.of().path == tmp_path / "elsewhere"
    assert StateFolder.of("named").path == tmp_path / "named"
    StateFolder.of().prepare()
    assert (tmp_path / "elsewhere" / ".gitignore").read_text() == "*\n"


def test_request_quotas(folder: StateFolder) -> None:
    """Started with --throttle, the server turns away sign-outs over Cognito's quota of 25 a second; else none."""
    assert lifecycle.start(folder, 0, throttle=True).server.throttle
    sandbox = Sandbox(folder)
    cognito = sandbox.client("cognito-idp")
    user = {"UserPoolId": cognito.create_user_pool(PoolName="busy")["UserPool"]["Id"], "Username": "ann"}
    cognito.admin_create_user(**user)
    codes: set[str | None] = set()
    threads = [
        threading.Thread(
            target=lambda: codes.update(code_of(error_of(cognito, "AdminUserGlobalSignOut", user)) for _ in range(40))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == {None, "TooManyRequestsException"}
