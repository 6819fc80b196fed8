"""User pools and identity pools take tags after their creation too."""

import pytest


@pytest.fixture(params=["user pool", "identity pool"])
def tagged(request, idp, server):
    """A client, and the ARN of a resource with the tag "env"."""
    if request.param == "user pool":
        pool = idp.create_user_pool(PoolName="pool", UserPoolTags={"env": "test"})["UserPool"]
        return idp, pool["Arn"]
    identity = server.client("cognito-identity")
    pool = identity.create_identity_pool(
        IdentityPoolName="pool", AllowUnauthenticatedIdentities=False, IdentityPoolTags={"env": "test"}
    )
    return identity, f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool['IdentityPoolId']}"


@pytest.mark.corrects
def test_tags(tagged):
    """Tags are added, replaced, removed and listed."""
    client, arn = tagged
    assert {"env": "test"} == client.list_tags_for_resource(ResourceArn=arn)["Tags"]

    client.tag_resource(ResourceArn=arn, Tags={"env": "live", "owner": "ana"})
    assert {"env": "live", "owner": "ana"} == client.list_tags_for_resource(ResourceArn=arn)["Tags"]

    client.untag_resource(ResourceArn=arn, TagKeys=["env", "nonsense"])
    assert {"owner": "ana"} == client.list_tags_for_resource(ResourceArn=arn)["Tags"]


@pytest.mark.corrects
def test_described(pool, idp):
    """A pool created without tags takes some, describes them, and keeps them through an update."""
    arn = idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Arn"]
    idp.tag_resource(ResourceArn=arn, Tags={"owner": "ana"})
    idp.update_user_pool(UserPoolId=pool.id)

    assert {"owner": "ana"} == idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["UserPoolTags"]


@pytest.mark.corrects
def test_nothing_there(tagged, refused):
    """A resource that does not exist has no tags."""
    client, arn = tagged
    missing = arn.rpartition("/")[0] + ("/us-east-1_none" if "cognito-idp" in arn else "/us-east-1:0")

    assert "ResourceNotFoundException" == refused(client.list_tags_for_resource, ResourceArn=missing)[0]
