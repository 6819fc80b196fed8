"""Who may become a role: nobody unknown, and whoever can sign users out then, only under a condition."""

import pytest

from tests.policies.stacks import ACCOUNT, LAMBDA, POOL_ARN, UNKNOWN, inspect, resource, role, said, statement

AWS = f"arn:aws:iam::{ACCOUNT}"
POOL = resource("Pool", "users", {"name": "users"}, {"arn": POOL_ARN})
ALICE = {"AWS": f"{AWS}:user/alice"}
EVERYONE, ROOT = {"AWS": "*"}, {"AWS": f"{AWS}:root"}
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = {"Federated": f"{AWS}:oidc-provider/{GITHUB}"}
COGNITO = "cognito-identity.amazonaws.com"
SSO_ROLES = "role/aws-reserved/sso.amazonaws.com/*"


def lets_in(principal, action="sts:AssumeRole", **conditions):
    """A statement of a trust policy; keyword arguments are condition operators."""
    given = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {**given, "Condition": conditions} if conditions else given


def facts(rule, *statements, can=(), **settings):
    """What a rule says of a role with a trust policy of one of these statements each."""
    reports = [said(rule, [POOL, role("app", *can, assumed_by=each)], settings) for each in statements]
    return [fact for report in reports for _, fact in report]


PUBLIC = [
    # name                          statement                                                           public?
    ("everyone",                    lets_in(EVERYONE),                                                  True),
    ("everyone, in short",          lets_in("*"),                                                       True),
    ("all but one",                 {"Effect": "Allow", "NotPrincipal": ALICE, "Action": "sts:AssumeRole"}, True),
    ("any ARN",                     lets_in("*", ArnLike={"aws:PrincipalArn": "*"}),                    True),
    ("every action",                lets_in("*", "*"),                                                  True),
    ("whoever has a second factor", lets_in("*", Bool={"aws:MultiFactorAuthPresent": "true"}),          True),
    ("over TLS",                    lets_in("*", Bool={"aws:SecureTransport": "true"}),                 True),
    ("from anywhere",               lets_in("*", IpAddress={"aws:SourceIp": "0.0.0.0/0"}),              True),
    ("with an id of their own",     lets_in("*", StringLike={"sts:ExternalId": "*"}),                   True),
    ("a role in any account",       lets_in("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}), True),
    ("any permission set",          lets_in("*", ArnLike={"aws:PrincipalArn": f"arn:aws:iam::*:{SSO_ROLES}"}), True),
    ("a permission set of ours",    lets_in("*", ArnLike={"aws:PrincipalArn": f"{AWS}:{SSO_ROLES}"}),   False),
    ("a role that is tagged",       lets_in("*", StringEquals={"aws:PrincipalTag/team": "a"}),          True),
    ("one of ours that is tagged",  lets_in("*", StringEquals={"aws:PrincipalTag/team": "a",
                                                               "aws:PrincipalAccount": ACCOUNT}),       False),
    ("until some day",              lets_in("*", DateLessThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"}), True),
    ("until a day that is over",    lets_in("*", DateLessThan={"aws:CurrentTime": "2026-01-01T00:00:00Z"}), False),
    ("any provider's users",        lets_in("*", "sts:AssumeRoleWithWebIdentity"),                      True),
    ("from the office",             lets_in("*", IpAddress={"aws:SourceIp": "192.0.2.0/24"}),           False),
    ("everyone of the organization", lets_in("*", StringEquals={"aws:PrincipalOrgID": "o-1"}),          False),
    ("everyone with the id",        lets_in("*", StringEquals={"sts:ExternalId": "x"}),                 False),
    ("one",                         lets_in(ALICE),                                                     False),
    ("the account",                 lets_in(ROOT),                                                      False),
    ("a service",                   lets_in(LAMBDA),                                                    False),
    ("nobody",                      {**lets_in("*"), "Effect": "Deny"},                                 False),
]  # fmt: skip


@pytest.mark.parametrize(("given", "public"), [case[1:] for case in PUBLIC], ids=[case[0] for case in PUBLIC])
def test_public(given, public):
    """A role that anybody with an AWS account can become is found, whatever the role may do."""
    want = ["Role app can be assumed by everyone in every AWS account."] if public else []

    assert facts("public-trust", given) == want


def oidc(issuer=GITHUB, operator="StringEquals", **keys):
    return {operator: {f"{issuer}:{key}": value for key, value in keys.items()}}


WEB = "sts:AssumeRoleWithWebIdentity"
BOUND = {"aud": "sts.amazonaws.com", "sub": "repo:acme/shop:ref:refs/heads/main"}
FEDERATED = [
    # name                          statement                                                   what is not bound
    ("bound",                       lets_in(PROVIDER, WEB, **oidc(**BOUND)),                    []),
    ("bound to a pattern",          lets_in(PROVIDER, WEB, **oidc(aud=BOUND["aud"]),
                                            StringLike={f"{GITHUB}:sub": "repo:acme/*"}),       []),
    ("any subject",                 lets_in(PROVIDER, WEB, **oidc(aud=BOUND["aud"])),           ["sub"]),
    ("any repository",              lets_in(PROVIDER, WEB, **oidc(aud=BOUND["aud"]),
                                            StringLike={f"{GITHUB}:sub": "repo:*"}),            ["sub"]),
    ("anybody's repository",        lets_in(PROVIDER, WEB, **oidc(aud=BOUND["aud"]),
                                            StringLike={f"{GITHUB}:sub": "repo:*/shop:*"}),     ["sub"]),
    ("whose name goes on",          lets_in(PROVIDER, WEB, **oidc(aud=BOUND["aud"]),
                                            StringLike={f"{GITHUB}:sub": "repo:acme*"}),        ["sub"]),
    ("anybody's environment",       lets_in(PROVIDER, WEB, **oidc(aud=BOUND["aud"]),
                                            StringLike={f"{GITHUB}:sub": "*:environment:prod"}), ["sub"]),
    ("but not everybody's",         lets_in(PROVIDER, WEB, **oidc(aud=BOUND["aud"]),
                                            StringNotLike={f"{GITHUB}:sub": "repo:*/shop:*"}),  ["sub"]),
    ("only if there is one",        lets_in(PROVIDER, WEB, StringEqualsIfExists=oidc(**BOUND)["StringEquals"]),
                                                                                                ["aud", "sub"]),
    ("any audience",                lets_in(PROVIDER, WEB, **oidc(sub=BOUND["sub"])),           ["aud"]),
    ("neither",                     lets_in(PROVIDER, WEB),                                     ["aud", "sub"]),
    ("not this action",             lets_in(PROVIDER, "sts:TagSession"),                        []),
    ("users of an identity pool",   lets_in({"Federated": COGNITO}, WEB, **oidc(COGNITO, aud="eu-west-1:1"),
                                            **oidc(COGNITO, "ForAnyValue:StringLike", amr="authenticated")), []),
    ("of any identity pool",        lets_in({"Federated": COGNITO}, WEB,
                                            **oidc(COGNITO, "ForAnyValue:StringLike", amr="authenticated")), ["aud"]),
    ("signed in or not",            lets_in({"Federated": COGNITO}, WEB, **oidc(COGNITO, aud="eu-west-1:1")), ["amr"]),
    ("SAML",                        lets_in({"Federated": f"{AWS}:saml-provider/idp"}, "sts:AssumeRoleWithSAML"), []),
]  # fmt: skip


@pytest.mark.parametrize(("given", "unbound"), [case[1:] for case in FEDERATED], ids=[case[0] for case in FEDERATED])
def test_federated(given, unbound):
    """A role for an OIDC provider's users has to be bound to an audience and a subject, as the provider calls them."""
    issuer = COGNITO if COGNITO in str(given) else GITHUB

    assert facts("federated-trust", given) == [
        f"Role app can be assumed with any {issuer}:{key} at an identity provider." for key in unbound
    ]


SIGN_OUT = statement("cognito-idp:AdminUserGlobalSignOut", POOL_ARN)
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ID = {"StringEquals": {"sts:ExternalId": "x"}}
SSO = f"{AWS}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0123456789abcdef"
NOT_GUARDED = (
    f"{AWS}:user/alice can assume it without a second factor or a permission set of IAM Identity Center or the"
)

GUARDED = [
    # name                          statement                                                   what is said of it
    ("a second factor",             lets_in(ALICE, **MFA),                                      None),
    ("an external id",              lets_in(ALICE, **ID),                                       None),
    ("a permission set's role",     lets_in({"AWS": SSO}),                                      None),
    ("a permission set",            lets_in(ROOT, ArnLike={"aws:PrincipalArn": SSO}),           None),
    ("a service",                   lets_in(LAMBDA),                                            None),
    ("nothing",                     lets_in(ALICE),                                             NOT_GUARDED),
    ("a factor if there is one",    lets_in(ALICE, BoolIfExists=MFA["Bool"]),                   NOT_GUARDED),
    ("any external id",             lets_in(ALICE, StringLike={"sts:ExternalId": "*"}),         NOT_GUARDED),
    ("no factor",                   lets_in(ALICE, Bool={"aws:MultiFactorAuthPresent": "false"}), NOT_GUARDED),
    ("the address only",            lets_in(ALICE, IpAddress={"aws:SourceIp": "192.0.2.0/24"}), NOT_GUARDED),
    ("the whole account",           lets_in(ROOT),          f"every principal of account {ACCOUNT} can assume it."),
    ("another whole account",       lets_in({"AWS": "999999999999"}),
     "every principal of account 999999999999 can assume it."),
    ("the account with an id",      lets_in({"AWS": "999999999999"}, **ID),                     None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "fact"), [case[1:] for case in GUARDED], ids=[case[0] for case in GUARDED])
def test_guarded(given, fact):
    """A role that can sign users out demands something of whoever becomes it, and does so in every case."""
    found = facts("guarded-trust", given, can=[SIGN_OUT])

    assert len(found) == (fact is not None)
    assert all(text.startswith(f"Role app can sign users out, and {fact}") for text in found)


def test_other_roles():
    """A role that cannot sign users out may be for the whole account."""
    assert facts("guarded-trust", lets_in(ROOT), lets_in(ALICE), can=[statement("s3:*")]) == []


@pytest.mark.parametrize(
    ("settings", "statements", "found"),
    [
        ({"anyOf": ["mfa"]}, [lets_in(ALICE, **MFA), lets_in(ALICE, **ID)], 1),
        ({"anyOf": ["external-id"]}, [lets_in(ALICE, **MFA), lets_in(ALICE, **ID)], 1),
        ({"anyOf": ["permission-set"]}, [lets_in(ALICE, **MFA), lets_in({"AWS": SSO})], 1),
        ({"anyOf": []}, [lets_in(ALICE)], 0),
        ({"sourceIdentity": True}, [lets_in(ALICE, **MFA)], 1),
        ({"sourceIdentity": True}, [lets_in(ALICE, **MFA, StringLike={"sts:SourceIdentity": "?*"})], 0),
    ],
    ids=["second factor", "external id", "permission set", "nothing", "source identity", "source identity demanded"],
)
def test_as_set(settings, statements, found):
    """What is demanded is set."""
    assert len(facts("guarded-trust", *statements, can=[SIGN_OUT], **settings)) == found


def test_on_the_way():
    """A role on the way to one that can sign users out demands something, too."""
    glass = role("glass", SIGN_OUT, assumed_by=lets_in({"AWS": f"{AWS}:role/hop"}, **MFA))
    hop = role("hop", statement("sts:AssumeRole", f"{AWS}:role/glass"), assumed_by=lets_in(ALICE))

    assert [name for name, _ in said("guarded-trust", [POOL, glass, hop])] == ["hop"]


def test_not_known_yet():
    """A trust policy that is not known yet is awaited by every rule on trust."""
    policies = [
        {"policy": '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'}
    ]
    app = resource("Role", "app", {"name": "app", "assumeRolePolicy": UNKNOWN, "inlinePolicies": policies})

    (fact,) = [report.finding.fact for report in inspect([app]) if report.finding.rule == "undecided"]

    assert fact.endswith("so not decided yet: nobody-else, public-trust, federated-trust, guarded-trust.")
