"""What cannot be done fails on the real engine with a message that says so."""

from __future__ import annotations

import pytest

from tests.sandbox.provider.conftest import Deploys

QUEUE = "import pulumi_aws as aws\naws.sqs.Queue('queue'{})"
PROGRAMS = [
    (
        "wrong input",
        QUEUE.format(", visibility_timeout_seconds=43201"),
        "visibilityTimeoutSeconds is 43201; expected 0 to 43200",
    ),
    (
        "unknown type",
        'import pulumi\npulumi.CustomResource("aws:sqs/queueue:Queueue", "queue", {})',
        "no resource type aws:sqs/queueue:Queueue; of that service it has aws:sqs/queue:Queue",
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
    assert "group" in deployment.state()
