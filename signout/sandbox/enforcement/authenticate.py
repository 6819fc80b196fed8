"""Is the caller who it says it is? The signature, the key behind it, the session token, the time and the body."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from .callers import Caller, caller_of
from .faults import Fault, Refusal
from .signature import (
    ALGORITHM,
    ALLOWED_SKEW,
    TIME_FORMAT,
    Authorization,
    MalformedAuthorization,
    matches,
    parse_authorization,
)
from .wire import Wire

MAY_BE_UNSIGNED: Final = frozenset({"x-amz-user-agent"})
"""Of the headers in AWS's own name space the one that changes nothing."""
ELSEWHERE: Final = {
    "X-Amz-Signature": "presigned URLs",
    "Signature": "Signature Version 2",
    "AWSAccessKeyId": "Signature Version 2",
}


def authorization_in(wire: Wire) -> Authorization | None:
    """What the Authorization header says; None without one. Refuses other ways to sign, by name."""
    header = wire.header("authorization")
    if not header:
        names = {name for name, _ in parse_qsl(wire.query, keep_blank_values=True)} if wire.query else set()
        for name, what in ELSEWHERE.items():
            if name in names:
                raise Refusal(
                    Fault.NOT_SIMULATED, f"The sandbox does not take {what}: sign in the Authorization header."
                )
        return None
    scheme = header.partition(" ")[0]
    if scheme.startswith("AWS4-ECDSA"):
        raise Refusal(
            Fault.NOT_SIMULATED, "The sandbox does not verify Signature Version 4A: sign with one Region's Version 4."
        )
    if scheme != ALGORITHM:
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox takes signatures of Version 4 only, not {scheme[:40]!r}.")
    try:
        return parse_authorization(header)
    except MalformedAuthorization as error:
        raise Refusal(Fault.MALFORMED_SIGNATURE, str(error)) from error


def authenticate(wire: Wire, authorization: Authorization, now: datetime) -> Caller:
    """Whoever signed the request. Refuses a signature that does not hold."""
    token = wire.header("x-amz-security-token") or None
    caller = caller_of(authorization.access_key_id, token, now)
    time = wire.header("x-amz-date")
    _check_time(time, authorization, now)
    signed = wire.signed()
    _check_headers(wire, authorization)
    _check_body(wire, signed.body_hash)
    if not matches(caller.secret, authorization, time, signed):
        raise Refusal(Fault.WRONG_SIGNATURE)
    return caller


def _check_time(text: str, authorization: Authorization, now: datetime) -> None:
    try:
        time = datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(
            Fault.MALFORMED_SIGNATURE, f"Date must be in ISO-8601 'basic format'. Got '{text[:40]}'."
        ) from None
    if text[:8] != authorization.date:
        raise Refusal(
            Fault.WRONG_SIGNATURE,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP:"
            f" '{authorization.date[:40]}' != '{text[:8]}'.",
        )
    skew, here = timedelta(seconds=ALLOWED_SKEW), now.strftime(TIME_FORMAT)
    minutes = ALLOWED_SKEW // 60
    if time < now - skew:
        limit = (now - skew).strftime(TIME_FORMAT)
        raise Refusal(
            Fault.TIME_SKEWED, f"Signature expired: {text} is now earlier than {limit} ({here} - {minutes} min.)"
        )
    if time > now + skew:
        limit = (now + skew).strftime(TIME_FORMAT)
        raise Refusal(
            Fault.TIME_SKEWED,
            f"Signature not yet current: {text} is still later than {limit} ({here} + {minutes} min.)",
        )


def _check_headers(wire: Wire, authorization: Authorization) -> None:
    """The host and every x-amz- header have to be covered, or they could be changed on the way."""
    covered = {*authorization.signed_headers, *MAY_BE_UNSIGNED}
    needed = {name for name in wire.headers if name.startswith("x-amz-")} | {"host"}
    if open_ones := sorted(needed - covered):
        raise Refusal(
            Fault.MALFORMED_SIGNATURE,
            f"There were headers present in the request which were not signed: {', '.join(open_ones)}",
        )


def _check_body(wire: Wire, body_hash: str) -> None:
    stated = wire.header("x-amz-content-sha256")
    if stated.startswith(("STREAMING-", "UNSIGNED-")):
        raise Refusal(
            Fault.NOT_SIMULATED, f"The sandbox takes no body under x-amz-content-sha256 {stated[:60]}: sign its hash."
        )
    if stated and stated.lower() != body_hash:
        raise Refusal(Fault.BODY_CHANGED)
