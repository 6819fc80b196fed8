"""What moto keeps about functions, as the host needs it: a name and a qualifier become a target."""

from __future__ import annotations

import random
from typing import Any

from moto.awslambda.models import LambdaAlias, LambdaBackend, LambdaFunction, lambda_backends

from signout.sandbox.functions.corrections import dead_letter, event_invoke, logging_config
from signout.sandbox.functions.definition import Definition, Limits, Target, variables_of
from signout.sandbox.functions.naming import LATEST, split, unqualified


class Registry:
    """The functions of one account and Region."""

    def __init__(self, account: str, region: str, account_concurrency: int) -> None:
        self._backend: LambdaBackend = lambda_backends[account][region]
        self._account_concurrency = account_concurrency

    def resolve(self, function_name: str, qualifier: str | None) -> Target:
        """The version that a name and a qualifier stand for now.

        Raises moto's errors, in Lambda's words, for what does not exist or does not fit together.
        """
        name, qualifier = split(function_name, qualifier)
        version = self._backend.get_function(name, self._route(name, qualifier))
        latest = self._backend.get_function(name, LATEST)
        definition = definition_of(version)
        return Target(
            definition=definition,
            invoked_arn=f"{definition.arn}:{qualifier}" if qualifier else definition.arn,
            limits=self._limits(latest),
            asynchronous=event_invoke.settings(latest, qualifier or LATEST),
        )

    def _route(self, name: str, qualifier: str | None) -> str:
        """The version behind a qualifier; an alias with two is asked which."""
        self._backend.get_function(name, qualifier)  # raises what there is to raise
        alias = next((alias for alias in self._backend.list_aliases(name) if alias.name == qualifier), None)
        if alias is None:
            return qualifier or LATEST
        weights = _weights(alias)
        return random.choices(list(weights), list(weights.values()))[0]

    def _limits(self, latest: LambdaFunction) -> Limits:
        reserved = [function.reserved_concurrency for function in self._backend.list_functions()]
        own = latest.reserved_concurrency
        return Limits(
            reserved=None if own is None else int(own),
            unreserved=self._account_concurrency - sum(int(size) for size in reserved if size is not None),
        )


def definition_of(function: LambdaFunction) -> Definition:
    """One of moto's functions as an immutable value."""
    return Definition(
        account=function.account_id,
        region=function.region,
        name=function.function_name,
        arn=unqualified(str(function.function_arn)),
        version=str(function.version),
        role=function.role,
        handler=function.handler or "",
        runtime=function.run_time or "",
        memory_mb=int(function.memory_size),
        timeout_seconds=int(function.timeout),
        variables=variables_of(function.environment_vars),
        logging=logging_config.logging_of(function),
        code_sha256=function.code_digest,
        dead_letter_arn=dead_letter.target(function),
        code=function.code_bytes,
    )


def _weights(alias: LambdaAlias) -> dict[str, float]:
    routing: Any = alias.routing_config or {}
    further: dict[str, float] = routing.get("AdditionalVersionWeights") or {}
    return {alias.function_version: 1 - sum(further.values()), **further}
