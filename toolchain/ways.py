"""The ways to a Pulumi command line, cheapest first."""

import shutil
from collections.abc import Callable

from signout.sandbox import engine
from toolchain import go_build, installer, language_host_setup

Say = Callable[[str], None]
Way = tuple[str, Callable[[Say], engine.Pulumi]]

HELP = f"""\
Install one of these, then run `make setup` again:
  - Pulumi {engine.NEEDED} or newer: https://www.pulumi.com/docs/iac/download-install/
  - Go {go_build.NEEDED_GO} or newer, from which set-up builds Pulumi: https://go.dev/dl/"""


def _on_path(_: Say) -> engine.Pulumi:
    return engine.on_path()


def _in_cache(say: Say) -> engine.Pulumi:
    try:
        found = engine.in_cache()
    except engine.EngineMissing:
        shutil.rmtree(engine.cached(), ignore_errors=True)  # a broken copy must not stand in the way of a new one
        raise
    language_host_setup.renew(found.path.parent, say)
    return found


WAYS: tuple[Way, ...] = (
    ("on PATH", _on_path),
    ("in the cache folder", _in_cache),
    ("by the official installer", installer.install),
    ("built from its Go module", go_build.build),
)


def take(ways: tuple[Way, ...], say: Say) -> engine.Pulumi:
    """The first way that works, saying which.

    Raises EngineMissing with what was wrong with each, and what to install.
    """
    reasons = []
    for name, way in ways:
        try:
            found = way(say)
        except engine.EngineMissing as error:
            reasons.append(f"  {name}: {error}")
            continue
        say(f"Pulumi {found.version}, {found.how}: {found.path}")
        return found
    raise engine.EngineMissing("\n".join(["there is no usable Pulumi command line", *reasons, HELP]))
