"""A domain of a user pool keeps the version of managed login that it was given, and belongs to the account.

Cognito: CreateUserPoolDomain and UpdateUserPoolDomain answer with the version, DescribeUserPoolDomain shows it, 1 where
none was given; the domain's account is the caller's; only a custom domain has a CloudFront domain in the answer.
moto: loses the version, makes up an account with each answer, and a CloudFront domain.
Source: API reference, CreateUserPoolDomain, UpdateUserPoolDomain, DomainDescriptionType.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from moto.cognitoidp.models import CognitoIdpUserPoolDomain
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult

from .seams import extend

_VERSION: Final = "managed_login_version"
CLASSIC: Final = 1
"""The hosted user interface of before."""


def apply() -> None:
    """Keep the version, and answer with it."""
    extend(CognitoIdpResponse, "create_user_pool_domain", _change)
    extend(CognitoIdpResponse, "update_user_pool_domain", _change)
    extend(CognitoIdpResponse, "describe_user_pool_domain", _describe)


def _change(original: Callable[..., ActionResult], response: CognitoIdpResponse) -> ActionResult:
    original(response)
    domain = _domain(response)
    setattr(domain, _VERSION, response._get_param("ManagedLoginVersion") or _version(domain))
    return ActionResult({"ManagedLoginVersion": _version(domain)})


def _describe(original: Callable[..., ActionResult], response: CognitoIdpResponse) -> ActionResult:
    domain = _domain(response)
    if domain is None:
        return original(response)
    shown: dict[str, Any] = domain.to_json()
    shown |= {"AWSAccountId": response.current_account, "ManagedLoginVersion": _version(domain)}
    return ActionResult({"DomainDescription": {name: value for name, value in shown.items() if value is not None}})


def _domain(response: CognitoIdpResponse) -> CognitoIdpUserPoolDomain | None:
    return response.backend.describe_user_pool_domain(response._get_param("Domain"))


def _version(domain: CognitoIdpUserPoolDomain | None) -> int:
    return getattr(domain, _VERSION, CLASSIC)
