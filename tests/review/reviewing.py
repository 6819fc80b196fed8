"""Reviews for tests: the command in this process, its output and its exit code."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from signout.cli.main import main

FOLDER = Path(__file__).parent
PLANS = FOLDER / "plans"


def review(*arguments):
    """The exit code, standard output and standard error of `signout review` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["review", *map(str, arguments)])
    return code, out.getvalue(), err.getvalue()


def reported(*arguments):
    """The exit code and the JSON report."""
    code, out, err = review(*arguments, "--format", "json")
    assert out, err
    return code, json.loads(out)


def rules(*arguments):
    """The rules that report something, in order."""
    return [each["rule"] for each in reported(*arguments)[1]["findings"]]


def policy(*statements):
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action, resource="*", **elements):
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def written(folder, name, content):
    """The path of a file with this JSON in it, or with these bytes."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path
