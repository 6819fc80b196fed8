"""Who may become whom, and what a session may then do."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from signout.sandbox.enforcement.mfa import STEP, UsedCodes, code_at, step_of
from tests.support.sandbox import (
    ACCOUNT,
    ACCOUNT_ROOT,
    Document,
    Keys,
    Sandbox,
    allow,
    code_of,
    deny,
    error_of,
    policy,
    statement,
    trust,
)

MAY_ASSUME = allow(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"])
ALL_OF_STS = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
USER = f"arn:aws:iam::{ACCOUNT}:user/{{}}"


class Trusted(NamedTuple):
    """One trust policy and one call of AssumeRole. `{caller}` in the policy is the caller's ARN."""

    name: str
    grants: tuple[Document, ...]
    trust: str
    given: Mapping[str, Any] = {}
    assumed: bool = True


CALLER = {"AWS": "{caller}"}
CASES = [
    Trusted("the account, and a grant", (MAY_ASSUME,), trust(ACCOUNT_ROOT)),
    Trusted("the account alone", (), trust(ACCOUNT_ROOT), assumed=False),
    Trusted("the caller by name, without a grant", (), trust(CALLER)),
    Trusted("the caller by name, in spite of a Deny", (deny("sts:AssumeRole"),), trust(CALLER), assumed=False),
    Trusted("somebody else", (MAY_ASSUME,), trust({"AWS": USER.format("sandbox-administrator")}), assumed=False),
    Trusted("another account", (MAY_ASSUME,), trust({"AWS": "arn:aws:iam::210987654321:root"}), assumed=False),
    Trusted("a service", (MAY_ASSUME,), trust({"Service": "lambda.amazonaws.com"}), assumed=False),
    Trusted(
        "a federated provider", (MAY_ASSUME,), trust({"Federated": "cognito-identity.amazonaws.com"}), assumed=False
    ),
    Trusted(
        "the right external id",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, StringEquals={"sts:ExternalId": "xx"}),
        {"ExternalId": "xx"},
    ),
    Trusted(
        "a wrong external id",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, StringEquals={"sts:ExternalId": "xx"}),
        {"ExternalId": "yy"},
        False,
    ),
    Trusted("no external id", (MAY_ASSUME,), trust(ACCOUNT_ROOT, StringEquals={"sts:ExternalId": "xx"}), assumed=False),
    Trusted(
        "MFA, not given", (MAY_ASSUME,), trust(ACCOUNT_ROOT, Bool={"aws:MultiFactorAuthPresent": "true"}), assumed=False
    ),
    Trusted(
        "MFA not false, not given",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, BoolIfExists={"aws:MultiFactorAuthPresent": "true"}),
    ),
    Trusted(
        "the session named after the user",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, StringLike={"sts:RoleSessionName": "${aws:username}"}),
        assumed=False,
    ),
    Trusted(
        "a session name asked for", (MAY_ASSUME,), trust(ACCOUNT_ROOT, StringEquals={"sts:RoleSessionName": "session"})
    ),
    Trusted(
        "a source identity, given",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, ALL_OF_STS, StringLike={"sts:SourceIdentity": "ann*"}),
        {"SourceIdentity": "ann"},
    ),
    Trusted(
        "a source identity, not given",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, ALL_OF_STS, StringLike={"sts:SourceIdentity": "ann*"}),
        assumed=False,
    ),
    Trusted(
        "setting a source identity not trusted", (MAY_ASSUME,), trust(ACCOUNT_ROOT), {"SourceIdentity": "ann"}, False
    ),
    Trusted(
        "setting a source identity not granted",
        (allow("sts:AssumeRole"),),
        trust(ACCOUNT_ROOT, ALL_OF_STS),
        {"SourceIdentity": "ann"},
        False,
    ),
    Trusted(
        "tags trusted and granted",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, ALL_OF_STS),
        {"Tags": [{"Key": "team", "Value": "a"}]},
    ),
    Trusted("tags not trusted", (MAY_ASSUME,), trust(ACCOUNT_ROOT), {"Tags": [{"Key": "team", "Value": "a"}]}, False),
    Trusted(
        "a tag asked for, and given",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, ALL_OF_STS, StringEquals={"aws:RequestTag/team": "a"}),
        {"Tags": [{"Key": "team", "Value": "a"}]},
    ),
    Trusted(
        "a tag asked for, and another given",
        (MAY_ASSUME,),
        trust(ACCOUNT_ROOT, ALL_OF_STS, StringEquals={"aws:RequestTag/team": "a"}),
        {"Tags": [{"Key": "team", "Value": "b"}]},
        False,
    ),
    Trusted(
        "a Deny in the trust policy",
        (MAY_ASSUME,),
        policy(
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": CALLER},
            {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}},
        ),
        assumed=False,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_assume_role(case: Trusted, sandbox: Sandbox) -> None:
    """A role is assumed if its trust policy and the caller's policies allow it; else AccessDenied is raised."""
    name = sandbox.name("assumer")
    keys = sandbox.user(*case.grants, name=name)
    role = sandbox.role(trust=case.trust.replace("{caller}", USER.format(name)))
    parameters = {"RoleArn": role, "RoleSessionName": "session", **case.given}
    error = error_of(sandbox.client("sts", keys), "AssumeRole", parameters)
    assert code_of(error) == (None if case.assumed else "AccessDenied"), error
    if error is not None:
        assert f": User: {USER.format(name)} is not authorized to perform: sts:" in str(error)


class Limited(NamedTuple):
    """One role with its limits, and whether a session of it may read a user of the pool."""

    name: str
    identity: tuple[Document, ...]
    session: Mapping[str, Any]
    boundary: tuple[Document, ...] | None
    allowed: bool
    words: str = ""


READ = allow("cognito-idp:ListUserPools")
OTHER = allow("cognito-idp:ListUsers")
REFUSE = statement("Deny", "cognito-idp:ListUserPools")
LIMITS = [
    Limited("the role's own policy", (READ,), {}, None, True),
    Limited("nothing", (), {}, None, False, "because no identity-based policy allows"),
    Limited("a session policy that allows", (READ,), {"Policy": policy(READ)}, None, True),
    Limited(
        "a session policy that does not",
        (READ,),
        {"Policy": policy(OTHER)},
        None,
        False,
        "because no session policy allows",
    ),
    Limited(
        "a session policy that denies",
        (READ,),
        {"Policy": policy(READ, REFUSE)},
        None,
        False,
        "with an explicit deny in a session policy",
    ),
    Limited(
        "a session policy alone",
        (OTHER,),
        {"Policy": policy(READ)},
        None,
        False,
        "because no identity-based policy allows",
    ),
    Limited(
        "a managed session policy that allows",
        (READ,),
        {"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]},
        None,
        True,
    ),
    Limited(
        "a managed session policy that does not",
        (READ,),
        {"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}]},
        None,
        False,
        "session policy",
    ),
    Limited("a boundary that allows", (READ,), {}, (READ,), True),
    Limited("a boundary that does not", (READ,), {}, (OTHER,), False, "because no permissions boundary allows"),
    Limited(
        "a boundary that denies", (READ,), {}, (READ, REFUSE), False, "with an explicit deny in a permissions boundary"
    ),
    Limited("a boundary alone", (), {}, (READ,), False, "because no identity-based policy allows"),
]


@pytest.mark.parametrize("case", LIMITS, ids=lambda case: case.name)
def test_limits_of_a_session(case: Limited, sandbox: Sandbox) -> None:
    """A session may do what role, boundary and session policies all allow; the message names the one that does not."""
    iam, name = sandbox.client("iam"), sandbox.name("limited")
    created: dict[str, Any] = {}
    if case.boundary is not None:
        made = iam.create_policy(PolicyName=name, PolicyDocument=policy(*case.boundary))
        created["PermissionsBoundary"] = made["Policy"]["Arn"]
    role = sandbox.role(*case.identity, name=name, **created)
    session = sandbox.assume(role, sandbox.user(MAY_ASSUME), **case.session)
    error = error_of(sandbox.client("cognito-idp", session), "ListUserPools", {"MaxResults": 1})
    assert code_of(error) == (None if case.allowed else "AccessDeniedException")
    if error is not None:
        assert f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{name}/session is not authorized" in str(error)
        assert case.words in str(error)


def test_boundary_that_was_deleted(sandbox: Sandbox) -> None:
    """A boundary that is no longer there limits everything away; it does not vanish."""
    iam, name = sandbox.client("iam"), sandbox.name("bounded")
    arn = iam.create_policy(PolicyName=name, PolicyDocument=policy(READ))["Policy"]["Arn"]
    session = sandbox.assume(sandbox.role(READ, PermissionsBoundary=arn), sandbox.user(MAY_ASSUME))
    list_pools = sandbox.client("cognito-idp", session).list_user_pools
    list_pools(MaxResults=1)
    iam.delete_policy(PolicyArn=arn)
    with pytest.raises(ClientError, match="no permissions boundary allows"):
        list_pools(MaxResults=1)


def test_boundary_of_a_user(sandbox: Sandbox) -> None:
    """A user's boundary limits, is shown, and can be taken away."""
    iam, name = sandbox.client("iam"), sandbox.name("bounded")
    arn = iam.create_policy(PolicyName=name, PolicyDocument=policy(OTHER))["Policy"]["Arn"]
    keys = sandbox.user(READ, name=name, PermissionsBoundary=arn)
    list_pools = sandbox.client("cognito-idp", keys).list_user_pools
    with pytest.raises(ClientError, match="because no permissions boundary allows"):
        list_pools(MaxResults=1)
    assert iam.get_user(UserName=name)["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    iam.delete_user_permissions_boundary(UserName=name)
    list_pools(MaxResults=1)
    assert "PermissionsBoundary" not in iam.get_user(UserName=name)["User"]
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=arn)
    with pytest.raises(ClientError, match="because no permissions boundary allows"):
        list_pools(MaxResults=1)


def test_policies_from_every_side(sandbox: Sandbox) -> None:
    """Groups, managed policies and their default version count, and a change counts at the next call."""
    iam, name = sandbox.client("iam"), sandbox.name("member")
    keys = sandbox.user(name=name)
    list_pools = sandbox.client("cognito-idp", keys).list_user_pools
    denied = pytest.raises(ClientError, match="AccessDenied")
    with denied:
        list_pools(MaxResults=1)
    iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName=name, UserName=name)
    iam.put_group_policy(GroupName=name, PolicyName="p", PolicyDocument=policy(READ))
    list_pools(MaxResults=1)
    iam.delete_group_policy(GroupName=name, PolicyName="p")
    with pytest.raises(ClientError, match="AccessDenied"):
        list_pools(MaxResults=1)
    arn = iam.create_policy(PolicyName=name, PolicyDocument=policy(READ))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    list_pools(MaxResults=1)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(OTHER), SetAsDefault=True)
    with pytest.raises(ClientError, match="AccessDenied"):
        list_pools(MaxResults=1)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    list_pools(MaxResults=1)


def test_identity_of_a_session(sandbox: Sandbox) -> None:
    """Who am I: a role's session, under a name that leaves out the role's path, which policies still see."""
    name = sandbox.name("pathed")
    arn = f"arn:aws:iam::{ACCOUNT}:role/team/{name}"
    seen = allow("cognito-idp:ListUserPools", "*", ArnEquals={"aws:PrincipalArn": arn})
    role = sandbox.role(seen, name=name, Path="/team/")
    assert role == arn
    session = sandbox.assume(role, sandbox.user(MAY_ASSUME), "ann")
    answer = sandbox.client("sts", session).get_caller_identity()
    assert answer["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/ann"
    assert answer["UserId"].endswith(":ann")
    sandbox.client("cognito-idp", session).list_user_pools(MaxResults=1)


def test_tags_and_source_identity_in_a_chain(sandbox: Sandbox) -> None:
    """Transitive tags and the source identity go on to the next role; other tags do not."""
    own = allow("cognito-idp:ListUserPools", "*", StringEquals={"aws:PrincipalTag/team": "a"})
    kept = allow("cognito-idp:ListUserPools", "*", StringEquals={"aws:SourceIdentity": "ann"})
    left = allow("cognito-idp:ListUserPools", "*", StringEquals={"aws:PrincipalTag/shift": "night"})
    first = sandbox.role(MAY_ASSUME, trust=trust(ACCOUNT_ROOT, ALL_OF_STS))
    tags = [{"Key": "team", "Value": "a"}, {"Key": "shift", "Value": "night"}]
    session = sandbox.assume(
        first, sandbox.user(MAY_ASSUME), Tags=tags, TransitiveTagKeys=["team"], SourceIdentity="ann"
    )
    for grant, code in ((own, None), (kept, None), (left, "AccessDeniedException")):
        second = sandbox.role(grant, trust=trust(ACCOUNT_ROOT, ALL_OF_STS))
        chained = sandbox.assume(second, session)
        error = error_of(sandbox.client("cognito-idp", chained), "ListUserPools", {"MaxResults": 1})
        assert code_of(error) == code


@pytest.mark.parametrize(
    ("longest", "asked", "chained", "code"),
    [
        (3600, 900, False, None),
        (3600, 899, False, "ValidationError"),
        (3600, 3601, False, "ValidationError"),
        (7200, 7200, False, None),
        (7200, 7200, True, "ValidationError"),
        (7200, 3600, True, None),
    ],
)
def test_length_of_a_session(sandbox: Sandbox, longest: int, asked: int, chained: bool, code: str | None) -> None:
    """A session lasts 15 minutes to what the role allows, and one hour at most where roles are chained."""
    keys = sandbox.user(MAY_ASSUME)
    if chained:
        keys = sandbox.assume(sandbox.role(MAY_ASSUME), keys)
    role = sandbox.role(MaxSessionDuration=longest)
    parameters = {"RoleArn": role, "RoleSessionName": "session", "DurationSeconds": asked}
    assert code_of(error_of(sandbox.client("sts", keys), "AssumeRole", parameters)) == code
    if code is None:
        made = sandbox.client("sts", keys).assume_role(**parameters)["Credentials"]
        assert abs(made["Expiration"] - datetime.now(UTC) - timedelta(seconds=asked)) < timedelta(seconds=30)


class Device:
    """A virtual MFA device in somebody's hand."""

    def __init__(self, sandbox: Sandbox, user: str) -> None:
        iam = sandbox.client("iam")
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
        self.serial: str = made["SerialNumber"]
        self.seed: str = made["Base32StringSeed"].decode()
        step = int(time.time()) // STEP
        codes = {"AuthenticationCode1": code_at(self.seed, step - 1), "AuthenticationCode2": code_at(self.seed, step)}
        iam.enable_mfa_device(UserName=user, SerialNumber=self.serial, **codes)
        self._step = step - 2

    def code(self) -> str:
        """A code that has not been used."""
        self._step += 1
        return code_at(self.seed, self._step)


def test_second_factor(sandbox: Sandbox) -> None:
    """A role that wants MFA takes the device's code, once; not another's device, and not a wrong code."""
    name = sandbox.name("careful")
    keys = sandbox.user(MAY_ASSUME, name=name)
    role = sandbox.role(trust=trust(ACCOUNT_ROOT, Bool={"aws:MultiFactorAuthPresent": "true"}))
    device = Device(sandbox, name)
    code = device.code()
    sandbox.assume(role, keys, SerialNumber=device.serial, TokenCode=code)
    for serial, tried in ((device.serial, code), (device.serial, "000000"), (device.serial + "x", device.code())):
        with pytest.raises(ClientError, match="MultiFactorAuthentication failed"):
            sandbox.assume(role, keys, SerialNumber=serial, TokenCode=tried)
    other = sandbox.user(MAY_ASSUME)
    with pytest.raises(ClientError, match="MultiFactorAuthentication failed"):
        sandbox.assume(role, other, SerialNumber=device.serial, TokenCode=device.code())


def test_session_of_a_user(sandbox: Sandbox) -> None:
    """GetSessionToken gives the user's own permissions, and says in every call whether MFA was proven."""
    name = sandbox.name("holder")
    with_mfa = allow("cognito-idp:ListUserPools", "*", Bool={"aws:MultiFactorAuthPresent": "true"})
    keys = sandbox.user(with_mfa, name=name)
    device = Device(sandbox, name)
    for proof, code in (
        ({}, "AccessDeniedException"),
        ({"SerialNumber": device.serial, "TokenCode": device.code()}, None),
    ):
        made = sandbox.client("sts", keys).get_session_token(**proof)["Credentials"]
        session = Keys(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
        assert sandbox.client("sts", session).get_caller_identity()["Arn"] == USER.format(name)
        assert code_of(error_of(sandbox.client("cognito-idp", session), "ListUserPools", {"MaxResults": 1})) == code
        assert code_of(error_of(sandbox.client("sts", session), "GetSessionToken", {})) == "AccessDenied"
        assert (
            code_of(error_of(sandbox.client("sts", session), "GetAccessKeyInfo", {"AccessKeyId": "x" * 20}))
            == "AccessDenied"
        )
        in_iam = "InvalidClientTokenId" if code else "AccessDenied"
        assert code_of(error_of(sandbox.client("iam", session), "ListRoles", {})) == in_iam


def test_somebody_elses_key(sandbox: Sandbox) -> None:
    """Without a user name a key is the caller's own: one that may manage its own keys cannot reach another's."""
    own = allow(["iam:UpdateAccessKey", "iam:DeleteAccessKey"], "arn:aws:iam::*:user/${aws:username}")
    keys, victim = sandbox.user(own), sandbox.administrator.access_key_id
    iam = sandbox.client("iam", keys)
    for operation, parameters in (("UpdateAccessKey", {"Status": "Inactive"}), ("DeleteAccessKey", {})):
        assert code_of(error_of(iam, operation, {"AccessKeyId": victim, **parameters})) == "NoSuchEntity"
    assert code_of(error_of(iam, "UpdateAccessKey", {"AccessKeyId": keys.access_key_id, "Status": "Active"})) is None


def test_no_two_sessions_are_alike(sandbox: Sandbox) -> None:
    """Every session has a key, a secret and a token of its own."""
    role, keys = sandbox.role(), sandbox.user(MAY_ASSUME)
    sessions = [sandbox.assume(role, keys) for _ in range(5)]
    for part in ("access_key_id", "secret_access_key", "session_token"):
        assert len({getattr(session, part) for session in sessions}) == 5


def test_codes_of_the_standard() -> None:
    """The codes are those of RFC 6238, appendix B, in six digits."""
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    moments = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
    for moment, code in moments.items():
        assert code_at(seed, moment // STEP) == code
        assert step_of(seed, code, moment + STEP) == moment // STEP
        assert step_of(seed, code, moment + 2 * STEP) is None


def test_a_code_counts_once() -> None:
    """Neither the same step nor an older one can be used again."""
    used = UsedCodes()
    assert [used.use("a", 5), used.use("a", 5), used.use("a", 4), used.use("b", 5), used.use("a", 6)] == [
        True,
        False,
        False,
        True,
        True,
    ]
