"""Pulumi by its official installer. The download itself is stood in for; everything after it runs."""

import os
import urllib.error
from pathlib import Path

import pytest
from pulumi.automation import _cmd

from signout.sandbox import engine
from toolchain import installer

INSTALLS = """#!/bin/sh
echo "$@" > "$SEEN"
echo "$PULUMI_HOME" >> "$SEEN"
while [ "$1" != --install-root ]; do shift; done
mkdir -p "$2/bin"
printf '#!/bin/sh\\necho v3.259.0\\n' | tee "$2/bin/pulumi" > "$2/bin/pulumi-language-python"
chmod +x "$2"/bin/*
"""
WITHOUT_HOST = INSTALLS + 'rm "$2/bin/pulumi-language-python"\n'
FAILS = "#!/bin/sh\necho 'one moment'\necho 'no release for this machine'\nexit 7\n"


@pytest.fixture
def downloads(monkeypatch, tmp_path):
    """The installer's script, as given in place of the one on Pulumi's site."""

    def give(script: str) -> Path:
        monkeypatch.setattr(_cmd, "_download_to_file", lambda url, path: Path(path).write_text(script))
        monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
        return tmp_path / "seen"

    return give


def test_installs(home, downloads, heard):
    """The pinned version goes into the cache folder, and shell profiles stay as they are."""
    seen = downloads(INSTALLS)

    found = installer.install(heard.append)

    assert engine.cached() / "bin" / "pulumi" == found.path
    arguments, pulumi_home = seen.read_text().splitlines()
    assert "--version 3.259.0" in arguments
    assert "--no-edit-path" in arguments
    assert pulumi_home
    assert not pulumi_home.startswith(str(home))
    assert ["Asking Pulumi's installer for version 3.259.0"] == heard
    assert not (home / ".pulumi").exists()


def test_environment_is_put_back(home, downloads, heard, monkeypatch):
    """What is set for the installer does not outlast it."""
    downloads(FAILS)
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    before = dict(os.environ)

    with pytest.raises(engine.EngineMissing):
        installer.install(heard.append)

    assert before == dict(os.environ)


FAULTS = [
    # name                       script         what the error says
    ("installer fails", FAILS, "it exited with 7: no release for this machine"),
    ("no language host in it", WITHOUT_HOST, "has no pulumi-language-python beside it"),
    ("not a script", "not a program", "OSError"),
]


@pytest.mark.parametrize(("script", "says"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_faults(home, downloads, heard, script, says):
    """A failed installer is quoted, and nothing of it stays in the cache folder."""
    downloads(script)

    with pytest.raises(engine.EngineMissing) as error:
        installer.install(heard.append)

    assert says in str(error.value)
    assert not engine.cached().exists()


@pytest.mark.usefixtures("offline")
def test_without_internet(home, heard):
    """Without internet access the error is the download's own."""
    with pytest.raises(engine.EngineMissing) as error:
        installer.install(heard.append)

    assert urllib.error.URLError.__name__ in str(error.value)
    assert not engine.cached().exists()
