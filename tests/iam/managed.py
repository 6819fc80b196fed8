"""The AWS managed policies that moto carries, as input for tests."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data


@cache
def documents() -> dict[str, dict[str, Any]]:
    """Documents by name."""
    return {name: policy["Document"] for name, policy in json.loads(aws_managed_policies_data).items()}
