"""The operations that end other people's sessions."""

from __future__ import annotations

import pytest

from signout.cognito.operations import Governed, operation
from signout.cognito.sessions import SESSION_ENDERS, Means, Reach, SessionEnder, session_ender, session_enders


def test_equivalents_are_these_three() -> None:
    """Sign-out, ending a session and disabling the user are what an administrator has to end sessions with."""
    assert [ender.action for ender in session_enders(Means.EQUIVALENT)] == [
        "cognito-idp:AdminUserGlobalSignOut",
        "cognito-idp:AdminRevokeUserSession",
        "cognito-idp:AdminDisableUser",
    ]


def test_kinds_are_apart() -> None:
    """Every operation ends sessions by one means; asking for none gives all of them, for two both."""
    by_means = [session_enders(means) for means in Means]

    assert session_enders() == SESSION_ENDERS == tuple(ender for group in by_means for ender in group)
    assert all(by_means)
    assert len(session_enders(Means.SIDE_EFFECT, Means.DESTRUCTIVE)) == len(SESSION_ENDERS) - 3


@pytest.mark.parametrize("ender", SESSION_ENDERS, ids=lambda ender: ender.action)
def test_each_is_an_operation_that_iam_governs(ender: SessionEnder) -> None:
    """Each is spelled as in the API model, and a grant of it has an effect; each says why and where that stands."""
    known = operation(ender.action)

    assert known is not None
    assert known.action == ender.action
    assert known.governed is Governed.IAM
    assert ender.why.endswith(".")
    assert ender.source


@pytest.mark.parametrize(
    ("action", "means", "reach"),
    [
        ("cognito-idp:admindisableuser", Means.EQUIVALENT, Reach.USER),
        ("cognito-idp:AdminRevokeUserSession", Means.EQUIVALENT, Reach.SESSION),
        ("COGNITO-IDP:AdminSetUserPassword", Means.SIDE_EFFECT, Reach.USER),
        ("cognito-idp:AdminDeleteUser", Means.DESTRUCTIVE, Reach.USER),
        ("cognito-idp:DeleteUserPool", Means.DESTRUCTIVE, Reach.POOL),
    ],
)
def test_lookup_ignores_case(action: str, means: Means, reach: Reach) -> None:
    """The look-up ignores case, as IAM does."""
    found = session_ender(action)

    assert found is not None
    assert (found.means, found.reach) == (means, reach)


@pytest.mark.parametrize("action", ["cognito-idp:GlobalSignOut", "cognito-idp:AdminGetUser", "s3:DeleteObject", "*"])
def test_others_are_none(action: str) -> None:
    """What users do with their own tokens, what ends nothing, and wildcards are not in the set."""
    assert session_ender(action) is None
