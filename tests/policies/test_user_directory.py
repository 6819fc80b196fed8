"""User pools, app clients and identity pools."""

import pytest

from tests.policies.stacks import UNKNOWN, inspect, resource, said

GOOD = {
    "enableTokenRevocation": True,
    "preventUserExistenceErrors": "ENABLED",
    "explicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
    "accessTokenValidity": 60,
    "idTokenValidity": 1,
    "refreshTokenValidity": 30,
    "tokenValidityUnits": {"accessToken": "minutes", "idToken": "hours", "refreshToken": "days"},
    "refreshTokenRotation": {"feature": "ENABLED", "retryGracePeriodSeconds": 10},
    "callbackUrls": ["https://shop.example/in", "http://localhost:3000/in", "shop://in"],
    "logoutUrls": ["https://shop.example/out"],
}


def minutes(token, number, unit="minutes"):
    units = {**GOOD["tokenValidityUnits"], f"{token}Token": unit}
    return {f"{token}TokenValidity": number, "tokenValidityUnits": units}


NOT_REPLACED = "refresh tokens are not replaced when they are used."

CLIENTS = [
    # rule, what is changed, what is said of it
    ("token-revocation", {"enableTokenRevocation": False}, "enableTokenRevocation is false."),
    ("token-revocation", {"enableTokenRevocation": None}, None),
    ("user-existence", {"preventUserExistenceErrors": "LEGACY"}, "preventUserExistenceErrors is LEGACY."),
    ("user-existence", {"preventUserExistenceErrors": None}, "preventUserExistenceErrors is LEGACY."),
    ("user-existence", {"preventUserExistenceErrors": ""}, "preventUserExistenceErrors is LEGACY."),
    ("token-life", minutes("access", 61), "access tokens live 61 minutes; 1 hour is allowed."),
    ("token-life", minutes("access", 2, "hours"), "access tokens live 2 hours; 1 hour is allowed."),
    ("token-life", minutes("id", 1, "days"), "id tokens live 1 day; 1 hour is allowed."),
    ("token-life", minutes("access", 3600, "seconds"), None),
    ("token-life", {"accessTokenValidity": None, "idTokenValidity": None, "tokenValidityUnits": None}, None),
    ("token-life", {"accessTokenValidity": 0, "idTokenValidity": 0, "tokenValidityUnits": {"accessToken": ""}}, None),
    ("token-life", {"accessTokenValidity": 60, "tokenValidityUnits": None},
     "access token validity is 60 hours; expected 5 minutes to 1 day."),
    ("token-life", minutes("access", 2), "access token validity is 2 minutes; expected 5 minutes to 1 day."),
    ("token-life", minutes("access", 5, "weeks"), "'weeks' is not a valid Unit."),
    ("refresh-token-life", {"refreshTokenValidity": 31}, "refresh tokens live 31 days; 30 days is allowed."),
    ("refresh-token-life", {"refreshTokenValidity": 0}, None),
    ("refresh-token-rotation", {"refreshTokenRotation": None}, NOT_REPLACED),
    ("refresh-token-rotation", {"refreshTokenRotation": {"feature": "DISABLED"}}, NOT_REPLACED),
    ("password-flows", {"explicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]},
     "explicitAuthFlows has ALLOW_USER_PASSWORD_AUTH."),
    ("password-flows", {"explicitAuthFlows": ["ADMIN_NO_SRP_AUTH"]}, "explicitAuthFlows has ADMIN_NO_SRP_AUTH."),
    ("password-flows", {"explicitAuthFlows": None}, None),
    ("https-callbacks", {"callbackUrls": ["http://shop.example"]}, "callbackUrls has http://shop.example."),
    ("https-callbacks", {"logoutUrls": ["http://localhost.example"]}, "logoutUrls has http://localhost.example."),
    ("https-callbacks", {"defaultRedirectUri": "HTTP://shop.example"}, "defaultRedirectUri has HTTP://shop.example."),
    ("https-callbacks", {"defaultRedirectUri": ""}, None),
    ("https-callbacks", {"callbackUrls": ["shop.example/in"]}, "callbackUrls has shop.example/in."),
    ("https-callbacks", {"callbackUrls": ["http://[::1]:3000"]}, None),
    ("https-callbacks", {"callbackUrls": ["http://[broken"]}, "callbackUrls has http://[broken."),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "changed", "fact"), CLIENTS, ids=[f"{row[0]} {row[1]}" for row in CLIENTS])
def test_clients(rule, changed, fact):
    """Each setting of an app client that makes a sign-out reach less is found, and a client without one is fine."""
    want = [] if fact is None else [("web", f"UserPoolClient web: {fact}")]

    assert said(rule, [resource("Client", "web", {**GOOD, **changed})]) == want


def test_a_good_client():
    """Of a client that is set up well, no rule has anything to say."""
    assert inspect([resource("Client", "web", GOOD)]) == []


def test_what_nobody_set():
    """AWS's provider has 0 and "" in its state for what nobody set: the service's own defaults, not mistakes."""
    unset = {"accessTokenValidity": 0, "idTokenValidity": 0, "refreshTokenValidity": 30, "defaultRedirectUri": ""}
    inputs = {"preventUserExistenceErrors": "ENABLED"}

    reports = inspect([resource("Client", "web", inputs, {**inputs, **unset, "callbackUrls": []})])

    assert [(report.finding.rule, report.level) for report in reports] == [("refresh-token-rotation", "advisory")]


def test_a_client_of_another_type():
    """Clients that other services made are held to the same."""
    kind = "aws:cognito/managedUserPoolClient:ManagedUserPoolClient"

    assert len(said("token-revocation", [resource(kind, "web", {**GOOD, "enableTokenRevocation": False})])) == 1


POOLS = [
    # deletionProtection    protect     what is said of it
    ("ACTIVE",              True,       []),
    ("INACTIVE",            True,       ["UserPool users: deletionProtection is INACTIVE."]),
    (None,                  True,       ["UserPool users: deletionProtection is INACTIVE."]),
    ("",                    True,       ["UserPool users: deletionProtection is INACTIVE."]),
    ("ACTIVE",              False,      ["UserPool users is not protected from deletion by Pulumi."]),
]  # fmt: skip


@pytest.mark.parametrize(("protection", "protect", "facts"), POOLS)
def test_pools(protection, protect, facts):
    """A user pool is protected twice: by Cognito from everyone, and by Pulumi from a change of the program."""
    pool = resource("Pool", "users", {"deletionProtection": protection}, protect=protect)

    assert [fact for _, fact in said("deletion-protection", [pool])] == facts


@pytest.mark.parametrize(
    ("stacks", "protected"), [(["*"], True), (["prod"], True), (["p*"], True), (["dev"], False), ([], False)]
)
def test_protected_environments(stacks, protected):
    """Which stacks are protected environments is set by their names; the tests' is called prod."""
    pool = resource("Pool", "users", {})
    client = resource("Client", "web", {**GOOD, "explicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})

    assert bool(said("deletion-protection", [pool], {"stacks": stacks})) == protected
    assert bool(said("password-flows", [client], {"stacks": stacks})) == protected


IDENTITY_POOLS = [
    # providers                                                             those not checked
    (None,                                                                  []),
    ([],                                                                    []),
    ([{"clientId": "a", "serverSideTokenCheck": True}],                     []),
    ([{"clientId": "a"}],                                                   [0]),
    ([{"serverSideTokenCheck": True}, {"serverSideTokenCheck": False}],     [1]),
    ([{"serverSideTokenCheck": None}],                                      [0]),
]  # fmt: skip


@pytest.mark.parametrize(("providers", "unchecked"), IDENTITY_POOLS)
def test_identity_pools(providers, unchecked):
    """Every user pool that an identity pool trusts is asked whether a user was signed out."""
    pool = resource("IdentityPool", "ids", {"cognitoIdentityProviders": providers})

    assert said("server-side-token-check", [pool]) == [
        ("ids", f"IdentityPool ids: cognitoIdentityProviders[{index}].serverSideTokenCheck is not true.")
        for index in unchecked
    ]


SETTINGS = [
    # rule                      settings                        changed                                     found
    ("token-life",              {"accessMinutes": 15},          minutes("access", 20),                      1),
    ("token-life",              {"idMinutes": 120},             minutes("id", 2, "hours"),                  0),
    ("refresh-token-life",      {"days": 1},                    {},                                         1),
    ("refresh-token-rotation",  {"mostGraceSeconds": 5},        {},                                         1),
    ("https-callbacks",         {"localhost": False},           {},                                         1),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "settings", "changed", "found"), SETTINGS)
def test_as_set(rule, settings, changed, found):
    """What is allowed is set."""
    assert len(said(rule, [resource("Client", "web", {**GOOD, **changed})], settings)) == found


NOT_KNOWN = [
    # kind              property                                            rules that wait for it
    ("Client",          {"enableTokenRevocation": UNKNOWN},                 "token-revocation"),
    ("Client",          {"preventUserExistenceErrors": UNKNOWN},            "user-existence"),
    ("Client",          {"accessTokenValidity": UNKNOWN},                   "token-life"),
    ("Client",          {"refreshTokenValidity": UNKNOWN},                  "refresh-token-life"),
    ("Client",          {"refreshTokenRotation": UNKNOWN},                  "refresh-token-rotation"),
    ("Client",          {"explicitAuthFlows": UNKNOWN},                     "password-flows"),
    ("Client",          {"callbackUrls": ["https://a.example", UNKNOWN]},   "https-callbacks"),
    ("Pool",            {"deletionProtection": UNKNOWN},                    "deletion-protection"),
    ("IdentityPool",    {"cognitoIdentityProviders": UNKNOWN},              "server-side-token-check"),
    ("IdentityPool",    {"cognitoIdentityProviders": [UNKNOWN]},            "server-side-token-check"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "changed", "rule"), NOT_KNOWN, ids=[f"{row[2]} {row[1]}" for row in NOT_KNOWN])
def test_not_known_yet(kind, changed, rule):
    """A setting that is not known yet is awaited, and nothing is said of it meanwhile."""
    inputs = {**GOOD, **changed} if kind == "Client" else changed
    reports = inspect([resource(kind, "x", inputs, protect=True)])

    assert [report.finding.rule for report in reports] == ["undecided"]
    assert reports[0].finding.fact.endswith(f"so not decided yet: {rule}.")
