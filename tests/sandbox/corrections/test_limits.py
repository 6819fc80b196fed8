"""A parameter out of its limits is refused before anything else is looked at."""

import pytest

IDP, IDENTITY = "InvalidParameterException", "ValidationException"
USERNAME = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"
POOL_ID = r"[\w-]+_[0-9a-zA-Z]+"


def unmet(*lines):
    """The message for these lines of (value or "", place, constraint)."""
    count = f"{len(lines)} validation error{'s' if len(lines) > 1 else ''} detected: "
    return count + "; ".join(
        f"Value{value and ' '}{value} at '{place}' failed to satisfy constraint: Member must {constraint}"
        for value, place, constraint in lines
    )


SIGN_OUTS = [
    # parameters                                       lines
    ({"Username": "a" * 129}, [("", "username", "have length less than or equal to 128")]),
    ({"Username": "a b"}, [("", "username", f"satisfy regular expression pattern: {USERNAME}")]),
    ({"Username": "ana\x00"}, [("", "username", f"satisfy regular expression pattern: {USERNAME}")]),
    (
        {"Username": ""},
        [
            ("", "username", f"satisfy regular expression pattern: {USERNAME}"),
            ("", "username", "have length greater than or equal to 1"),
        ],
    ),
    ({"Username": None}, [("", "username", "not be null")]),
    ({"UserPoolId": None}, [("null", "userPoolId", "not be null")]),
    ({"UserPoolId": "nonsense"}, [("'nonsense'", "userPoolId", f"satisfy regular expression pattern: {POOL_ID}")]),
    ({"UserPoolId": "é_a"}, [("'é_a'", "userPoolId", f"satisfy regular expression pattern: {POOL_ID}")]),
    (
        {"UserPoolId": "us-east-1_" + "a" * 46},
        [("'us-east-1_" + "a" * 46 + "'", "userPoolId", "have length less than or equal to 55")],
    ),
    (
        {"UserPoolId": "x" * 56, "Username": "a" * 129},
        [
            (f"'{'x' * 56}'", "userPoolId", f"satisfy regular expression pattern: {POOL_ID}"),
            (f"'{'x' * 56}'", "userPoolId", "have length less than or equal to 55"),
            ("", "username", "have length less than or equal to 128"),
        ],
    ),
]


@pytest.mark.corrects
@pytest.mark.parametrize(("parameters", "lines"), SIGN_OUTS)
def test_sign_out(parameters, lines, pool, unchecked, refused):
    """AdminUserGlobalSignOut refuses what breaks its limits, naming each; a user name is never shown."""
    given = {"UserPoolId": pool.id, "Username": "ana", **parameters}
    given = {name: value for name, value in given.items() if value is not None}

    assert (IDP, unmet(*lines)) == refused(unchecked.admin_user_global_sign_out, **given)


@pytest.mark.parametrize("name", ["a", "a" * 128, "é", "名前", "😀", "ana@example.com", "a.b+c-d_e", "e\u0301"])
def test_names(name, pool, unchecked, refused):
    """A name within the limits is looked for, of whatever script."""
    assert ("UserNotFoundException", "User does not exist.") == refused(
        unchecked.admin_user_global_sign_out, UserPoolId=pool.id, Username=name
    )


OTHERS = [
    # operation, parameters, message
    ("get_user", {}, unmet(("", "accessToken", "not be null"))),
    (
        "global_sign_out",
        {"AccessToken": "a b"},
        unmet(("", "accessToken", "satisfy regular expression pattern: [A-Za-z0-9-_=.]+")),
    ),
    (
        "list_users",
        {"UserPoolId": "us-east-1_a", "Limit": 61},
        unmet(("'61'", "limit", "have value less than or equal to 60")),
    ),
    (
        "initiate_auth",
        {"ClientId": "app", "AuthFlow": "PASSWORD"},
        unmet(
            (
                "'PASSWORD'",
                "authFlow",
                (
                    "satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, "
                    "ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
                ),
            )
        ),
    ),
    (
        "admin_update_user_attributes",
        {"UserPoolId": "us-east-1_a", "Username": "ana", "UserAttributes": [{"Name": "a" * 33}, {}]},
        unmet(
            (f"'{'a' * 33}'", "userAttributes.1.member.name", "have length less than or equal to 32"),
            ("null", "userAttributes.2.member.name", "not be null"),
        ),
    ),
    (
        "create_user_pool_client",
        {"UserPoolId": "us-east-1_a", "ClientName": "app", "RefreshTokenRotation": {"RetryGracePeriodSeconds": 61}},
        unmet(
            ("null", "refreshTokenRotation.feature", "not be null"),
            ("'61'", "refreshTokenRotation.retryGracePeriodSeconds", "have value less than or equal to 60"),
        ),
    ),
]


@pytest.mark.corrects
@pytest.mark.parametrize(("operation", "parameters", "message"), OTHERS, ids=[row[0] for row in OTHERS])
def test_others(operation, parameters, message, unchecked, refused):
    """Every operation refuses what breaks its limits: at any depth, and values hidden where they are sensitive."""
    assert (IDP, message) == refused(getattr(unchecked, operation), **parameters)


@pytest.mark.corrects
def test_list(pool, unchecked, refused):
    """A list is named as a whole, with what each item has to satisfy."""
    code, message = refused(
        unchecked.create_user_pool_client, UserPoolId=pool.id, ClientName="app", ExplicitAuthFlows=["ALLOW_ALL"]
    )

    assert IDP == code
    assert message.startswith(
        "1 validation error detected: Value '[ALLOW_ALL]' at 'explicitAuthFlows' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH, "
    )


@pytest.mark.corrects
@pytest.mark.parametrize(
    ("tags", "whose"),
    [({"": "value"}, "Map keys"), ({"key": "v" * 257}, "Map value")],
)
def test_map(tags, whose, unchecked, refused):
    """A map is named as a whole, with what its keys or values have to satisfy."""
    most, least = (128, 1) if whose == "Map keys" else (256, 0)
    shown = ", ".join(f"{key}={value}" for key, value in tags.items())

    assert (
        IDP,
        (
            f"1 validation error detected: Value '{{{shown}}}' at 'userPoolTags' failed to satisfy constraint: "
            f"{whose} must satisfy constraint: [Member must have length less than or equal to {most}, "
            f"Member must have length greater than or equal to {least}]"
        ),
    ) == refused(unchecked.create_user_pool, PoolName="pool", UserPoolTags=tags)


@pytest.mark.corrects
def test_identity_pools(server, refused):
    """Identity pools answer in the same form, under their own code."""
    identity = server.client("cognito-identity", parameter_validation=False)

    assert (
        IDENTITY,
        (
            "1 validation error detected: Value 'nonsense' at 'identityPoolId' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+"
        ),
    ) == refused(identity.get_id, IdentityPoolId="nonsense")


@pytest.mark.corrects
def test_type(pool, unchecked, refused):
    """A value of another type is refused."""
    assert ("SerializationException", "The value at 'limit' is not of type integer.") == refused(
        unchecked.list_users, UserPoolId=pool.id, Limit="ten"
    )
