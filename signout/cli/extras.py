"""The parts of the package that are installed on request only, and what to say where one is missing."""

from __future__ import annotations

from signout.cli.errors import CommandError

PACKAGES = {"deploy": ("pulumi", "pulumi_aws", "pulumi_policy"), "sandbox": ("moto",)}
"""By extra, the packages by which it is recognised."""


def require_extra(extra: str, who: str = "this command") -> None:
    """For a command that uses the extra in another process only. Raises CommandError where it is not installed."""
    from importlib.util import find_spec  # not for `--help`

    for package in PACKAGES[extra]:
        if find_spec(package) is None:
            raise CommandError(missing(package, extra, who))


def extra_of(package: str) -> str | None:
    """The extra that brings the package; None where none does."""
    return next((extra for extra, packages in PACKAGES.items() if package in packages), None)


def missing(package: str, extra: str, who: str = "this command") -> str:
    """What to do about it."""
    return f"{who} needs {package}, of the extra {extra!r}: pip install '.[{extra}]' in a checkout of cognito-signout"
