"""What lets somebody invoke a Lambda function: permissions, and URLs that ask for no authorization.

Sources: AWS Lambda API Reference, "AddPermission", also for the forms of a function's name; AWS Lambda Developer Guide,
"Control access to Lambda function URLs".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from signout.arns import Home
from signout.iam.principal import account_of, element_of
from signout.resource_types import ALIAS, FUNCTION_URL, PERMISSION
from signout.review.estate import SOMEBODY, Opening
from signout.review.resource import Resource
from signout.values import UNKNOWN, is_secret

FUNCTION_OF = {PERMISSION: "function", FUNCTION_URL: "functionName", ALIAS: "functionName"}
"""By type, the property that names the function."""
_CONDITIONS = {
    "sourceArn": ("ArnLike", "aws:SourceArn"),
    "sourceAccount": ("StringEquals", "aws:SourceAccount"),
    "principalOrgId": ("StringEquals", "aws:PrincipalOrgID"),
    "functionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
}
"""By property of a permission, the condition that it puts into the statement."""


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function as a property names it; what it does not say is empty."""

    region: str
    account: str
    name: str
    qualifier: str

    @classmethod
    def of(cls, text: str) -> FunctionName:
        """From `name`, `123456789012:function:name` or the whole ARN, each with `:alias` or `:version` or without."""
        pieces = text.split(":")
        region = account = ""
        if pieces[0] == "arn" and len(pieces) > 6:
            region, account, pieces = pieces[3], pieces[4], pieces[6:]
        elif "function" in pieces[:2] and len(pieces) > 2:
            account = pieces[0] if pieces[1] == "function" else ""
            pieces = pieces[pieces.index("function") + 1 :]
        return cls(region, account, pieces[0], pieces[1] if len(pieces) > 1 else "")

    def means(self, arn: str) -> bool:
        """Can it be the function with this ARN?"""
        other = FunctionName.of(arn)
        return (
            self.name == other.name
            and self.region in ("", other.region)
            and (self.account in ("", other.account) or not other.account)
        )

    def arn(self, home: Home) -> str:
        """The ARN, without alias or version."""
        region, account = self.region or home.region, self.account or home.account
        return f"arn:{home.partition}:lambda:{region}:{account}:function:{self.name}"


def is_public(url: Resource) -> bool:
    """Does a function's URL let everybody in, or may it? The provider then also makes the permission for it."""
    return url.given("authorizationType") not in (None, "AWS_IAM")


def open_in(resource: Resource) -> str:
    """The property that is not known yet and without which nothing is known about whom it lets do what; else empty."""
    needed = ("authorizationType",) if resource.type == FUNCTION_URL else ("principal", "action")
    return next((path for path in needed if resource.given(path) is UNKNOWN), "")


def invokes(action: Any) -> bool:
    """Can a permission for this action run the function? Yes where it is not known, or is a URL's own."""
    return (
        not isinstance(action, str) or action.lower() in ("*", "lambda:*") or action.lower().startswith("lambda:invoke")
    )


def is_hidden(resource: Resource) -> bool:
    """Is anything that its statement says a secret?"""
    paths = (FUNCTION_OF[resource.type], "qualifier", "principal", "action", *_CONDITIONS)
    return any(is_secret(resource.props.get(path)) for path in paths)


def opening(resource: Resource, arn: str) -> Opening:
    """Whom it lets run the function with this ARN, and what that hangs on."""
    hangs_on = [key for path, (_, key) in _CONDITIONS.items() if resource.given(path) is not None]
    if path := open_in(resource):
        hangs_on.append(f"{resource.label}: {path}, which {resource.awaited(path)}")
    if resource.type == FUNCTION_URL:
        return Opening("*", tuple(hangs_on))
    name = resource.text("principal")
    if name is None:
        return Opening("somebody not known yet", tuple(hangs_on))
    hidden = is_secret(resource.props.get("principal")) and name != "*"
    return Opening(SOMEBODY if hidden else name, (*hangs_on, *_policies_of(name, FunctionName.of(arn).account, hidden)))


def _policies_of(name: str, own: str, hidden: bool) -> Iterator[str]:
    """An account as a whole, and whoever is in another one, needs policies there, too."""
    account = account_of(name) or (name.split(":")[4] if name.count(":") >= 5 else "")
    if account and (account != own or account_of(name)):
        yield "the policies of its account" if hidden else f"the policies of account {account}"


def statement_of(resource: Resource, function: str) -> dict[str, Any]:
    """The statement of a function's policy. A condition that is not known yet is left out: what is left allows more."""
    qualifier = resource.text("qualifier") or FunctionName.of(resource.text(FUNCTION_OF[resource.type]) or "").qualifier
    about = f"{function}:{qualifier}" if qualifier else function
    statement: dict[str, Any] = {"Effect": "Allow", "Resource": about if about.startswith("arn:") else "*"}
    if resource.type == FUNCTION_URL:
        only = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
        return {**statement, "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Condition": only}
    conditions: dict[str, dict[str, str]] = {}
    for path, (operator, key) in _CONDITIONS.items():
        if value := resource.text(path):
            conditions.setdefault(operator, {})[key] = value
    principal = resource.given("principal")
    statement["Principal"] = element_of(principal) if isinstance(principal, str) else principal
    statement["Action"] = resource.given("action")
    return {**statement, "Condition": conditions} if conditions else statement
