"""The one AWS account that the sandbox is."""

from __future__ import annotations

from typing import Final

ACCOUNT: Final = "123456789012"
PARTITION: Final = "aws"
DEFAULT_REGION: Final = "us-east-1"
"""Where a call belongs that names no Region: an unsigned one from which none can be told."""

CONCURRENCY: Final = 1000
"""Lambda's default limit of an account: environments at work at once in a Region. A new account's is lower."""

ADMINISTRATOR: Final = "sandbox-administrator"
"""The IAM user whose access key a start writes into the state folder. It is enforced like everybody else."""
