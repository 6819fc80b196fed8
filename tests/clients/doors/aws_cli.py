"""The AWS CLI, version 1 from PyPI and version 2 from wherever `aws` comes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from tempfile import NamedTemporaryFile

from tests.clients import programs
from tests.clients.doors.door import Call, Shown, environment

COMMANDS = {"AdminUserGlobalSignOut": "admin-user-global-sign-out", "GlobalSignOut": "global-sign-out"}
OPTIONS = {"UserPoolId": "--user-pool-id", "Username": "--username"}

_SERVICE_ERROR = re.compile(r"An error occurred \((\w+)\) when calling the (\w+) operation")
_OWN_ERRORS = {
    "Unable to locate credentials": "no credentials",
    "Parameter validation failed": "parameter validation",
}


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class AwsCli:
    """One version. Its exit codes tell an error of the service's from one that it found itself."""

    name: str
    version: int
    exit_codes: Mapping[str, int]
    """By its own errors; `service` is any error of the service's."""
    nothing: object = ""

    def exit_code(self, error: str | None) -> int:
        """With which it has to end, for what it showed."""
        return 0 if error is None else self.exit_codes.get(error, self.exit_codes["service"])

    def missing(self) -> str | None:
        """Why it cannot be tried."""
        if self.version == 1:
            return programs.why_not(programs.aws_cli_1)
        return None if programs.aws_cli_2() else "no `aws` of version 2 is on PATH"

    @property
    def program(self) -> tuple[str, ...]:
        """What starts it."""
        if self.version == 1:
            # Through the interpreter: the script names the folder that its environment was made in.
            scripts = programs.aws_cli_1() / "bin"
            return str(scripts / "python"), str(scripts / "aws")
        path = programs.aws_cli_2()
        assert path, self.missing()
        return (str(path),)

    def make(self, call: Call) -> Shown:
        """The output is what stands on standard output. A token is in a file for the owner only, never an argument."""
        if call.operation == "GlobalSignOut":
            with NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(dict(call.parameters), file)
                file.flush()
                ran = self.run(call, "--cli-input-json", f"file://{file.name}")
        else:
            # In one word with the option, or a name that begins with a hyphen is taken for an option itself.
            ran = self.run(call, *(f"{OPTIONS[name]}={value}" for name, value in call.parameters.items()))
        return Shown(error_in(ran), ran.out, ran.code)

    def run(self, call: Call, *arguments: str) -> Ran:
        """Run the call's command with these arguments."""
        endpoint = ("--endpoint-url", call.endpoint) if call.endpoint else ()
        return self.start(["cognito-idp", COMMANDS[call.operation], *endpoint, *arguments], environment(call))

    def start(self, arguments: Sequence[str], env: Mapping[str, str]) -> Ran:
        """Run it to its end. It has no terminal."""
        done = subprocess.run(
            [*self.program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
            env=env,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def error_in(ran: Ran) -> str | None:
    """The type of the service's error, or in short what the command line itself refused; None if it worked."""
    if ran.code == 0:
        return None
    if found := _SERVICE_ERROR.search(ran.err):
        return found[1]
    return next((name for text, name in _OWN_ERRORS.items() if text in ran.err), ran.err)


V1 = AwsCli("AWS CLI v1", 1, {"service": 255, "no credentials": 255, "parameter validation": 255})
V2 = AwsCli("AWS CLI v2", 2, {"service": 254, "no credentials": 253, "parameter validation": 252})
