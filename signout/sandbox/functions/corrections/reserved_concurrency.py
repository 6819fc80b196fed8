"""moto reserves whatever is asked for, and does not report a reservation of 0.

Lambda leaves 100 of an account's limit to functions without a reservation, or all of it where the limit is lower.
"""

from __future__ import annotations

from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend, LambdaFunction

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.concurrency import UNRESERVABLE


def install(account_concurrency: int) -> None:
    """`account_concurrency`: the account's limit in each Region."""

    def put(original: Any, backend: LambdaBackend, function_name: str, reserved_concurrency: int) -> Any:
        _check(backend, function_name, int(reserved_concurrency), account_concurrency)
        return original(backend, function_name, reserved_concurrency)

    extend(LambdaBackend, "put_function_concurrency", put)
    extend(LambdaFunction, "get_code", _report_zero)


def _check(backend: LambdaBackend, function_name: str, wanted: int, limit: int) -> None:
    function = backend.get_function(function_name)
    others = sum(int(other.reserved_concurrency or 0) for other in backend.list_functions() if other is not function)
    least = min(UNRESERVABLE, limit)
    if limit - others - wanted < least:
        raise InvalidParameterValueException(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution"
            f" below its minimum value of [{least}]."
        )


def _report_zero(original: Any, function: LambdaFunction) -> dict[str, Any]:
    answer: dict[str, Any] = original(function)
    if function.reserved_concurrency == 0:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": 0}
    return answer
