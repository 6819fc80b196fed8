"""Stacks for the rules: resources in a line each, and what the rules say about them."""

import json
from datetime import date

from policies.configuration import read_configuration
from policies.inspection import Inspection
from policies.pack import RULES
from policies.stack import Resource, Stack
from signout.values import read_props

TODAY = date(2026, 11, 20)
ACCOUNT = "123456789012"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
POOL_ARN = f"arn:aws:cognito-idp:eu-west-1:{ACCOUNT}:userpool/eu-west-1_AbCdEfGhI"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}

TYPES = {
    "Access": "signout:cognito:SignOutAccess",
    "Runbook": "signout:cognito:SignOutRunbook",
    "Role": "aws:iam/role:Role",
    "User": "aws:iam/user:User",
    "Group": "aws:iam/group:Group",
    "Policy": "aws:iam/policy:Policy",
    "Pool": "aws:cognito/userPool:UserPool",
    "Client": "aws:cognito/userPoolClient:UserPoolClient",
    "IdentityPool": "aws:cognito/identityPool:IdentityPool",
    "Function": "aws:lambda/function:Function",
    "Alias": "aws:lambda/alias:Alias",
    "Permission": "aws:lambda/permission:Permission",
    "Url": "aws:lambda/functionUrl:FunctionUrl",
    "LogGroup": "aws:cloudwatch/logGroup:LogGroup",
    "Alarm": "aws:cloudwatch/metricAlarm:MetricAlarm",
}


def urn(kind, name):
    """The URN of a resource of the test stack."""
    return f"urn:pulumi:prod::shop::{_type(kind)}::{name}"


def _type(kind):
    """The type in full; IAM's need no entry in the table."""
    if ":" in kind:
        return kind
    return TYPES.get(kind) or f"aws:iam/{kind[0].lower()}{kind[1:]}:{kind}"


def resource(kind, name, inputs=None, outputs=None, *, parent=None, protect=False, made_from=None):
    """A resource as the engine hands it over; `parent` and `made_from` name others as (kind, name)."""
    return Resource(
        urn=urn(kind, name),
        type=_type(kind),
        name=name,
        inputs=read_props(inputs or {}),
        outputs=read_props(outputs or {}),
        parent=urn(*parent) if parent else None,
        protect=protect,
        property_dependencies={
            path: tuple(urn(*source) for source in sources) for path, sources in (made_from or {}).items()
        },
    )


def statement(action, on="*", effect="Allow", **elements):
    """A statement of an identity policy."""
    return {"Effect": effect, "Action": action, "Resource": on, **elements}


def document(*statements):
    """A policy document as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(*statements):
    """A trust policy that lets each of the principals in, or that has these statements."""
    return document(
        *(
            {"Effect": "Allow", "Principal": each, "Action": "sts:AssumeRole"} if "Effect" not in each else each
            for each in statements
        )
    )


LAMBDA = {"Service": "lambda.amazonaws.com"}


def role(name, *statements, assumed_by=LAMBDA, **inputs):
    """A role with an inline policy of these statements."""
    policies = {"inlinePolicies": [{"name": "p", "policy": document(*statements)}]} if statements else {}
    return resource("Role", name, {"name": name, "assumeRolePolicy": trust(assumed_by), **policies, **inputs})


def inspect(resources, settings=None, today=TODAY, rules=RULES):
    """Everything that the rules report at the end of a preview, under these settings."""
    return inspection(settings, today, rules).stack(Stack(today, resources))


def inspection(settings=None, today=TODAY, rules=RULES):
    """The pack, configured."""
    return Inspection(rules, read_configuration(rules, settings or {}), today)


def said(rule, resources, settings=None):
    """What one rule says under these settings: the resource's name and the fact, in order."""
    given = {rule: settings} if settings else {}
    return [
        (report.finding.resource.rpartition("::")[2], report.finding.fact)
        for report in inspect(resources, given)
        if report.finding.rule == rule
    ]
