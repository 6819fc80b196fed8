"""The services that the sandbox enforces, a file each. A call to any other is refused by name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from ..table import Service

SERVICES: Final = {
    "cognito-identity": "cognito_identity",
    "cognito-idp": "cognito_idp",
    "iam": "iam",
    "kms": "kms",
    "lambda": "lambda_",
    "logs": "logs",
    "monitoring": "cloudwatch",
    "s3": "s3",
    "servicequotas": "servicequotas",
    "sns": "sns",
    "sqs": "sqs",
    "states": "states",
    "sts": "sts",
}
"""File by signing name. A file is read at the first call to its service: together they would cost a start 0.1 s."""


@cache
def service_named(signing_name: str) -> Service | None:
    """The service under its signing name; None if the sandbox does not have it."""
    file = SERVICES.get(signing_name)
    if file is None:
        return None
    service: Service = import_module(f".{file}", __name__).SERVICE
    return service
