"""Lambda: deployed zips run by AWS's own runtime client, in processes of their own, under their execution roles."""

from __future__ import annotations

from pathlib import Path

from signout.sandbox import runtime_env
from signout.sandbox.account import CONCURRENCY
from signout.sandbox.functions import endpoint as invoke_operation
from signout.sandbox.functions import retirement
from signout.sandbox.functions.corrections import (
    dead_letter,
    event_invoke,
    execution_role,
    limits,
    logging_config,
    packages,
    refused,
    reserved_concurrency,
    targets,
    updates,
    versions,
)
from signout.sandbox.functions.host import AssumeRole, Host, Settings
from signout.sandbox.roles import assume_for_service

DEFAULT_PACE = 60.0
"""How many of AWS's seconds pass in one, for asynchronous retries: a minute becomes a second."""


def install(
    endpoint: str,
    *,
    python: Path | None = None,
    assume: AssumeRole = assume_for_service,
    account_concurrency: int = CONCURRENCY,
    pace: float = DEFAULT_PACE,
) -> Host:
    """Have moto's Lambda run functions. Call once, before the server answers; stop the host when it ends.

    `endpoint` is the sandbox's URL; `python` the functions' interpreter, by default the one that `make setup` made;
    `assume` begins a role's session for Lambda; `account_concurrency` is the account's limit in each Region.
    Raises RuntimeMissing when there is no interpreter.
    """
    host = Host(Settings(endpoint, python or runtime_env.python(), assume, account_concurrency, pace))
    # Each wraps the one before it, so the last is asked first: what is refused is refused before anything else.
    versions.install()
    updates.install()
    dead_letter.install()
    logging_config.install()
    permitted = targets.Targets(assume)
    event_invoke.install(permitted)
    reserved_concurrency.install(account_concurrency)
    packages.install()
    retirement.install(host)
    targets.install(permitted)
    execution_role.install(assume)
    limits.install()
    refused.install()
    invoke_operation.install(host)
    return host
