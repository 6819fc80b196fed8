"""Short ways to write policies in the tests of comparisons."""

from __future__ import annotations

from typing import Any

from signout.iam import Kind, Policy, parse

Statement = dict[str, Any]
POOL = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/"
ROLE = "arn:aws:iam::111122223333:role/"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"


def allow(action: Any, resource: Any = "*", **condition: Any) -> Statement:
    """An Allow; conditions by operator: `StringEquals={"k": "v"}`."""
    found: Statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {**found, "Condition": condition} if condition else found


def deny(action: Any, resource: Any = "*", **condition: Any) -> Statement:
    """A Deny, written like an Allow."""
    return {**allow(action, resource, **condition), "Effect": "Deny"}


def to(principal: Any, statement: Statement) -> Statement:
    """The statement for a principal."""
    return {"Principal": principal, **statement}


def trusting(principal: Any, action: str = "sts:AssumeRole", effect: str = "Allow", **condition: Any) -> Statement:
    """A statement of a trust policy."""
    found: Statement = {"Effect": effect, "Principal": principal, "Action": action}
    return {**found, "Condition": condition} if condition else found


def policy(*statements: Statement, kind: Kind = Kind.IDENTITY, origin: str = "policy") -> Policy:
    """The policy with these statements."""
    return parse({"Version": "2012-10-17", "Statement": list(statements)}, origin, kind)
