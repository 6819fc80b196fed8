"""ARNs of resources that are not made yet, and where a stack is deployed."""

import pytest

from policies.arns import arn_of, home_of
from policies.stack import Stack
from signout.arns import Home
from tests.policies.stacks import ACCOUNT, POOL_ARN, TODAY, UNKNOWN, document, resource, statement, trust

HOME = Home("aws", "eu-west-1", ACCOUNT)
FUNCTION = resource("Function", "fn", {"name": "sign-out"})
LAMBDA = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:sign-out"

CASES = [
    # name, resource, its ARN
    ("made", resource("Pool", "users", {}, {"arn": POOL_ARN}), POOL_ARN),
    ("role", resource("Role", "r", {"name": "ci"}, {"arn": UNKNOWN}), f"arn:aws:iam::{ACCOUNT}:role/ci"),
    ("role with a path", resource("Role", "r", {"name": "ci", "path": "/ops/"}), f"arn:aws:iam::{ACCOUNT}:role/ops/ci"),
    ("user", resource("User", "u", {"name": "ann"}), f"arn:aws:iam::{ACCOUNT}:user/ann"),
    ("managed policy", resource("Policy", "p", {"name": "p"}), f"arn:aws:iam::{ACCOUNT}:policy/p"),
    ("function", FUNCTION, LAMBDA),
    ("elsewhere", resource("Function", "f", {"name": "f", "region": "us-east-1"}),
     f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"),
    ("alias by name", resource("Alias", "a", {"name": "live", "functionName": "sign-out"}), f"{LAMBDA}:live"),
    ("alias by ARN", resource("Alias", "a", {"name": "live", "functionName": LAMBDA}), f"{LAMBDA}:live"),
    ("alias of a new one", resource("Alias", "a", {"name": "live", "functionName": UNKNOWN},
     made_from={"functionName": [("Function", "fn")]}), f"{LAMBDA}:live"),
    ("has none", resource("Client", "web", {"name": "web"}), None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "arn"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_arns(given, arn):
    """A resource has the ARN that it was given, or the one that follows from names that are known."""
    assert arn_of(given, Stack(TODAY, [FUNCTION, given]), HOME) == arn


@pytest.mark.parametrize("kind", ["Pool", "Role", "Function", "Alias"])
def test_stand_ins(kind):
    """Where a name is not known, each resource has a stand-in of its own, the same one every time."""
    one, other = resource(kind, "one", {"name": UNKNOWN}), resource(kind, "other", {"name": UNKNOWN})
    stack = Stack(TODAY, [one, other])

    assert arn_of(one, stack, HOME) == arn_of(one, stack, HOME)
    assert arn_of(one, stack, HOME) != arn_of(other, stack, HOME)


OTHERS = document(statement("s3:*", "arn:aws:s3:::b"), statement("*", "arn:aws:sqs:us-west-2:999999999999:q"))
HOMES = [
    # name, resources, the home
    ("known ARNs", [resource("Pool", "users", {}, {"arn": POOL_ARN}),
     resource("Policy", "p", {"policy": OTHERS})], HOME),
    ("another partition", [resource("Pool", "p", {}, {"arn": POOL_ARN.replace("arn:aws", "arn:aws-cn")})],
     Home("aws-cn", "eu-west-1", ACCOUNT)),
    ("what policies name", [resource("Policy", "p", {"policy": OTHERS})], Home("aws", "us-west-2", "999999999999")),
    ("a role of the stack's", [resource("Policy", "p", {"policy": OTHERS}), resource("Role", "ci", {"name": "ci"}),
     resource("Role", "x", {"name": "x", "assumeRolePolicy":
     trust({"AWS": f"arn:aws:iam::{ACCOUNT}:role/ci"})})], Home("aws", "us-east-1", ACCOUNT)),
    ("who is let in from elsewhere", [resource("Policy", "p", {"policy": document(statement("*", POOL_ARN))}),
     resource("Role", "x", {"name": "x", "assumeRolePolicy":
     trust({"AWS": ["arn:aws:iam::999999999999:role/a", "arn:aws:iam::999999999999:role/b"]})})], HOME),
    ("Regions by a pattern", [resource("Policy", "p", {"policy": document(
     statement("*", f"arn:aws:sqs:*:{ACCOUNT}:q"), statement("*", f"arn:aws:sqs:us-*:{ACCOUNT}:q"))})],
     Home("aws", "us-east-1", ACCOUNT)),
    ("nothing", [resource("Role", "ci", {"name": "ci"})], Home("aws", "us-east-1", "000000000000")),
]  # fmt: skip


@pytest.mark.parametrize(("resources", "home"), [case[1:] for case in HOMES], ids=[case[0] for case in HOMES])
def test_homes(resources, home):
    """Account and Region come from ARNs that are known, else from those in policies, the stack's own names first."""
    assert home_of(Stack(TODAY, resources)) == home
