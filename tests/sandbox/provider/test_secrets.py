"""What is secret stays encrypted: in the state, and in what is shown."""

from __future__ import annotations

from tests.sandbox.provider.conftest import Deploys
from tests.support.sandbox import Sandbox

ENVIRONMENT, TAG, PATH, POLICY, LIST = (
    f"s3cr3t-in-{place}" for place in ("environment", "tag", "path", "policy", "list")
)

PROGRAM = f"""
import json, os, pulumi, pulumi_aws as aws

def trust(service, **more):
    statement = {{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {{"Service": service}}, **more}}
    return json.dumps({{"Version": "2012-10-17", "Statement": [statement]}})

role = aws.iam.Role(
    "role",
    path=pulumi.Output.secret("/{PATH}/"),
    assume_role_policy=pulumi.Output.secret(
        trust("lambda.amazonaws.com", Condition={{"StringEquals": {{"sts:ExternalId": "{POLICY}"}}}})
    ),
    tags={{"owner": pulumi.Output.secret("{TAG}"), "open": os.environ.get("OPEN", "yes")}},
)
pool = aws.cognito.UserPool("pool")
client = aws.cognito.UserPoolClient(
    "client",
    user_pool_id=pool.id,
    generate_secret=True,
    callback_urls=[pulumi.Output.secret("https://{LIST}.example.com"), "https://open.example.com"],
)
runner = aws.iam.Role("runner", assume_role_policy=trust("lambda.amazonaws.com"))
function = aws.lambda_.Function(
    "function",
    role=runner.arn,
    runtime="python3.13",
    handler="index.handle",
    environment={{"variables": {{"KEY": pulumi.Output.secret("{ENVIRONMENT}"), "STAGE": "test"}}}},
    code=pulumi.AssetArchive({{"index.py": pulumi.StringAsset("def handle(event, context): pass")}}),
)
pulumi.export("client_secret", client.client_secret)
pulumi.export("arn", role.arn)
"""


def test_state(deploy: Deploys) -> None:
    """Secrets are nowhere in plain text: not where the program set them, and not in what AWS made of them."""
    deployment = deploy(PROGRAM)

    shown = [deployment.up(), deployment.refresh(), deployment.up(OPEN="no")]

    assert [run.code for run in shown] == [0, 0, 0], [run.output for run in shown]
    written = deployment.state_text() + "".join(run.output for run in shown)
    assert [secret for secret in (ENVIRONMENT, TAG, PATH, POLICY, LIST) if secret in written] == []
    assert "clientSecret" in written
    state = deployment.state()
    assert state["function"]["outputs"]["environment"]["variables"]["STAGE"] == "test"
    assert "ciphertext" in state["client"]["outputs"]["clientSecret"]
    assert "ciphertext" in state["role"]["outputs"]["arn"]
    assert "ciphertext" in state["role"]["outputs"]["tagsAll"]["owner"]
    assert state["role"]["outputs"]["tagsAll"]["open"] == "no"


REFUSED = """
import pulumi, pulumi_aws as aws
aws.cognito.UserPool("pool", mfa_configuration=pulumi.Output.secret("s3cr3t-mode"))
"""
LOST = """
import pulumi, pulumi_aws as aws
aws.cognito.UserPoolClient("client", user_pool_id=pulumi.Output.secret("us-east-1_s3cr3tPool"))
"""


def test_errors(deploy: Deploys) -> None:
    """A message about a secret value, the provider's or AWS's, does not show it."""
    deployment = deploy(REFUSED)

    checked = deployment.preview()
    deployment.write(LOST)
    refused = deployment.up()

    assert "mfaConfiguration is secret, and not what is expected" in checked.output
    assert (
        "CreateUserPoolClient was refused: ResourceNotFoundException: User pool [secret] does not exist"
        in refused.output
    )
    assert "s3cr3t" not in checked.output + refused.output


def test_import(deploy: Deploys, sandbox: Sandbox) -> None:
    """A secret that AWS made is one without a program's word for it."""
    idp = sandbox.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="imported")["UserPool"]["Id"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="imported", GenerateSecret=True)["UserPoolClient"]
    deployment = deploy("")
    token = "aws:cognito/userPoolClient:UserPoolClient"

    run = deployment.run("import", token, "client", f"{pool}/{made['ClientId']}", "--yes", "--generate-code=false")

    assert run.code == 0, run.output
    assert "ciphertext" in deployment.state()["client"]["outputs"]["clientSecret"]
    assert made["ClientSecret"] not in deployment.state_text() + run.output
