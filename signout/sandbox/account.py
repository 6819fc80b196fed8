"""The one AWS account that the sandbox is."""

from __future__ import annotations

import re
from typing import Final

ACCOUNT: Final = "123456789012"
PARTITION: Final = "aws"
DEFAULT_REGION: Final = "us-east-1"
"""Where a call belongs that names no Region: an unsigned one from which none can be told."""

REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d\Z")
OTHER_PARTITIONS: Final = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")
"""How the names of Regions begin that are of no concern to the account."""
A_REGION: Final = "a Region of the partition aws, such as us-east-1"
"""What is expected where `is_region` says no."""

CONCURRENCY: Final = 1000
"""Lambda's default limit of an account: environments at work at once in a Region. A new account's is lower."""

ADMINISTRATOR: Final = "sandbox-administrator"
"""The IAM user whose access key a start writes into the state folder. It is enforced like everybody else."""


def is_region(name: str) -> bool:
    """Has it the form of a Region's name of the account's partition? Which of them AWS has by now is not asked."""
    return REGION.match(name) is not None and not name.startswith(OTHER_PARTITIONS)
