"""Sessions that AWS services begin: under the role's trust policy, and under nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signout.sandbox.enforcement.callers import caller_of, iam
from signout.sandbox.enforcement.faults import Fault, Refusal
from signout.sandbox.roles import NotAssumable, assume_for_service
from signout.sandbox.sessions import SESSIONS, Session, SessionStore, new_credentials
from tests.support.sandbox import ACCOUNT, ACCOUNT_ROOT, policy, trust

LAMBDA = "lambda.amazonaws.com"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:work"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/service-role"


@pytest.fixture
def role() -> Iterator[Any]:
    """A role in this process's own moto, which trusts Lambda."""
    made = iam().create_role("service-role", trust({"Service": LAMBDA}), "/team/", None, "", [], "3600")
    yield made
    iam().delete_role("service-role")


def test_a_session(role: Any) -> None:
    """The session is the role's, lasts an hour, and knows the function that it is for."""
    now = datetime.now(UTC)
    made = assume_for_service(ROLE, "work", LAMBDA, "us-east-1")
    assert timedelta(minutes=59) < made.expires - now <= timedelta(minutes=61)
    caller = caller_of(made.access_key_id, made.session_token, now)
    assert caller.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/service-role/work"
    assert caller.principal == ROLE
    assert caller.session is not None
    assert caller.session.function == FUNCTION
    assert made.secret_access_key not in repr(made)
    assert made.session_token not in repr(made)


@pytest.mark.parametrize("name", ["x", "", "a b/c", "n" * 100, "ünïcode"])
def test_any_name_becomes_a_session_name(role: Any, name: str) -> None:
    """A name that STS would not take is cut and cleaned, not refused."""
    made = assume_for_service(ROLE, name, LAMBDA, "us-east-1")
    session = SESSIONS.find(made.access_key_id)
    assert session is not None
    assert session.name is not None
    assert 2 <= len(session.name) <= 64
    assert session.name.isascii()


TRUSTS: list[tuple[str, str, str | None, str]] = [
    ("trusted", trust({"Service": LAMBDA}), None, ""),
    ("trusted with others", trust({"Service": ["edgelambda.amazonaws.com", LAMBDA]}), None, ""),
    ("another service", trust({"Service": "states.amazonaws.com"}), None, "its trust policy does not allow it"),
    ("the account", trust(ACCOUNT_ROOT), None, "its trust policy does not allow it"),
    (
        "denied",
        policy(
            {"Effect": "Allow", "Principal": {"Service": LAMBDA}, "Action": "sts:AssumeRole"},
            {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
        ),
        None,
        "its trust policy does not allow it",
    ),
    ("its own account", trust({"Service": LAMBDA}, StringEquals={"aws:SourceAccount": ACCOUNT}), None, ""),
    (
        "another account",
        trust({"Service": LAMBDA}, StringEquals={"aws:SourceAccount": "210987654321"}),
        None,
        "its trust policy does not allow it",
    ),
    ("its own function", trust({"Service": LAMBDA}, ArnLike={"aws:SourceArn": FUNCTION}), FUNCTION, ""),
    (
        "another function",
        trust({"Service": LAMBDA}, ArnLike={"aws:SourceArn": f"{FUNCTION}-other"}),
        FUNCTION,
        "its trust policy does not allow it",
    ),
    (
        "a function that is not told",
        trust({"Service": LAMBDA}, ArnLike={"aws:SourceArn": FUNCTION}),
        None,
        "the sandbox does not supply aws:SourceArn, on which the trust policy depends",
    ),
    ("an external id", trust({"Service": LAMBDA}, StringEquals={"sts:ExternalId": "x"}), None, "does not allow it"),
]


@pytest.mark.parametrize(("name", "document", "source", "why"), TRUSTS, ids=[row[0] for row in TRUSTS])
def test_trust(role: Any, name: str, document: str, source: str | None, why: str) -> None:
    """A service gets a session if the trust policy names it and its conditions hold; unknown is not yes."""
    iam().update_assume_role_policy("service-role", document)
    if not why:
        assert assume_for_service(ROLE, "work", LAMBDA, "us-east-1", source_arn=source)
        return
    with pytest.raises(NotAssumable, match=why) as raised:
        assume_for_service(ROLE, "work", LAMBDA, "us-east-1", source_arn=source)
    assert (raised.value.role, raised.value.service) == (ROLE, LAMBDA)
    assert isinstance(raised.value, PermissionError)


@pytest.mark.parametrize("arn", [f"arn:aws:iam::{ACCOUNT}:role/service-role", f"arn:aws:iam::{ACCOUNT}:role/x", "x"])
def test_no_such_role(role: Any, arn: str) -> None:
    """A role that is not there, or is there under another path, cannot be assumed."""
    with pytest.raises(NotAssumable, match="there is no such role"):
        assume_for_service(arn, "work", LAMBDA, "us-east-1")


def test_expiry(role: Any) -> None:
    """A session is good until its last second, and expired from then on, with its own error."""
    made = assume_for_service(ROLE, "work", LAMBDA, "us-east-1")
    caller_of(made.access_key_id, made.session_token, made.expires - timedelta(seconds=1))
    with pytest.raises(Refusal) as raised:
        caller_of(made.access_key_id, made.session_token, made.expires)
    assert raised.value.fault is Fault.EXPIRED_TOKEN


def test_sessions_are_forgotten_in_time() -> None:
    """An ended session is told apart from none for an hour; after that it costs no memory."""
    store, start = SessionStore(), datetime.now(UTC)
    keys: Mapping[str, str] = {}
    for hours in range(5):
        now = start + timedelta(hours=hours)
        credentials = new_credentials(900, now)
        store.add(Session(credentials, now, "arn"))
        keys = {**keys, str(hours): credentials.access_key_id}
    known = [hours for hours, key in keys.items() if store.find(key) is not None]
    assert known == ["3", "4"]
