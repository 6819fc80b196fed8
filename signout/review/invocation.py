"""What lets somebody invoke a Lambda function: permissions, and URLs that ask for no authorization.

Sources: AWS Lambda API Reference, "AddPermission"; AWS Lambda Developer Guide, "Control access to Lambda function
URLs".
"""

from __future__ import annotations

from typing import Any

from signout.resource_types import FUNCTION_URL
from signout.review.resource import Resource

_CONDITIONS = {
    "sourceArn": ("ArnLike", "aws:SourceArn"),
    "sourceAccount": ("StringEquals", "aws:SourceAccount"),
    "principalOrgId": ("StringEquals", "aws:PrincipalOrgID"),
    "functionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
}
"""By property of a permission, the condition that it puts into the statement."""
_ACCOUNT_DIGITS = 12


def is_public(url: Resource) -> bool:
    """Does a function's URL let everybody in? The provider then also makes the permission for it."""
    return url.given("authorizationType") not in (None, "AWS_IAM")


def invokes(action: Any) -> bool:
    """Can a permission for this action run the function? Yes where it is not known, or is a URL's own."""
    return (
        not isinstance(action, str) or action.lower() in ("*", "lambda:*") or action.lower().startswith("lambda:invoke")
    )


def whom(resource: Resource) -> str:
    """Whom it lets in, in the words of the table."""
    return "*" if resource.type == FUNCTION_URL else resource.text("principal") or "somebody not known yet"


def statement_of(resource: Resource, function: str) -> dict[str, Any]:
    """The statement of a function's policy. A condition that is not known yet is left out: what is left allows more."""
    about = f"{function}:{qualifier}" if (qualifier := resource.text("qualifier")) else function
    statement = {"Effect": "Allow", "Resource": about if about.startswith("arn:") else "*"}
    if resource.type == FUNCTION_URL:
        only = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
        return {**statement, "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Condition": only}
    conditions: dict[str, dict[str, str]] = {}
    for path, (operator, key) in _CONDITIONS.items():
        if value := resource.text(path):
            conditions.setdefault(operator, {})[key] = value
    named = {"Principal": _principal(resource.given("principal")), "Action": resource.given("action")}
    return {**statement, **named, **({"Condition": conditions} if conditions else {})}


def _principal(name: Any) -> Any:
    """As a policy writes it: an account, an ARN, a service, or everyone."""
    if not isinstance(name, str) or name == "*":
        return name
    is_aws = name.startswith("arn:") or (name.isdigit() and len(name) == _ACCOUNT_DIGITS)
    return {"AWS" if is_aws else "Service": name}
