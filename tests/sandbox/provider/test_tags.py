"""Tags, the last of them included, as each service would have them taken away."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signout.sandbox.provider.clients import Clients
from signout.sandbox.provider.lifecycle import Lifecycle
from signout.sandbox.provider.types import TYPES
from tests.support.sandbox import trust

ALLOWING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}
)
ALARM = {
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 1,
    "metricName": "orders",
    "namespace": "tests",
    "period": 60,
    "statistic": "Sum",
    "threshold": 1,
}
TAGGED: list[tuple[str, dict[str, Any]]] = [
    ("aws:cloudwatch/logGroup:LogGroup", {"name": "tagged"}),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"name": "tagged", **ALARM}),
    ("aws:cognito/identityPool:IdentityPool", {"identityPoolName": "tagged"}),
    ("aws:cognito/userPool:UserPool", {"name": "tagged"}),
    ("aws:iam/policy:Policy", {"name": "tagged-policy", "policy": ALLOWING}),
    ("aws:iam/role:Role", {"name": "tagged-role", "assumeRolePolicy": trust({"Service": "lambda.amazonaws.com"})}),
    ("aws:iam/user:User", {"name": "tagged-user"}),
    ("aws:kms/key:Key", {"description": "tagged"}),
    ("aws:s3/bucket:Bucket", {"bucket": "tagged-bucket"}),
    ("aws:sns/topic:Topic", {"name": "tagged"}),
    ("aws:sqs/queue:Queue", {"name": "tagged"}),
]


@pytest.mark.parametrize(("token", "inputs"), TAGGED, ids=[token for token, _ in TAGGED])
def test_the_last_tag(clients: Clients, token: str, inputs: dict[str, Any]) -> None:
    """A resource whose tags were all taken away has none."""
    type = next(type for type in TYPES if type.token == token)
    resources, untagged = Lifecycle(type, clients), {**type.defaults, **inputs}
    id, live = resources.create({**untagged, "tags": {"team": "identity"}})

    live = resources.update(id, live, untagged)

    assert live["tags"] == {}
    resources.delete(id, live)
