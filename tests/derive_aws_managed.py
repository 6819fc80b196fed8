"""Writes signout/aws_managed.blocks from the managed policies that moto carries.

python -m tests.derive_aws_managed
"""

import json
import zlib
from pathlib import Path

from moto.iam.aws_managed_policies import aws_managed_policies_data

STORED = Path(__file__).parents[1] / "signout" / "aws_managed.blocks"
POLICIES_OF_A_BLOCK = 16


def derived():
    """The documents by path and name, and the day of the newest."""
    given = json.loads(aws_managed_policies_data)
    documents = {f"{policy['Path']}{name}"[1:]: policy["Document"] for name, policy in given.items()}
    return documents, max(policy["UpdateDate"][:10] for policy in given.values())


def blocks():
    """The file's content."""
    documents, date = derived()
    names = sorted(documents)
    groups = [names[start : start + POLICIES_OF_A_BLOCK] for start in range(0, len(names), POLICIES_OF_A_BLOCK)]
    packed = [zlib.compress(compact({name: documents[name] for name in group}), 9) for group in groups]
    index = [[group[0], len(block)] for group, block in zip(groups, packed, strict=True)]
    return compact({"date": date, "blocks": index}) + b"\n" + b"".join(packed)


def compact(value):
    """As JSON without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


if __name__ == "__main__":
    STORED.write_bytes(blocks())
