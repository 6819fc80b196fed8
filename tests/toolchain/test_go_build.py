"""Pulumi built from its Go module. Go is stood in for here; set-up on a machine without Pulumi runs the real one."""

import re
import tomllib
from pathlib import Path

import pytest

from signout.sandbox import engine, virtualenv
from toolchain import go_build, language_host_setup

from .conftest import executable

ROOT = Path(__file__).resolve().parents[2]

GO = """
echo "$*|$GOFLAGS|$GOWORK|$CGO_ENABLED" >> "$HOME/calls"
case "$1" in
env) echo go1.26.8 ;;
list)
    if [ "$2" = -m ]; then echo "$HOME/module"; exit; fi
    seq -f 'go: downloading example.com/module%g v1.0.0' 100 >&2
    seq -f 'example.com/package%g' 400
    ;;
install)
    seq -f 'example.com/package%g' 400 >&2
    printf '#!/bin/sh\\necho v3.259.0\\n' > "$GOBIN/pulumi"
    chmod +x "$GOBIN/pulumi"
    ;;
esac
"""
FAILING = [
    # name           replaced              by                                                  what the error says
    ("old Go", "env) ", "env) echo 'go: go.mod requires go >= 1.26' >&2; exit 1 #", "Go 1.26 or newer is needed: "),
    ("no modules", "seq -f 'go: d", "echo 'lookup: no such host' >&2; exit 1 #", "exited with 1: lookup: no such host"),
    ("compile error", "printf", "echo 'x.go:1: syntax error'; exit 2 #", "`go install` exited with 2"),
    ("wrong version", "echo v3.259.0", "echo v3.1.0", "is version 3.1.0"),
]


@pytest.fixture
def go(home, put_first, monkeypatch):
    """Puts a `go` on PATH, the module's shim in its place, and makes the host's packages none, which needs no index."""

    def put(script: str) -> None:
        put_first(executable(home / "go" / "go", script).parent)
        executable(home / "module" / "python" / "cmd" / language_host_setup.SHIM, "exit 0")
        lock = home / "none.txt"
        lock.touch()
        monkeypatch.setattr(language_host_setup, "LOCK", lock)

    return put


def test_builds(go, home, heard, monkeypatch):
    """The build ends in the cache with its language host, tells how far it is, and obeys none of the user's flags."""
    go(GO)
    monkeypatch.setenv("GOFLAGS", "-mod=mod -tags=theirs")
    monkeypatch.setenv("GOWORK", "/theirs/go.work")

    found = go_build.build(heard.append)

    assert (engine.cached() / "bin" / "pulumi", "3.259.0") == (found.path, found.version)
    assert "built from its Go module" in found.how
    beside = {path.name for path in found.path.parent.iterdir()}
    assert {"pulumi", "pulumi-language-python", "pulumi-language-python-exec"} == beside
    assert [line for line in heard if re.match(r"  100 of at most \d+ modules downloaded", line)]
    assert "  200 of at most 400 packages compiled" in heard
    settings = {line.split("|", 1)[1] for line in (home / "calls").read_text().splitlines()}
    assert {"-mod=readonly -buildvcs=false|off|0"} == settings


@pytest.mark.parametrize(("replaced", "by", "says"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING])
def test_failures(go, heard, monkeypatch, replaced, by, says):
    """A build that fails says at which step, in Go's words, and leaves nothing in the cache folder."""
    assert replaced in GO
    monkeypatch.setattr(virtualenv, "make", lambda where, lock: None)  # takes seconds, and is not what fails here
    go(GO.replace(replaced, by))

    with pytest.raises(engine.EngineMissing) as error:
        go_build.build(heard.append)

    assert says in str(error.value)
    assert not engine.cached().exists()


def test_no_go(home, heard):
    """Without Go the error says just that."""
    with pytest.raises(engine.EngineMissing, match=r"^no go on PATH$"):
        go_build.build(heard.append)


def test_no_disk(go, heard, monkeypatch):
    """Too little disk is noticed before anything is downloaded."""
    go(GO)
    monkeypatch.setattr(go_build, "NEEDED_BYTES", 1 << 60)

    with pytest.raises(engine.EngineMissing, match=r"the build needs \d+ GB of disk, .* has \d+\.\d GB left"):
        go_build.build(heard.append)

    assert [] == heard


def test_one_version_everywhere():
    """The version that is looked for is the one that is built, and the host has the SDK that programs have."""
    modules = (ROOT / "toolchain" / "go.mod").read_text()
    deploy = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["deploy"]
    host = (ROOT / "toolchain" / "language-host.in").read_text().strip()

    assert {str(engine.NEEDED)} == set(re.findall(r"github.com/pulumi/pulumi/(?:sdk|pkg)/v3 v(\S+)", modules))
    assert host in deploy
