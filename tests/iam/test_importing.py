"""What the engine brings along: little, and nothing that takes long to load."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SETUP = """
import json, sys
from signout.iam import Layers, Request, decide, parse
text = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
policy = parse(text)
request = Request("arn:aws:iam::111122223333:role/ops", ACTION, "*")
"""
DOINGS = {
    "importing": "import sys, json, signout.iam",
    "deciding": SETUP + "decide(request, Layers((policy,))).because",
    "comparing": SETUP
    + "from signout.iam.compare import compare\ncompare(policy, parse(text.replace('Allow', 'Deny')))",
    "asking who can": SETUP + "from signout.iam.who_can import who_can\nwho_can(ACTION, '*', [])",
}
HEAVY = ("botocore", "boto3", "policyuniverse", "moto", "pulumi", "pulumi_aws", "jsonschema", "regex")


@pytest.mark.parametrize("action", ["sqs:SendMessage", "cognito-idp:GlobalSignOut"])
@pytest.mark.parametrize("doing", DOINGS)
def test_nothing_heavy_is_loaded(doing: str, action: str) -> None:
    """The engine stands on the standard library: no SDK, no catalogue's source, no Pulumi."""
    program = f"ACTION = {action!r}\n{DOINGS[doing]}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}

    assert "signout" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_importing_loads_only_what_every_decision_needs() -> None:
    """What few decisions need is loaded with the first that does: operators, reasons, exploring, comparing."""
    program = "import sys, json, signout.iam\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    loaded = set(json.loads(done.stdout))

    assert {"signout.iam.parse", "signout.iam.effects"} <= loaded
    assert loaded.isdisjoint(
        {
            "base64",
            "datetime",
            "decimal",
            "ipaddress",
            "signout.cognito.operations",
            "signout.iam.catalogue",
            "signout.iam.compare",
            "signout.iam.explain",
            "signout.iam.operators",
            "signout.iam.unknown",
        }
    )
