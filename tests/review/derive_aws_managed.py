"""Writes signout/review/aws_managed.zlib from the managed policies that moto carries.

python -m tests.review.derive_aws_managed
"""

import json
import zlib
from pathlib import Path

from moto.iam.aws_managed_policies import aws_managed_policies_data

STORED = Path(__file__).parents[2] / "signout" / "review" / "aws_managed.zlib"


def derived():
    """The documents by path and name, and the day of the newest."""
    given = json.loads(aws_managed_policies_data)
    return {
        "date": max(policy["UpdateDate"][:10] for policy in given.values()),
        "policies": {f"{policy['Path']}{name}"[1:]: policy["Document"] for name, policy in sorted(given.items())},
    }


if __name__ == "__main__":
    STORED.write_bytes(zlib.compress(json.dumps(derived(), separators=(",", ":")).encode(), 9))
