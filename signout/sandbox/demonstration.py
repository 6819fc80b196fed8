"""A sign-out on real input, to be followed by a person: every line tells of a call that was made just then.

A step whose outcome is not what a truthful sign-out needs ends the demonstration with an error.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import boto3
import jwt
from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError

from .account import ACCOUNT
from .enforcement.calls import Query, Record
from .enforcement.mfa import STEP, code_at
from .state import Connection

RESPONDER: Final = f"arn:aws:iam::{ACCOUNT}:user/responder"
OPERATOR: Final = f"arn:aws:iam::{ACCOUNT}:user/operator"

SETTINGS: Final[Mapping[str, str]] = {
    "cognito-signout:passwordFlows": "true",  # the sandbox does not simulate SRP, so users sign in with passwords
    "cognito-signout:protect": "false",
    "cognito-signout:responderTrust.principals[0]": RESPONDER,
    "cognito-signout:operatorTrust.principals[0]": OPERATOR,
}
"""What the stack is configured with, by path, so that the demonstration can be given on it."""


class DemonstrationFailed(Exception):
    """Something that a sign-out promises did not happen."""


@dataclass(frozen=True)
class Tokens:
    """What a user's app holds after sign-in."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


@dataclass(frozen=True)
class Person:
    """An IAM user with a second factor, as the one on call has it."""

    session: boto3.Session = field(repr=False)
    device: str
    seed: str = field(repr=False)


class Demonstration:
    """The steps, in order; `show` prints a line."""

    def __init__(
        self,
        connection: Connection,
        outputs: Mapping[str, Any],
        calls: Callable[[Query], Sequence[Record]],
        show: Callable[[str], None],
    ) -> None:
        """`outputs` of the stack; `calls` looks into the sandbox's record of calls."""
        self.connection, self.outputs, self.calls, self.show = connection, outputs, calls, show
        self.pool, self.app = outputs["userPoolId"], outputs["appClientId"]
        self.admin = self._session(connection.access_key_id, connection.secret_access_key)
        self.signed: list[bool] = []
        self.run_id = secrets.token_hex(3)

    def run(self) -> None:
        """All of it. Raises DemonstrationFailed, and ClientError where a call fails that was to succeed."""
        self.show("Two users sign up and sign in:")
        alice, bob = (self._new_user(name) for name in ("alice", "bob"))
        tokens = {user: self._sign_in(*user) for user in (alice, bob)}
        self._global_sign_out(alice, tokens[alice])
        tokens[alice] = self._sign_in(*alice)
        self.show("\nSomeone on call signs alice out with the runbook:")
        result = self._order([alice[0]], self._assume("responderRoleArn", self._person("responder")))
        self.show("\nWhat that did:")
        self._ended(alice[0], tokens[alice])
        self._works(bob[0], tokens[bob])
        self._offline(alice[0], tokens[alice])
        self._survivors(result)
        self._log_line(result)
        self.show("\nWhat the operator role can do, and what it cannot:")
        self._operator(bob, tokens[bob])

    def _session(self, key: str, secret: str, token: str | None = None) -> boto3.Session:
        return boto3.Session(key, secret, token, region_name=self.connection.region)

    def _client(self, service: str, session: boto3.Session | None = None) -> BaseClient:
        config = Config(retries={"total_max_attempts": 1})
        return (session or self.admin).client(service, endpoint_url=self.connection.endpoint, config=config)

    def _unsigned(self) -> BaseClient:
        """A client as an app has it: without AWS credentials."""
        client = boto3.Session(region_name=self.connection.region).client(
            "cognito-idp", endpoint_url=self.connection.endpoint
        )
        client.meta.events.register("before-send.cognito-idp.*", self._look)
        return client

    def _look(self, request: AWSPreparedRequest, **_: Any) -> None:
        self.signed.append("Authorization" in request.headers)

    def _new_user(self, name: str) -> tuple[str, str]:
        name, password = f"{name}-{self.run_id}", f"Aa1!{secrets.token_urlsafe(18)}"
        email = {"Name": "email", "Value": f"{name}@example.com"}
        answer = self._unsigned().sign_up(ClientId=self.app, Username=name, Password=password, UserAttributes=[email])
        self._client("cognito-idp").admin_confirm_sign_up(UserPoolId=self.pool, Username=name)
        self.show(f"  {name} signs up: sub {answer['UserSub']}")
        return name, password

    def _sign_in(self, name: str, password: str) -> Tokens:
        parameters = {"USERNAME": name, "PASSWORD": password}
        answer = self._unsigned().initiate_auth(
            ClientId=self.app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )["AuthenticationResult"]
        claims = jwt.decode(answer["AccessToken"], options={"verify_signature": False})
        self.show(f"  {name} signs in: an access token until {_clock(claims['exp'])}, and a refresh token")
        return Tokens(answer["AccessToken"], answer["RefreshToken"])

    def _global_sign_out(self, user: tuple[str, str], tokens: Tokens) -> None:
        self.show("\nA user signs out everywhere, with nothing but the access token:")
        self.signed.clear()
        client = self._unsigned()
        answer = client.global_sign_out(AccessToken=tokens.access)
        expect(self.signed == [False], "GlobalSignOut went out with a signature")
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        self.show(
            f"  GlobalSignOut: HTTP {status}, signed with AWS credentials: {self.signed[0]}; no IAM policy was asked"
        )
        self._ended(user[0], tokens)

    def _ended(self, name: str, tokens: Tokens) -> None:
        """Neither token works any more."""
        app = self._unsigned()
        revoked = refused(lambda: app.get_user(AccessToken=tokens.access))
        expect(
            revoked == ("NotAuthorizedException", "Access Token has been revoked"), f"{name}'s access token: {revoked}"
        )
        self.show(f"  {name}'s access token is refused: {revoked[1]}")
        code, message = refused(lambda: self._refresh(tokens))
        expect(code == "NotAuthorizedException", f"{name}'s refresh token: {code}")
        self.show(f"  {name}'s refresh token is refused: {message}")

    def _works(self, name: str, tokens: Tokens) -> None:
        who = self._unsigned().get_user(AccessToken=tokens.access)["Username"]
        self.show(f"  {name}'s access token still works: GetUser answers {who}")

    def _refresh(self, tokens: Tokens) -> Any:
        return self._unsigned().get_tokens_from_refresh_token(ClientId=self.app, RefreshToken=tokens.refresh)

    def _person(self, name: str) -> Person:
        """The person's access key and second factor, made anew: an earlier demonstration's are replaced."""
        iam = self._client("iam")
        for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
            iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
        for device in iam.list_mfa_devices(UserName=name)["MFADevices"]:
            iam.deactivate_mfa_device(UserName=name, SerialNumber=device["SerialNumber"])
            iam.delete_virtual_mfa_device(SerialNumber=device["SerialNumber"])
        key = iam.create_access_key(UserName=name)["AccessKey"]
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=f"{name}-{self.run_id}")["VirtualMFADevice"]
        seed, step = device["Base32StringSeed"].decode(), int(time.time()) // STEP
        codes = {"AuthenticationCode1": code_at(seed, step - 1), "AuthenticationCode2": code_at(seed, step)}
        iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
        return Person(self._session(key["AccessKeyId"], key["SecretAccessKey"]), device["SerialNumber"], seed)

    def _assume(self, output: str, person: Person) -> boto3.Session:
        """A session of the role: refused without the second factor, opened with it."""
        sts, role = self._client("sts", person.session), self.outputs[output]
        name = role.rpartition("/")[2]
        code, _ = refused(lambda: sts.assume_role(RoleArn=role, RoleSessionName="demonstration"))
        expect(code == "AccessDenied", f"{role} without MFA: {code}")
        self.show(f"  role {name} without a second factor: {code}")
        second = {"SerialNumber": person.device, "TokenCode": code_at(person.seed, int(time.time()) // STEP + 1)}
        answer = sts.assume_role(RoleArn=role, RoleSessionName="demonstration", **second)
        self.show(f"  role {name} with one: a session until {answer['Credentials']['Expiration']:%H:%M:%S} UTC")
        credentials = answer["Credentials"]
        return self._session(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])

    def _order(self, users: list[str], responder: boto3.Session) -> dict[str, Any]:
        order = {"version": 1, "usernames": users, "incident": "DEMO-1", "reason": "a demonstration"}
        answer = self._client("lambda", responder).invoke(
            FunctionName=self.outputs["runbookAliasArn"], Payload=json.dumps(order)
        )
        result: dict[str, Any] = json.loads(answer["Payload"].read())
        expect("FunctionError" not in answer, f"the runbook failed: {result}")
        expect(result["status"] == "complete", f"the runbook answers {result['status']}")
        for user in result["users"]:
            self.show(
                f"  the runbook, version {answer['ExecutedVersion']}, answers: {user['username']} {user['outcome']}, "
                f"{user['tries']} call, AWS request {user['requestId']}"
            )
        return result

    def _offline(self, name: str, tokens: Tokens) -> None:
        """An API that checks signature and expiry only does not hear of the sign-out."""
        keys = jwt.PyJWKClient(f"{self.connection.endpoint}/{self.pool}/.well-known/jwks.json")
        key = keys.get_signing_key_from_jwt(tokens.access).key
        claims = jwt.decode(tokens.access, key, algorithms=["RS256"])
        self.show(
            f"  {name}'s access token still passes an offline check of its signature, until {_clock(claims['exp'])}"
        )

    def _survivors(self, result: Mapping[str, Any]) -> None:
        self.show("  the runbook's own account of what survives:")
        for survivor in result["survives"]["survivors"]:
            of = f" of {survivor['of']}" if survivor["of"] else ""
            renewed = ", longer if it is used" if survivor["renewable"] else ""
            self.show(f"    {survivor['kind']}{of}: until {survivor['until']}{renewed}")

    def _log_line(self, result: Mapping[str, Any]) -> None:
        request = result["users"][0]["requestId"]
        until = time.monotonic() + 10
        logs = self._client("logs")
        while True:
            events = logs.filter_log_events(logGroupName=self.outputs["logGroupName"])["events"]
            found = next((event["message"] for event in events if request in event["message"]), None)
            if found is not None:
                self.show(f"  its line in the log: {found.strip()}")
                return
            expect(time.monotonic() < until, f"request {request} is not in {self.outputs['logGroupName']}")
            time.sleep(0.05)

    def _operator(self, user: tuple[str, str], tokens: Tokens) -> None:
        operator = self._client("cognito-idp", self._assume("operatorRoleArn", self._person("operator")))
        other = self._client("cognito-idp").create_user_pool(PoolName=f"other-{self.run_id}")["UserPool"]["Id"]
        name = user[0]
        here = {"UserPoolId": self.pool, "Username": name}
        calls: list[tuple[str, dict[str, Any]]] = [
            ("admin_user_global_sign_out", {"UserPoolId": other, "Username": name}),
            ("admin_get_user", here),
            ("admin_disable_user", here),
            ("admin_delete_user", here),
            ("admin_reset_user_password", here),
            ("admin_set_user_password", {**here, "Password": user[1], "Permanent": True}),
            ("admin_update_user_attributes", {**here, "UserAttributes": [{"Name": "email", "Value": "x@example.com"}]}),
            ("admin_add_user_to_group", {**here, "GroupName": "admins"}),
            ("list_users", {"UserPoolId": self.pool}),
            ("describe_user_pool", {"UserPoolId": self.pool}),
            ("update_user_pool", {"UserPoolId": self.pool}),
            ("delete_user_pool", {"UserPoolId": self.pool}),
        ]
        for method, arguments in calls:
            code, _ = refused(partial(getattr(operator, method), **arguments))
            where = "another pool" if arguments["UserPoolId"] == other else "this pool"
            expect(code == "AccessDeniedException", f"the operator role was not refused {method} on {where}: {code}")
            self.show(f"  {operator.meta.method_to_api_mapping[method]} on {where}: {code}")
        status = operator.admin_user_global_sign_out(**here)["ResponseMetadata"]["HTTPStatusCode"]
        self.show(f"  AdminUserGlobalSignOut on this pool, for {name}: HTTP {status}")
        self._ended(name, tokens)
        self._client("cognito-idp").delete_user_pool(UserPoolId=other)


def prepare(connection: Connection) -> None:
    """Makes the IAM users whom the stack's roles are to trust: they have to exist before it is deployed."""
    session = boto3.Session(connection.access_key_id, connection.secret_access_key, region_name=connection.region)
    iam = session.client("iam", endpoint_url=connection.endpoint)
    for arn in (RESPONDER, OPERATOR):
        try:
            iam.create_user(UserName=arn.rpartition("/")[2])
        except iam.exceptions.EntityAlreadyExistsException:
            continue


def expect(held: bool, otherwise: str) -> None:
    """Ends the demonstration unless what it shows is true."""
    if not held:
        raise DemonstrationFailed(otherwise)


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """Error code and message of a call that has to fail; a call that succeeds ends the demonstration."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise DemonstrationFailed("a call that had to be refused was carried out")


def _clock(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S} UTC"
