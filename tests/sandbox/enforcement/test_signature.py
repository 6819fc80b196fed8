"""A call is its signer's only if the signature holds over all that it covers."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.utils
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from signout.sandbox.enforcement.signature import Signed, matches, parse_authorization
from tests.support.raw_http import json_call, send, signed_headers
from tests.support.sandbox import REGION, Keys, Sandbox, allow, code_of, error_of, trust

LIST_POOLS = "AWSCognitoIdentityProviderService.ListUserPools"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    service=st.sampled_from(["cognito-idp", "s3", "lambda"]),
    path=st.lists(TEXT, max_size=4),
    query=st.dictionaries(TEXT.filter(bool), TEXT, max_size=3),
    header=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    body=st.binary(max_size=20),
)
def test_same_as_the_sdk(service: str, path: list[str], query: dict[str, str], header: str, body: bytes) -> None:
    """Whatever botocore signs, for any path, query, header and body, is taken; with another body it is not."""
    signer = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    quoted = "/" + "/".join(botocore.compat.quote(part, safe="~") for part in path)
    target = quoted + ("?" + botocore.utils.percent_encode_sequence(query) if query else "")
    url = f"http://127.0.0.1:1{target}"
    request = botocore.awsrequest.AWSRequest("POST", url, headers={"X-Amz-Thing": header}, data=body)
    signer(botocore.credentials.Credentials("AKIA", "secret"), service, REGION).add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers["host"] = "127.0.0.1:1"
    signed = Signed(
        "POST", target.partition("?")[0], target.partition("?")[2], headers, hashlib.sha256(body).hexdigest()
    )
    authorization = parse_authorization(headers["authorization"])
    assert matches("secret", authorization, headers["x-amz-date"], signed)
    assert not matches("other", authorization, headers["x-amz-date"], signed)
    changed = dataclasses.replace(signed, body_hash=hashlib.sha256(body + b"!").hexdigest())
    assert not matches("secret", authorization, headers["x-amz-date"], changed)


WRONG_SECRET = [
    ("cognito-idp", "ListUserPools", {"MaxResults": 1}, "InvalidSignatureException", "UnrecognizedClientException"),
    (
        "cognito-identity",
        "ListIdentityPools",
        {"MaxResults": 1},
        "InvalidSignatureException",
        "UnrecognizedClientException",
    ),
    ("logs", "DescribeLogGroups", {}, "InvalidSignatureException", "UnrecognizedClientException"),
    ("kms", "ListKeys", {}, "InvalidSignatureException", "UnrecognizedClientException"),
    ("lambda", "ListFunctions", {}, "InvalidSignatureException", "UnrecognizedClientException"),
    ("iam", "ListUsers", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
    ("sts", "GetCallerIdentity", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
    ("sns", "ListTopics", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
    ("sqs", "ListQueues", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
    ("cloudwatch", "ListMetrics", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
    ("s3", "ListBuckets", {}, "SignatureDoesNotMatch", "InvalidAccessKeyId"),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "wrong", "unknown"), WRONG_SECRET, ids=lambda v: str(v))
def test_wrong_secret_and_unknown_key(
    sandbox: Sandbox, service: str, operation: str, parameters: dict[str, int], wrong: str, unknown: str
) -> None:
    """Each service says in its own words that the secret is wrong, and that there is no such key."""
    guessed = Keys(sandbox.administrator.access_key_id, "guessed")
    assert code_of(error_of(sandbox.client(service, guessed), operation, parameters)) == wrong
    nobody = Keys("AKIANOBODYNOBODYNOBO", "guessed")
    assert code_of(error_of(sandbox.client(service, nobody), operation, parameters)) == unknown


@pytest.mark.parametrize("minutes", [-14, 0, 14])
def test_clock_within_a_quarter_of_an_hour(sandbox: Sandbox, minutes: int) -> None:
    """A clock that is a little off does no harm."""
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    answer = json_call(sandbox.endpoint, sandbox.administrator, "cognito-idp", LIST_POOLS, {"MaxResults": 1}, at=at)
    assert answer.status == 200


@pytest.mark.parametrize(("minutes", "words"), [(-16, "Signature expired"), (16, "Signature not yet current")])
def test_clock_too_far_off(sandbox: Sandbox, minutes: int, words: str) -> None:
    """An old request cannot be sent again, and one from the future is not taken."""
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    answer = json_call(sandbox.endpoint, sandbox.administrator, "cognito-idp", LIST_POOLS, {"MaxResults": 1}, at=at)
    assert (answer.status, answer.code) == (400, "InvalidSignatureException")
    assert words in answer.text


def test_changed_on_the_way(sandbox: Sandbox) -> None:
    """A body, an operation or a host that is not the signed one is refused."""
    body = b'{"MaxResults": 1}'
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": LIST_POOLS}
    good = signed_headers(sandbox.endpoint, sandbox.administrator, "cognito-idp", headers, body)
    assert send(sandbox.endpoint, headers=good, body=body).status == 200
    for changed, content in (
        (good, b'{"MaxResults": 2}'),
        ({**good, "X-Amz-Target": "AWSCognitoIdentityProviderService.CreateUserPool"}, body),
        ({**good, "Host": good["Host"].replace("127.0.0.1", "localhost")}, body),
    ):
        answer = send(sandbox.endpoint, headers=changed, body=content)
        assert (answer.status, answer.code) == (400, "InvalidSignatureException")


def test_stated_body_hash(sandbox: Sandbox) -> None:
    """A hash in x-amz-content-sha256 that is not the body's is refused; an unsigned body is, by name."""
    for stated, status, code in (
        ("0" * 64, 400, "InvalidSignatureException"),
        ("UNSIGNED-PAYLOAD", 501, "NotSimulated"),
    ):
        answer = json_call(
            sandbox.endpoint,
            sandbox.administrator,
            "cognito-idp",
            LIST_POOLS,
            {"MaxResults": 1},
            extra={"X-Amz-Content-SHA256": stated},
        )
        assert (answer.status, answer.code) == (status, code)


def test_what_has_to_be_covered(sandbox: Sandbox) -> None:
    """The host and every x-amz- header have to be signed."""
    for name in ("host", "x-amz-target"):
        answer = json_call(
            sandbox.endpoint,
            sandbox.administrator,
            "cognito-idp",
            LIST_POOLS,
            {"MaxResults": 1},
            leave_out=frozenset({name}),
        )
        assert (answer.status, answer.code) == (400, "IncompleteSignatureException")
        assert name in answer.text


OTHER_WAYS = [
    ("presigned URL", "/?Action=GetCallerIdentity&X-Amz-Signature=00", {}, "presigned"),
    ("Version 2 in the query", "/?Action=GetCallerIdentity&AWSAccessKeyId=AKIA&Signature=00", {}, "Version 2"),
    ("Version 2 in the header", "/", {"Authorization": "AWS AKIA:00"}, "Version 4 only"),
    ("Version 4A", "/", {"Authorization": "AWS4-ECDSA-P256-SHA256 Credential=x"}, "4A"),
    ("a bearer token", "/", {"Authorization": "Bearer x"}, "Version 4 only"),
]


@pytest.mark.parametrize(
    ("name", "target", "headers", "words"), OTHER_WAYS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_other_ways_to_sign(sandbox: Sandbox, name: str, target: str, headers: dict[str, str], words: str) -> None:
    """A way to sign that is not verified here is refused by name, not let through."""
    host = {"Host": sandbox.endpoint.removeprefix("http://")}
    answer = send(sandbox.endpoint, target=target, headers={**host, **FORM, **headers})
    assert (answer.status, answer.code) == (501, "NotSimulated")
    assert words in answer.text


@pytest.mark.parametrize(
    "header",
    [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sts, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sts/aws4_request, Signature=0",
        "AWS4-HMAC-SHA256 Credential=, SignedHeaders=host, Signature=0",
    ],
)
def test_malformed_header(sandbox: Sandbox, header: str) -> None:
    """An Authorization header with something missing is said to be incomplete."""
    headers = {"Host": sandbox.endpoint.removeprefix("http://"), **FORM, "Authorization": header}
    answer = send(sandbox.endpoint, headers=headers, body=b"Action=GetCallerIdentity&Version=2011-06-15")
    assert (answer.status, answer.code) == (400, "IncompleteSignatureException")


def test_inactive_and_deleted_keys(sandbox: Sandbox) -> None:
    """A key that was switched off or deleted is no key."""
    iam, name = sandbox.client("iam"), sandbox.name("rotated")
    keys = sandbox.user(name=name)
    who_am_i = sandbox.client("sts", keys).get_caller_identity
    assert who_am_i()["Arn"].endswith(name)
    iam.update_access_key(UserName=name, AccessKeyId=keys.access_key_id, Status="Inactive")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        who_am_i()
    iam.update_access_key(UserName=name, AccessKeyId=keys.access_key_id, Status="Active")
    who_am_i()
    iam.delete_access_key(UserName=name, AccessKeyId=keys.access_key_id)
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        who_am_i()


def test_session_token(sandbox: Sandbox) -> None:
    """A session's key without its token, with another's, or a long-term key with any token is refused."""
    session = sandbox.assume(sandbox.role(), sandbox.user(allow("sts:AssumeRole")))
    assert code_of(error_of(sandbox.client("sts", session), "GetCallerIdentity", {})) is None
    for keys in (
        dataclasses.replace(session, session_token=None),
        dataclasses.replace(session, session_token="other"),
        dataclasses.replace(sandbox.administrator, session_token=session.session_token),
    ):
        assert code_of(error_of(sandbox.client("sts", keys), "GetCallerIdentity", {})) == "InvalidClientTokenId"


def test_session_of_a_role_that_is_gone(sandbox: Sandbox) -> None:
    """When a role is deleted its sessions end, and one made anew under its name does not revive them."""
    iam, name = sandbox.client("iam"), sandbox.name("gone")
    role = sandbox.role(name=name)
    session = sandbox.assume(role, sandbox.user(allow("sts:AssumeRole")))
    iam.delete_role(RoleName=name)
    assert code_of(error_of(sandbox.client("sts", session), "GetCallerIdentity", {})) == "InvalidClientTokenId"
    sandbox.role(name=name)
    assert code_of(error_of(sandbox.client("sts", session), "GetCallerIdentity", {})) == "InvalidClientTokenId"


def test_vended_session_of_a_role_that_is_gone(sandbox: Sandbox) -> None:
    """Credentials that an identity pool vended end with its role, and one made anew does not revive them either."""
    iam, name = sandbox.client("iam"), sandbox.name("vended")
    pools = {"Federated": "cognito-identity.amazonaws.com"}
    trusting = trust(pools, "sts:AssumeRoleWithWebIdentity")
    session = vended(sandbox, sandbox.role(name=name, trust=trusting))
    assert code_of(error_of(sandbox.client("sts", session), "GetCallerIdentity", {})) is None
    iam.delete_role(RoleName=name)
    assert code_of(error_of(sandbox.client("sts", session), "GetCallerIdentity", {})) == "InvalidClientTokenId"
    sandbox.role(name=name, trust=trusting)
    assert code_of(error_of(sandbox.client("sts", session), "GetCallerIdentity", {})) == "InvalidClientTokenId"


def vended(sandbox: Sandbox, role: str) -> Keys:
    """What a user who is signed in gets from an identity pool with this role."""
    cognito, identities = sandbox.client("cognito-idp"), sandbox.client("cognito-identity")
    pool = cognito.create_user_pool(PoolName="signed-in")["UserPool"]["Id"]
    flow = "ADMIN_USER_PASSWORD_AUTH"
    app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="app", ExplicitAuthFlows=[f"ALLOW_{flow}"])
    client, password = app["UserPoolClient"]["ClientId"], "Correct-horse-7"
    cognito.admin_create_user(UserPoolId=pool, Username="ann", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ann", Password=password, Permanent=True)
    given = {"USERNAME": "ann", "PASSWORD": password}
    signed_in = cognito.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow=flow, AuthParameters=given)
    provider = f"cognito-idp.{REGION}.amazonaws.com/{pool}"
    identity_pool = identities.create_identity_pool(
        IdentityPoolName="pool",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client}],
    )["IdentityPoolId"]
    identities.set_identity_pool_roles(IdentityPoolId=identity_pool, Roles={"authenticated": role})
    app_side, logins = sandbox.anonymous("cognito-identity"), {provider: signed_in["AuthenticationResult"]["IdToken"]}
    identity = app_side.get_id(IdentityPoolId=identity_pool, Logins=logins)["IdentityId"]
    keys = app_side.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
    return Keys(keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"])


AWKWARD_KEYS = [
    "plain",
    "with space",
    "a+b",
    "ü/ä",
    "a%2Fb",
    "dir//double",
    "../up",
    "q?x=y&z",
    "tilde~!*'()",
    "=;,:@$",
]


@pytest.mark.parametrize("key", AWKWARD_KEYS)
def test_awkward_paths(sandbox: Sandbox, key: str) -> None:
    """S3 keys with characters that every layer encodes in its own way are signed, found and recorded as themselves."""
    s3 = sandbox.client("s3")
    if not any(bucket["Name"] == "awkward" for bucket in s3.list_buckets()["Buckets"]):
        s3.create_bucket(Bucket="awkward")
    s3.put_object(Bucket="awkward", Key=key, Body=b"content")
    assert s3.get_object(Bucket="awkward", Key=key)["Body"].read() == b"content"
    assert sandbox.calls(action="s3:GetObject", last=1)[0].resource == f"arn:aws:s3:::awkward/{key}"
