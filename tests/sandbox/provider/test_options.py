"""Pulumi's options of a resource, and the provider's, as with the real provider."""

from __future__ import annotations

import json

from tests.sandbox.provider.conftest import Deploys
from tests.support.sandbox import Sandbox, trust

TRUST = json.dumps(trust({"Service": "lambda.amazonaws.com"}))

ORDER = f"""
import os, pulumi, pulumi_aws as aws
path = os.environ.get("FOLDER", "/first/")
aws.iam.Role("named", name="order-named", path=path, assume_role_policy={TRUST})
aws.iam.Role("unnamed", path=path, assume_role_policy={TRUST})
"""


def test_replacement_order(deploy: Deploys) -> None:
    """A name can be had once, so a resource that has one goes before its replacement comes; any other after."""
    deployment = deploy(ORDER)
    deployment.up()

    run = deployment.up(FOLDER="/second/")

    assert run.code == 0, run.output
    ops = {name: [step.op for step in run.of(name)] for name in ("named", "unnamed")}
    assert ops["named"].index("delete-replaced") < ops["named"].index("create-replacement")
    assert ops["unnamed"].index("create-replacement") < ops["unnamed"].index("delete-replaced")


IGNORING = f"""
import os, pulumi, pulumi_aws as aws
text = os.environ.get("TEXT", "first")
options = pulumi.ResourceOptions(ignore_changes=["description", 'tags["by"]'], protect=True)
aws.iam.Role(
    "role", name="ignoring", description=text, tags={{"stage": text}}, assume_role_policy={TRUST}, opts=options
)
"""


def test_ignore_changes_and_protect(deploy: Deploys, sandbox: Sandbox) -> None:
    """What is ignored is neither changed nor put right, the rest is; what is protected survives a destroy."""
    iam = sandbox.client("iam")
    deployment = deploy(IGNORING)
    deployment.up()
    iam.update_role(RoleName="ignoring", Description="by hand")
    iam.tag_role(RoleName="ignoring", Tags=[{"Key": "by", "Value": "hand"}, {"Key": "stray", "Value": "yes"}])

    run = deployment.up("--refresh", TEXT="second")

    assert run.code == 0, run.output
    changed = [step.diff for step in run.of("role", "update") if "tags.stage" in step.diff]
    assert changed[0].keys() == {"tags.stage", "tags.stray"}
    role = iam.get_role(RoleName="ignoring")["Role"]
    assert role["Description"] == "by hand"
    assert {tag["Key"]: tag["Value"] for tag in role["Tags"]} == {"stage": "second", "by": "hand"}
    assert deployment.destroy().code != 0
    assert iam.get_role(RoleName="ignoring")


TAGGED = f"""
import json, os, pulumi, pulumi_aws as aws
tags = json.loads(os.environ["TAGS"])
mine = aws.Provider("mine", region="eu-west-1", default_tags={{"tags": tags}})
options = pulumi.ResourceOptions(provider=mine)
aws.iam.Role("role", name="tagged", tags={{"own": "1"}}, assume_role_policy={TRUST}, opts=options)
aws.sqs.Queue("here", opts=options)
aws.sqs.Queue("there", region="ap-south-1", opts=options)
"""


def test_default_tags_and_regions(deploy: Deploys, sandbox: Sandbox) -> None:
    """A provider's tags are on all it makes, a resource's own beside them; each is in its Region."""
    deployment = deploy(TAGGED)

    first = deployment.up(TAGS='{"team": "a", "old": "yes"}')
    second = deployment.up(TAGS='{"team": "b"}')

    assert (first.code, second.code) == (0, 0), first.output + second.output
    state = deployment.state()
    assert state["role"]["outputs"]["tags"] == {"own": "1"}
    assert state["role"]["outputs"]["tagsAll"] == {"own": "1", "team": "b"}
    tags = sandbox.client("iam").list_role_tags(RoleName="tagged")["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"own": "1", "team": "b"}
    assert state["here"]["outputs"]["arn"].split(":")[3] == "eu-west-1"
    assert state["there"]["outputs"]["arn"].split(":")[3] == "ap-south-1"


PREVIEWED = """
import os, pulumi, pulumi_aws as aws
code = pulumi.AssetArchive({"index.py": pulumi.StringAsset(os.environ.get("CODE", "first"))})
function = aws.lambda_.Function(
    "function", role=aws.iam.Role("role", assume_role_policy=TRUST).arn, runtime="python3.13", handler="index.handle",
    publish=True, memory_size=int(os.environ.get("MEMORY", "128")), code=code,
)
aws.lambda_.Alias("alias", name="live", function_name=function.name, function_version=function.version)
pulumi.export("version", function.version)
""".replace("TRUST", TRUST)


def test_versions(deploy: Deploys) -> None:
    """New code is a new version, which the preview cannot know yet, and an alias follows it."""
    deployment = deploy(PREVIEWED)
    deployment.up()

    preview, run = deployment.preview(CODE="second"), deployment.up(CODE="second")

    assert [step.op for step in preview.of("alias")] == ["update"], preview.output
    assert preview.of("function")[0].diff == {"code": "update"}
    assert run.code == 0, run.output
    assert deployment.state()["alias"]["outputs"]["functionVersion"] == "2"


FUNCTIONS = """
import json, pulumi, pulumi_aws as aws
pool = aws.cognito.UserPool("pool", deletion_protection="INACTIVE")
found = aws.cognito.get_user_pool_output(user_pool_id=pool.id)
document = aws.iam.get_policy_document(statements=[{"actions": ["sts:AssumeRole"], "principals": [
    {"type": "Service", "identifiers": ["lambda.amazonaws.com"]}]}])
aws.iam.Role("role", assume_role_policy=document.json)
pulumi.export("account", aws.get_caller_identity().account_id)
pulumi.export("region", aws.get_region().region)
pulumi.export("partition", aws.get_partition().partition)
pulumi.export("pool", pool.arn)
pulumi.export("found", found.arn)
"""


def test_functions(deploy: Deploys) -> None:
    """The functions that the stack asks answer as AWS would."""
    deployment = deploy(FUNCTIONS)

    run = deployment.up()

    assert run.code == 0, run.output
    outputs = json.loads(deployment.run("stack", "output", "--json").output)
    assert outputs["account"] == "123456789012"
    assert (outputs["region"], outputs["partition"]) == ("us-east-1", "aws")
    assert outputs["found"] == outputs["pool"]
