"""What nobody has seen live: each test holds one sentence of docs/clients.md. Collected by `make test-aws` alone."""

from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError

from signout.cli.aws import claims_of
from tests.clients.directory import REVOKED
from tests.clients.stage import Stage
from tests.support import raw_http
from tests.support.sandbox import REGION, code_of, error_of


def test_a_refresh_keeps_the_sign_in(stage: Stage) -> None:
    """`auth_time` and `event_id` are those of the sign-in in every token that is refreshed; `iat` is new."""
    directory = stage.directory()
    device = directory.sign_in(directory.add("ana"))
    before = claims_of(device.tokens["AccessToken"])
    time.sleep(2)  # claims are in whole seconds
    after = claims_of(device.refreshed().tokens["AccessToken"])

    assert (before["auth_time"], before["event_id"]) == (after["auth_time"], after["event_id"])
    assert before["iat"] < after["iat"]


def test_a_refresh_token_of_a_deleted_user(stage: Stage) -> None:
    """It is refused because the user does not exist, not as one that was revoked."""
    directory = stage.directory()
    user = directory.add("ana")
    device = directory.sign_in(user)
    stage.aws.client("cognito-idp").admin_delete_user(UserPoolId=directory.pool, Username=user.name)
    with pytest.raises(ClientError) as raised:
        device.refreshed()

    assert "UserNotFoundException" == code_of(raised.value)


def test_ending_one_session(stage: Stage) -> None:
    """With session tracking, AdminListUserSessions has a session a sign-in; AdminRevokeUserSession ends that one."""
    directory = stage.directory()
    cognito = stage.aws.client("cognito-idp")
    cognito.set_user_pool_session_configuration(
        UserPoolId=directory.pool, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 10}
    )
    user = directory.add("ana")
    where = {"UserPoolId": directory.pool, "Username": user.name}
    phone = directory.sign_in(user)
    (first,) = cognito.admin_list_user_sessions(**where)["Sessions"]
    laptop = directory.sign_in(user)
    both = cognito.admin_list_user_sessions(**where)["Sessions"]
    cognito.admin_revoke_user_session(**where, SessionId=first["SessionId"])

    assert ["TOKEN", "TOKEN"] == [session["SessionType"] for session in both]
    assert {"GetUser", "InitiateAuth"} <= phone.refusals().keys()
    assert {} == laptop.refusals()


def test_disabled_and_enabled_again(stage: Stage) -> None:
    """Tokens from before AdminDisableUser stay dead after AdminEnableUser."""
    directory = stage.directory()
    user = directory.add("ana")
    device = directory.sign_in(user)
    cognito = stage.aws.client("cognito-idp")
    where = {"UserPoolId": directory.pool, "Username": user.name}
    cognito.admin_disable_user(**where)
    cognito.admin_enable_user(**where)

    assert REVOKED.keys() - {"GetId"} <= device.refusals().keys()


def test_quota_of_the_sign_out(stage: Stage) -> None:
    """The quota that AdminUserGlobalSignOut shares is none of those that can be read and raised by an API call."""
    definition = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserUpdate"}}
    error = error_of(stage.aws.client("cognito-idp"), "GetProvisionedLimit", {"LimitDefinition": definition})

    assert code_of(error) in ("InvalidParameterException", "ResourceNotFoundException")


def test_who_authorizes_a_client_token(stage: Stage) -> None:
    """GetClientToken without a signature: the API model has it signed, the API reference says that IAM does not ask."""
    endpoint = stage.wire.endpoint or f"https://cognito-idp.{REGION}.amazonaws.com"
    headers = {
        "Host": endpoint.partition("//")[2],
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityProviderService.GetClientToken",
    }
    answer = raw_http.send(endpoint, headers=headers, body=b"{}")

    assert "MissingAuthenticationTokenException" != answer.code, "it is the API model that is right"
