"""Resource `*` is what AWS defines for an action, and never what is left when a row finds no resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.model import Shape
from moto.core.utils import get_service_model

from signout.sandbox.account import ACCOUNT, PARTITION
from signout.sandbox.enforcement.callers import Caller
from signout.sandbox.enforcement.faults import Refusal
from signout.sandbox.enforcement.services import SERVICES, service_named
from signout.sandbox.enforcement.table import ANY, Call, Operation, Resource, Service
from tests.support.sandbox import Sandbox, allow, code_of, error_of

SERVICES_IN_USE = [service for service in map(service_named, SERVICES) if service is not None]
ROWS = [(service, row) for service in SERVICES_IN_USE for row in service.operations.values()]
SOMEBODY = Caller(f"arn:{PARTITION}:iam::{ACCOUNT}:user/a", f"arn:{PARTITION}:iam::{ACCOUNT}:user/a", "A", {}, "")
IDENTIFIERS = ("id", "ids", "idstodelete", "arn", "name", "alias", "token", "domain")

POINTS_AT_SOMETHING = {
    "cognito-identity:CreateIdentityPool": "the name of what is yet to be made",
    "cognito-identity:DeleteIdentities": "an identity is no resource of IAM's",
    "cognito-identity:DescribeIdentity": "an identity is no resource of IAM's",
    "cognito-identity:SetIdentityPoolRoles": "no resource types",
    "cognito-identity:SetPrincipalTagAttributeMap": "no resource types",
    "cognito-idp:CreateUserPool": "the name of what is yet to be made",
    "cognito-idp:DescribeUserPoolDomain": "a domain is no resource of IAM's",
    "iam:CreateAccountAlias": "an alias of the account is no resource of IAM's",
    "iam:DeleteAccountAlias": "an alias of the account is no resource of IAM's",
    "lambda:CreateEventSourceMapping": "the function is the condition key lambda:FunctionArn",
    "lambda:ListLayerVersions": "no resource types",
    "monitoring:DescribeAlarmsForMetric": "a metric is no resource of IAM's",
    "monitoring:GetMetricStatistics": "a metric is no resource of IAM's",
    "sns:GetSubscriptionAttributes": "a subscription is no resource of IAM's",
    "sns:SetSubscriptionAttributes": "a subscription is no resource of IAM's",
    "sns:Unsubscribe": "a subscription is no resource of IAM's",
    "states:SendTaskFailure": "a task's token is no resource of IAM's",
    "states:SendTaskHeartbeat": "a task's token is no resource of IAM's",
    "states:SendTaskSuccess": "a task's token is no resource of IAM's",
    "sts:GetAccessKeyInfo": "an access key is no resource of IAM's",
}
"""Calls on `*` that have to name something, and why it is no resource. Source: Service Authorization Reference."""


def _required(service: Service, row: Operation) -> list[str]:
    shape = get_service_model(service.model_name).operation_model(row.name).input_shape
    return list(shape.required_members) if shape is not None else []


def test_what_names_something_and_is_asked_on_everything() -> None:
    """A call that has to name something is asked on `*` only where it is known that this is no resource."""
    found = {
        f"{service.signing_name}:{row.name}"
        for service, row in ROWS
        if row.on is ANY and any(name.lower().endswith(IDENTIFIERS) for name in _required(service, row))
    }
    assert found == set(POINTS_AT_SOMETHING)


def _sample(shape: Shape, text: str, depth: int = 0) -> Any:
    """A value of this shape in which every text is the same."""
    if shape.type_name == "structure" and depth < 5:
        return {name: _sample(member, text, depth + 1) for name, member in shape.members.items()}
    if shape.type_name == "list" and depth < 5:
        return [_sample(shape.member, text, depth + 1)]
    if shape.type_name == "map" and depth < 5:
        return {text: _sample(shape.value, text, depth + 1)}
    return {"string": text, "boolean": True, "integer": 1, "long": 1}.get(shape.type_name)


def _parameters(service: Service, row: Operation, text: str | None) -> Mapping[str, Any]:
    shape = get_service_model(service.model_name).operation_model(row.name).input_shape
    sample = _sample(shape, text) if shape is not None and text is not None else {}
    return sample if isinstance(sample, dict) else {}


def _asked(service: Service, row: Operation, parameters: Mapping[str, Any], resource: Resource) -> set[str]:
    call = Call(service.signing_name, row.name, "eu-west-1", parameters, SOMEBODY)
    try:
        return set(resource.arns(call))
    except Refusal:
        return set()


@pytest.mark.parametrize("text", [None, "", "*", "nothing-of-this-name", "arn:aws:iam::999999999999:role/*"])
def test_no_row_falls_back_to_everything(text: str | None) -> None:
    """Whatever is missing, empty, unknown or a pattern in a call: a row with a resource never asks on `*` instead."""
    fallen = {
        f"{service.signing_name}:{row.name}"
        for service, row in ROWS
        for resource in (row.on, *(need.on for need in row.needs))
        if resource is not ANY and "*" in _asked(service, row, _parameters(service, row, text), resource)
    }
    assert fallen == set()


@pytest.mark.parametrize("unclear", [{"Role": "*"}, {"Layers": ["*"]}, {"Layers": ["arn:aws:lambda:*:*:layer:a:1"]}])
def test_everything_in_the_place_of_an_arn(sandbox: Sandbox, unclear: dict[str, Any]) -> None:
    """Who may pass every role and read every layer still may not name all of them at once."""
    user = sandbox.user(allow(["lambda:*", "iam:PassRole"], "*"))
    wanted = {"FunctionName": "unclear", "Role": f"arn:aws:iam::{ACCOUNT}:role/a", "Code": {"ZipFile": b"a"}}

    error = error_of(sandbox.client("lambda", user), "CreateFunction", {**wanted, **unclear})

    assert code_of(error) == "ValidationException"
    assert "is not an ARN like" in str(error)


@pytest.mark.parametrize(
    ("service", "operation", "wanted"),
    [
        ("logs", "StartQuery", {"startTime": 0, "endTime": 1, "queryString": "fields @message"}),
        ("logs", "StartQuery", {"startTime": 0, "endTime": 1, "queryString": "fields @message", "logGroupNames": []}),
        ("cloudwatch", "DeleteDashboards", {"DashboardNames": []}),
    ],
)
def test_a_call_on_nothing(sandbox: Sandbox, service: str, operation: str, wanted: dict[str, Any]) -> None:
    """A call that names no resource is refused: with nothing to ask about, nobody would have been asked."""
    nobody = sandbox.user()

    assert "names no resource for" in str(error_of(sandbox.client(service, nobody), operation, wanted))
