"""The services whose resources resource control policies reach.

AWS extends the list from time to time; as of AS_OF it held these. Source: Organizations User Guide, "Resource control
policies", and the announcement that added Amazon Cognito and CloudWatch Logs.
"""

from __future__ import annotations

from typing import Final

AS_OF: Final = "2026-01-22"

SERVICES: Final = frozenset(
    {"aoss", "cognito-identity", "cognito-idp", "ecr", "kms", "logs", "s3", "secretsmanager", "sqs", "sts"}
)
"""Service prefixes of actions."""

EXEMPT: Final = frozenset({"kms:retiregrant"})
"""Actions of these services, in lower case, on which no RCP has an effect. Source: KMS Developer Guide, "Resource
control policies"."""
