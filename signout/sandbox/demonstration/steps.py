"""What is shown, in order."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from botocore.awsrequest import AWSPreparedRequest

from ..enforcement.calls import Query, Record
from ..state import Connection
from .app import App, Tokens, User
from .clients import Clients, Keys
from .expectations import DemonstrationFailed, accepted, expect, refused
from .people import OPERATOR, RESPONDER, assume, equip

SETTINGS: Final[Mapping[str, str]] = {
    "cognito-signout:passwordFlows": "true",  # the sandbox does not simulate SRP, so users sign in with passwords
    "cognito-signout:protect": "false",
    "cognito-signout:responderTrust.principals[0]": RESPONDER,
    "cognito-signout:operatorTrust.principals[0]": OPERATOR,
}
"""What the stack is configured with, by path, so that the demonstration can be given on it."""

_LOG_SECONDS: Final = 10
"""A line that is not in the log by then was not written."""
_REVOKED: Final = "Access Token has been revoked"


class Demonstration:
    """Runs once."""

    def __init__(
        self,
        connection: Connection,
        outputs: Mapping[str, Any],
        calls: Callable[[Query], Sequence[Record]],
        show: Callable[[str], None],
    ) -> None:
        """`outputs` of the stack; `calls` looks into the sandbox's record of calls; `show` prints a line."""
        self._clients = Clients(connection)
        self._outputs, self._calls, self._show = outputs, calls, show
        self._pool = outputs["userPoolId"]
        self._app = App(self._clients, self._pool, outputs["appClientId"])
        self._begun = datetime.now(UTC)
        self._run_id = secrets.token_hex(3)

    def run(self) -> None:
        """All of it. Raises DemonstrationFailed, and ClientError where a call fails that was to succeed."""
        self._show("Two users sign up and sign in:")
        alice, bob = (self._signed_up(name) for name in ("alice", "bob"))
        tokens = {user.name: self._signed_in(user) for user in (alice, bob)}
        self._show("\nA user signs out everywhere, with nothing but the access token:")
        self._global_sign_out(tokens[alice.name])
        self._ended(alice, tokens[alice.name])
        tokens[alice.name] = self._signed_in(alice)
        self._show("\nSomeone on call signs alice out with the runbook:")
        result = self._order([alice.name], self._in_role("responderRoleArn", RESPONDER))
        self._show("\nWhat that did:")
        self._ended(alice, tokens[alice.name])
        tokens[bob.name] = self._works(bob, tokens[bob.name])
        self._offline(alice, tokens[alice.name])
        self._survivors(result, tokens[alice.name])
        self._log_line(result, alice)
        self._show("\nWhat the operator role can do, and what it cannot:")
        self._operator(bob, self._in_role("operatorRoleArn", OPERATOR))
        self._ended(bob, tokens[bob.name])

    def _signed_up(self, name: str) -> User:
        user = self._app.sign_up(f"{name}-{self._run_id}")
        self._show(f"  {user.name} signs up: sub {user.sub}")
        return user

    def _signed_in(self, user: User) -> Tokens:
        tokens = self._app.sign_in(user)
        self._show(f"  {user.name} signs in: an access token until {_clock(tokens.until)}, and a refresh token")
        return tokens

    def _global_sign_out(self, tokens: Tokens) -> None:
        """By a client that has keys to sign with, and does not: the operation takes none."""
        signatures: list[str | None] = []

        def look(request: AWSPreparedRequest, **_: Any) -> None:
            signatures.append(request.headers.get("Authorization"))

        client = self._clients.of("cognito-idp")
        client.meta.events.register("before-send.cognito-idp.GlobalSignOut", look)
        answer = client.global_sign_out(AccessToken=tokens.access)["ResponseMetadata"]
        expect(signatures == [None], "GlobalSignOut went out with a signature")
        self._show(f"  GlobalSignOut: HTTP {answer['HTTPStatusCode']}; Authorization header: {signatures[0]}")
        record = self._record("cognito-idp:GlobalSignOut", answer["RequestId"])
        expect(record.verdict == "not-iam" and not record.signed, f"GlobalSignOut was {record.verdict}")
        self._show(f"  the sandbox's record of the call: by {record.who}, {record.verdict}: {record.because}")

    def _record(self, action: str, request_id: str) -> Record:
        for record in self._calls(Query(action=action)):
            if record.request_id == request_id:
                return record
        raise DemonstrationFailed(f"the sandbox has no record of {action}, request {request_id}")

    def _ended(self, user: User, tokens: Tokens) -> None:
        """Neither token works any more."""
        code, message = refused(f"{user.name}'s access token", partial(self._app.user_of, tokens))
        expect((code, message) == ("NotAuthorizedException", _REVOKED), f"{user.name}'s access token: {message}")
        self._show(f"  {user.name}'s access token is refused: {message}")
        code, message = refused(f"{user.name}'s refresh token", partial(self._app.renew, tokens))
        expect(code == "NotAuthorizedException", f"{user.name}'s refresh token: {code}")
        self._show(f"  {user.name}'s refresh token is refused: {message}")

    def _works(self, user: User, tokens: Tokens) -> Tokens:
        """Both tokens work; returns those that the refresh token was exchanged for."""
        found = accepted(f"{user.name}'s access token", partial(self._app.user_of, tokens))
        self._show(f"  {user.name}'s access token still works: GetUser answers {found}")
        renewed = accepted(f"{user.name}'s refresh token", partial(self._app.renew, tokens))
        self._show(f"  {user.name}'s refresh token still works: an access token until {_clock(renewed.until)}")
        return renewed

    def _in_role(self, output: str, person: str) -> Keys:
        """A session of the role of that output, opened by the person of that ARN."""
        role = self._outputs[output]
        name = role.rpartition("/")[2]
        session = assume(self._clients, equip(self._clients, person, self._run_id), role)
        self._show(f"  role {name} without a second factor: {session.refused_before}")
        self._show(f"  role {name} with one: a session until {_clock(session.until)}")
        return session.keys

    def _order(self, users: Sequence[str], responder: Keys) -> dict[str, Any]:
        order = {
            "version": 1,
            "usernames": users,
            "incident": "DEMO-1",
            "reason": "a demonstration",
            "requestedBy": RESPONDER,
        }
        answer = self._clients.of("lambda", responder).invoke(
            FunctionName=self._outputs["runbookAliasArn"], Payload=json.dumps(order)
        )
        result: dict[str, Any] = json.loads(answer["Payload"].read())
        expect("FunctionError" not in answer, f"the runbook failed: {result}")
        expect(result["status"] == "complete", f"the runbook answers {result}")
        for user in result["users"]:
            self._show(
                f"  the runbook, version {answer['ExecutedVersion']}, answers: {user['username']} {user['outcome']}, "
                f"tries: {user['tries']}, AWS request {user['requestId']}"
            )
        return result

    def _offline(self, user: User, tokens: Tokens) -> None:
        """An API that checks signature and expiry only does not hear of the sign-out."""
        until = self._app.check_offline(tokens)
        self._show(
            f"  {user.name}'s access token still passes an offline check of its signature, until {_clock(until)}"
        )

    def _survivors(self, result: Mapping[str, Any], tokens: Tokens) -> None:
        survivors = result["survives"]["survivors"]
        told = [each["until"] for each in survivors if each["kind"] == "access-token"]
        expect(
            bool(told) and all(datetime.fromisoformat(until) >= tokens.until for until in told),
            f"access tokens survive until {tokens.until}, and the runbook says: {', '.join(told) or 'nothing'}",
        )
        self._show("  the runbook's own account of what survives:")
        for survivor in survivors:
            of = f" of {survivor['of']}" if survivor["of"] else ""
            renewed = ", longer if it is used" if survivor["renewable"] else ""
            ended = f"; ended by {survivor['endedBy']}" if survivor["endedBy"] else ""
            self._show(f"    {survivor['kind']}{of}: until {survivor['until']}{renewed}{ended}")

    def _log_line(self, result: Mapping[str, Any], user: User) -> None:
        request = result["users"][0]["requestId"]
        until = time.monotonic() + _LOG_SECONDS
        while (line := self._logged(request)) is None:
            expect(time.monotonic() < until, f"request {request} is not in {self._outputs['logGroupName']}")
            time.sleep(0.05)
        expect(user.name not in line, f"the log names the user: {line}")
        self._show(f"  its line in the log: {line.strip()}")

    def _logged(self, text: str) -> str | None:
        """The message with the text in it that was logged since the demonstration began."""
        pages = (
            self._clients.of("logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=self._outputs["logGroupName"], startTime=int(self._begun.timestamp() * 1000))
        )
        messages = (event["message"] for page in pages for event in page["events"])
        return next((message for message in messages if text in message), None)

    def _operator(self, user: User, keys: Keys) -> None:
        operator, administrator = self._clients.of("cognito-idp", keys), self._clients.of("cognito-idp")
        other = administrator.create_user_pool(PoolName=f"other-{self._run_id}")["UserPool"]["Id"]
        here = {"UserPoolId": self._pool, "Username": user.name}
        calls: list[tuple[str, dict[str, Any]]] = [
            ("admin_user_global_sign_out", {"UserPoolId": other, "Username": user.name}),
            ("admin_get_user", here),
            ("admin_disable_user", here),
            ("admin_delete_user", here),
            ("admin_reset_user_password", here),
            ("admin_set_user_password", {**here, "Password": user.password, "Permanent": True}),
            ("admin_update_user_attributes", {**here, "UserAttributes": [{"Name": "email", "Value": "x@example.com"}]}),
            ("admin_add_user_to_group", {**here, "GroupName": "admins"}),
            ("list_users", {"UserPoolId": self._pool}),
            ("describe_user_pool", {"UserPoolId": self._pool}),
            ("update_user_pool", {"UserPoolId": self._pool}),
            ("delete_user_pool", {"UserPoolId": self._pool}),
        ]
        for method, arguments in calls:
            what = f"{operator.meta.method_to_api_mapping[method]} on "
            what += "another pool" if arguments["UserPoolId"] == other else "this pool"
            code, _ = refused(f"the operator's {what}", partial(getattr(operator, method), **arguments))
            expect(code == "AccessDeniedException", f"the operator's {what}: {code}")
            self._show(f"  {what}: {code}")
        administrator.delete_user_pool(UserPoolId=other)
        answer = operator.admin_user_global_sign_out(**here)["ResponseMetadata"]
        self._show(f"  AdminUserGlobalSignOut on this pool, for {user.name}: HTTP {answer['HTTPStatusCode']}")


def _clock(time: datetime) -> str:
    return f"{time:%H:%M:%S} UTC"
