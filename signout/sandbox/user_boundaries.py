"""IAM users have permissions boundaries, too: moto keeps those of roles only.

Source: IAM API Reference, "PutUserPermissionsBoundary", "CreateUser".
"""

from __future__ import annotations

from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.models import User
from moto.iam.responses import IamResponse

ATTRIBUTE: Final = "permissions_boundary"
"""moto shows an attribute of this name in GetUser as PermissionsBoundary."""

_create_user = IamResponse.create_user


def boundary_of(user: User) -> str | None:
    """The ARN of the user's boundary; None without one."""
    kept: dict[str, str] | None = getattr(user, ATTRIBUTE, None)
    return None if kept is None else kept["PermissionsBoundaryArn"]


def install() -> None:
    """Keep boundaries of users; doing so twice changes nothing."""
    for name, method in (
        ("create_user", _create),
        ("put_user_permissions_boundary", _put),
        ("delete_user_permissions_boundary", _delete),
    ):
        setattr(IamResponse, name, method)


def _keep(user: User, arn: str | None) -> None:
    shown = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    setattr(user, ATTRIBUTE, shown if arn else None)


def _user(response: IamResponse) -> User:
    return response.backend.get_user(str(response._get_param("UserName")))


def _create(self: IamResponse) -> ActionResult:
    created: ActionResult = _create_user(self)
    _keep(_user(self), self._get_param("PermissionsBoundary"))
    return created


def _put(self: IamResponse) -> ActionResult:
    _keep(_user(self), str(self._get_param("PermissionsBoundary")))
    return EmptyResult()


def _delete(self: IamResponse) -> Any:
    _keep(_user(self), None)
    return EmptyResult()
