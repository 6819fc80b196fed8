"""The whole runbook but for Lambda and Amazon Cognito: an order in, a result and log lines out."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from signout.runbook import deployment, exposure, result
from signout.runbook.limits import Limits
from signout.runbook.pace import Pace
from signout.runbook.runbook import Invocation, Runbook
from signout.runbook.sign_out import Caller, Error, Outcome, Reply
from tests.runbook.fake_time import FakeTime

POOL = "eu-central-1_AbCdEf123"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCHEMA = json.loads(Path(result.__file__).with_name("result.schema.json").read_text())
EXPOSURE = {
    "appClients": ["shop"],
    "survivors": [
        {
            "kind": "access-token",
            "of": "shop",
            "seconds": 900,
            "renewable": False,
            "sentence": "Access tokens of shop",
            "endedBy": "a check that asks",
        },
        {"kind": "other-clients", "of": "", "seconds": None, "renewable": True, "sentence": "Others", "endedBy": ""},
    ],
}
ENVIRONMENT = {
    "USER_POOL_ID": POOL,
    "CALLS_PER_SECOND": "5",
    "METRIC_NAMESPACE": "CognitoSignOut",
    "EXPOSURE": json.dumps(EXPOSURE),
    "LOG_KEY": "a key that is long enough",
}
REPLIES = {
    "alice": Reply(Outcome.SIGNED_OUT, "r-1"),
    "nobody": Reply(Outcome.NOT_FOUND, "r-2", Error("UserNotFoundException", "User does not exist.")),
    "guarded": Reply(Outcome.REFUSED, "r-3", Error("AccessDeniedException", "not authorized on alice's pool")),
}
ORDER: dict[str, Any] = {"usernames": ["alice"], "incident": "INC-7", "reason": "alice lost a laptop"}


class Instance:
    """One instance of the function, with the calls that it made and the lines that it wrote."""

    def __init__(self, clock: FakeTime, limits: Limits, environment: dict[str, str]) -> None:
        self.calls: list[str] = []
        self._clock = clock
        self._lines: list[str] = []
        self._runbook = Runbook(
            deployment=deployment.from_environment(environment, limits),
            limits=limits,
            caller=Caller(self._call, 1, Pace(5, clock.as_time()), clock.as_time(), jitter=lambda most: most),
            now=lambda: NOW,
            write=self._lines.append,
        )

    def _call(self, username: str) -> Reply:
        self.calls.append(username)
        return REPLIES[username]

    def answer(self, event: object, seconds: float = 60) -> dict[str, Any]:
        """The result, as its reader gets it."""
        ends = self._clock.now() + seconds
        invocation = Invocation("lambda-request-1", "signout-test", "7", lambda: ends - self._clock.now())
        answered: dict[str, Any] = json.loads(json.dumps(self._runbook.answer(event, invocation)))
        jsonschema.validate(answered, SCHEMA, format_checker=jsonschema.FormatChecker())
        return answered

    @property
    def lines(self) -> list[dict[str, Any]]:
        assert all("\n" not in line for line in self._lines)
        return [json.loads(line) for line in self._lines]


Make = Callable[..., Instance]


@pytest.fixture
def make(clock: FakeTime, api_limits: Limits) -> Make:
    """Makes an instance, deployed with this environment."""
    return lambda environment=ENVIRONMENT: Instance(clock, api_limits, environment)


def test_complete(make: Make) -> None:
    """Everyone signed out: the result says so for each, with the request id, and what goes on working until when."""
    answered = make().answer(ORDER)

    assert answered == {
        "version": 1,
        "status": "complete",
        "incident": "INC-7",
        "reason": "alice lost a laptop",
        "dryRun": False,
        "userPoolId": POOL,
        "at": "2026-03-01T12:00:00+00:00",
        "counts": {
            "signed-out": 1, "not-found": 0, "refused": 0, "failed": 0, "would-sign-out": 0, "not-reached": 0
        },
        "users": [{"username": "alice", "outcome": "signed-out", "tries": 1, "requestId": "r-1", "error": None}],
        "survives": {
            "asDeployedIn": "7",
            "appClients": ["shop"],
            "survivors": [
                {
                    "kind": "access-token",
                    "of": "shop",
                    "until": "2026-03-01T12:15:00+00:00",
                    "renewable": False,
                    "sentence": "Access tokens of shop",
                    "endedBy": "a check that asks",
                },
                {
                    "kind": "other-clients",
                    "of": "",
                    "until": "unknown",
                    "renewable": True,
                    "sentence": "Others",
                    "endedBy": "",
                },
            ],
        },
    }  # fmt: skip


def test_incomplete(make: Make) -> None:
    """One user who was not signed out makes the order incomplete, and does not keep the others from it."""
    answered = make().answer({**ORDER, "usernames": ["nobody", "guarded", "alice"]})

    assert answered["status"] == "incomplete"
    assert [(user["username"], user["outcome"]) for user in answered["users"]] == [
        ("nobody", "not-found"),
        ("guarded", "refused"),
        ("alice", "signed-out"),
    ]
    assert answered["users"][0]["error"] == {"code": "UserNotFoundException", "message": "User does not exist."}


def test_not_reached(make: Make) -> None:
    """Without time left nobody is called for, and the result says so."""
    answered = make().answer(ORDER, seconds=0.5)

    assert answered["status"] == "incomplete"
    assert answered["counts"]["not-reached"] == 1


def test_dry_run(make: Make) -> None:
    """A dry run says whom it would sign out, unknown users included: nothing is asked, so nothing is known of them."""
    instance = make()
    answered = instance.answer({**ORDER, "usernames": ["alice", "nobody"], "dryRun": True})

    assert instance.calls == []
    assert answered["status"] == "complete"
    assert {user["outcome"] for user in answered["users"]} == {"would-sign-out"}
    assert instance.lines[-1]["UsersSignedOut"] == 0


def test_a_faulty_order(make: Make) -> None:
    """A faulty order comes back with all of its faults, and nothing was done: not even a good user is called for."""
    instance = make()
    answered = instance.answer({"usernames": ["alice", ""], "incident": "INC-7", "userPoolId": "eu-central-1_Other"})

    assert answered["status"] == "rejected"
    assert [fault["at"] for fault in answered["faults"]] == ["reason", "userPoolId", "usernames[1]"]
    assert [line["event"] for line in instance.lines] == ["rejected"]
    assert instance.calls == []


def test_again(make: Make) -> None:
    """A second order for the same user is carried out again: the user may have been signed in again in between."""
    instance = make()
    first, second = instance.answer(ORDER), instance.answer(ORDER)

    assert first == second
    assert instance.calls == ["alice", "alice"]


def test_the_gap_is_part_of_the_answer(make: Make, clock: FakeTime) -> None:
    """An answer ends when the next call may be made, whichever instance makes it: here a fifth of a second on."""
    make().answer(ORDER)

    assert clock.now() == 0.2


def test_lines(make: Make) -> None:
    """One line a user and one for the order, with what an auditor looks for."""
    instance = make()
    instance.answer(
        {**ORDER, "usernames": ["alice", "nobody"], "requestedBy": "diego", "sourceIdentity": "diego@example.com"}
    )

    common = {
        "timestamp": "2026-03-01T12:00:00.000+00:00",
        "level": "INFO",
        "invocation": "lambda-request-1",
        "incident": "INC-7",
        "caller": "diego",
        "sourceIdentity": "diego@example.com",
    }
    *users, summary = instance.lines
    assert [(line["event"], line["outcome"], line["tries"], line["awsRequestId"], line["error"]) for line in users] == [
        ("user", "signed-out", 1, "r-1", None),
        ("user", "not-found", 1, "r-2", "UserNotFoundException"),
    ]
    assert (summary["event"], summary["users"], summary["dryRun"]) == ("order", 2, False)
    assert all(common.items() <= line.items() for line in instance.lines)


def test_metrics(make: Make) -> None:
    """The order's line is a metric line: every metric that it announces is a number in it, under its dimension."""
    instance = make()
    instance.answer({**ORDER, "usernames": ["alice", "nobody", "guarded"]})
    summary = instance.lines[-1]
    [directive] = summary["_aws"]["CloudWatchMetrics"]

    assert summary["_aws"]["Timestamp"] == NOW.timestamp() * 1000
    assert (directive["Namespace"], directive["Dimensions"]) == ("CognitoSignOut", [["FunctionName"]])
    assert summary["FunctionName"] == "signout-test"
    assert {metric["Name"]: summary[metric["Name"]] for metric in directive["Metrics"]} == {
        "UsersSignedOut": 1,
        "UsersNotFound": 1,
        "UsersRefused": 1,
        "UsersFailed": 0,
        "UsersNotReached": 0,
        "OrdersNotCarriedOut": 1,
    }


@pytest.mark.parametrize(
    ("order", "seconds", "metrics"),
    [
        (ORDER, 60, {"OrdersNotCarriedOut": 0}),
        ({**ORDER, "dryRun": True}, 60, {"OrdersNotCarriedOut": 0}),
        ({**ORDER, "usernames": ["alice", "nobody"]}, 60, {"OrdersNotCarriedOut": 1}),
        (ORDER, 0.5, {"OrdersNotCarriedOut": 1}),
        ({}, 60, {"OrdersNotCarriedOut": 1, "OrdersRejected": 1}),
    ],
    ids=["in full", "dry run", "one not found", "not reached", "rejected"],
)
def test_orders_not_carried_out(make: Make, order: object, seconds: float, metrics: dict[str, int]) -> None:
    """Orders that are rejected or not carried out in full are counted, since an asynchronous order has no answer."""
    instance = make()
    instance.answer(order, seconds)

    summary = instance.lines[-1]
    assert metrics == {name: value for name, value in summary.items() if name.startswith("Orders")}


def test_nobody_is_named(make: Make) -> None:
    """Unless the deployment says so, no line names a user: not by the order's reason, an error's message or a fault."""
    instance = make()
    instance.answer({**ORDER, "usernames": ["alice", "guarded"]})
    instance.answer({**ORDER, "usernames": ["alice", "alice smith"], "alice": True})
    hashed = hmac.new(b"a key that is long enough", b"alice", hashlib.sha256).hexdigest()

    assert [line["event"] for line in instance.lines] == ["user", "user", "order", "rejected"]
    assert "alice" not in json.dumps(instance.lines)
    assert instance.lines[0]["user"] == f"hmac-sha256:{hashed[:32]}"


def test_users_are_named_where_that_is_wanted(make: Make) -> None:
    """With the setting users are named as in the order."""
    instance = make({**ENVIRONMENT, "LOG_USERNAMES": "true"})
    instance.answer(ORDER)

    assert instance.lines[0]["user"] == "alice"


def test_without_a_key(make: Make) -> None:
    """Without a key of the deployment hashes are still keyed, by an instance's own: two instances do not agree."""
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "LOG_KEY"}
    one, other = make(environment), make(environment)
    one.answer(ORDER)
    other.answer(ORDER)

    assert one.lines[0]["user"] != other.lines[0]["user"]
    assert one.lines[0]["user"] != f"hmac-sha256:{hashlib.sha256(b'alice').hexdigest()[:32]}"


def test_who_asked_is_not_made_up(make: Make) -> None:
    """A plain invocation does not say who called: without a claim in the order the caller is unknown."""
    instance = make()
    instance.answer(ORDER)

    assert all((line["caller"], line["sourceIdentity"]) == ("unknown", "unknown") for line in instance.lines)


WRONG_ENVIRONMENTS = [
    ({"USER_POOL_ID": ""}, "USER_POOL_ID is missing"),
    ({"USER_POOL_ID": "my pool"}, "USER_POOL_ID is 'my pool'"),
    ({"CALLS_PER_SECOND": "0"}, "CALLS_PER_SECOND is '0', expected 1 to 10"),
    ({"CALLS_PER_SECOND": "11"}, "CALLS_PER_SECOND is '11'"),
    ({"CALLS_PER_SECOND": "2.5"}, "CALLS_PER_SECOND is '2.5'"),
    ({"METRIC_NAMESPACE": ""}, "METRIC_NAMESPACE is missing"),
    ({"EXPOSURE": "not JSON"}, "EXPOSURE: JSONDecodeError"),
    ({"EXPOSURE": "[]"}, "EXPOSURE: TypeError"),
    ({"EXPOSURE": '{"appClients": []}'}, "EXPOSURE: KeyError at 'survivors'"),
]


@pytest.mark.parametrize(("change", "said"), WRONG_ENVIRONMENTS)
def test_wrong_environments(api_limits: Limits, change: dict[str, str], said: str) -> None:
    """A function that was deployed wrongly says how, and carries out nothing."""
    with pytest.raises(ValueError, match=said):
        deployment.from_environment({**ENVIRONMENT, **change}, api_limits)


def test_exposure_of_nothing_known() -> None:
    """A deployment that knew no app client says that it covers none."""
    nothing = exposure.parse('{"appClients": [], "survivors": []}')

    assert nothing.after(NOW, "1") == {"asDeployedIn": "1", "appClients": [], "survivors": []}
