"""What a service needs before its first call, and not before: together these would double the time of a start."""

from __future__ import annotations

import os
from collections.abc import Callable

from .enforcement.application import NotReady
from .enforcement.callers import iam
from .enforcement.calls import CallLog

Stop = Callable[[], None]


def first_calls(
    endpoint: str, log: CallLog, stops: list[Stop], *, account_concurrency: int
) -> dict[str, Callable[[], None]]:
    """What to do before the first call of a service, by signing name.

    What runs programs has them call back over `endpoint`, and so through enforcement; what has to be ended with the
    server is added to `stops`. `account_concurrency` is Lambda's limit of the account in each Region.
    """
    return {
        "iam": _iam,
        "lambda": lambda: stops.append(_functions(endpoint, account_concurrency)),
        "servicequotas": lambda: _service_quotas(account_concurrency),
        "sns": lambda: _deliveries(log),
        "states": lambda: _workflows(endpoint),
    }


def _iam() -> None:
    """AWS's own managed policies, and boundaries of users."""
    from . import user_boundaries

    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    backend = iam()
    backend.aws_managed_policies = backend._init_aws_policies()
    backend.managed_policies.update({policy.arn: policy for policy in backend.aws_managed_policies})
    user_boundaries.install()


def _functions(endpoint: str, account_concurrency: int) -> Stop:
    from . import runtime_env
    from .functions import install
    from .roles import assume_for_service

    try:
        python = runtime_env.python()
        return install(endpoint, python=python, assume=assume_for_service, account_concurrency=account_concurrency).stop
    except runtime_env.RuntimeMissing as error:
        raise NotReady(str(error)) from error


def _service_quotas(account_concurrency: int) -> None:
    from . import service_quotas

    service_quotas.install(account_concurrency)


def _deliveries(log: CallLog) -> None:
    from .enforcement import deliveries

    deliveries.install(log.add)


def _workflows(endpoint: str) -> None:
    from .roles import assume_for_service
    from .workflows import install

    install(endpoint, assume=assume_for_service)
