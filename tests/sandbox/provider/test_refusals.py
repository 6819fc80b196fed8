"""What cannot be done fails on the real engine with a message that says so."""

from __future__ import annotations

import pytest

from tests.sandbox.provider.conftest import Deploys

QUEUE = 'import pulumi, pulumi_aws as aws\naws.sqs.Queue("queue", {})'
WITH_PROVIDER = """
import pulumi, pulumi_aws as aws
mine = aws.Provider("mine", {})
aws.sqs.Queue("queue", opts=pulumi.ResourceOptions(provider=mine))
"""
PROGRAMS = [
    (
        "wrong input",
        QUEUE.format("visibility_timeout_seconds=43201"),
        "visibilityTimeoutSeconds is 43201; expected 0 to 43200",
    ),
    (
        "unknown type",
        'import pulumi\npulumi.CustomResource("aws:sqs/queueue:Queueue", "queue", {})',
        "the stand-in provider has no resource type aws:sqs/queueue:Queueue",
    ),
    (
        "unknown function",
        'import pulumi_aws as aws\naws.ec2.get_ami(owners=["self"])',
        "the stand-in provider has no function aws:ec2/getAmi:getAmi",
    ),
    (
        "a profile of the user's",
        WITH_PROVIDER.format('profile="work"'),
        "aws:profile: is not carried out here",
    ),
    (
        "an endpoint elsewhere",
        WITH_PROVIDER.format('endpoints=[{"sqs": "https://example.com"}]'),
        "the stand-in provider works on 127.0.0.1 only",
    ),
]


@pytest.mark.parametrize(("program", "message"), [row[1:] for row in PROGRAMS], ids=[row[0] for row in PROGRAMS])
def test_refused(deploy: Deploys, program: str, message: str) -> None:
    """The preview fails, and says what and why."""
    run = deploy(program).preview()

    assert run.code != 0
    assert message in run.output


def test_real_aws(deploy: Deploys) -> None:
    """With the endpoint of the real AWS nothing is done."""
    deployment = deploy(QUEUE.format(""))

    run = deployment.up(AWS_ENDPOINT_URL="https://sqs.us-east-1.amazonaws.com")

    assert run.code != 0
    assert "the stand-in provider works on 127.0.0.1 only" in run.output
    assert run.of("queue") == []


def test_lost_setting(deploy: Deploys) -> None:
    """What AWS takes and then does not have is an error, and the resource is known all the same."""
    deployment = deploy('import pulumi_aws as aws\naws.iam.Group("group")')
    deployment.up()
    deployment.write('import pulumi_aws as aws\naws.iam.Group("group", path="/moved/")')

    run = deployment.up()

    assert run.code != 0, "the sandbox moves groups now: look for another setting that it loses"
    assert "AWS accepted the settings and does not have them: path is '/', not '/moved/'" in run.output
    assert deployment.destroy().code == 0
