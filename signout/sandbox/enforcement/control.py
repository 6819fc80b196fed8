"""The sandbox's own pages: whether it answers, and the record of calls for its administrator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from ..account import ACCOUNT, ADMINISTRATOR, PARTITION
from .authenticate import authenticate, authorization_in
from .calls import LATEST, CallLog, Query
from .exchange import Exchange
from .faults import Answer, Fault, Refusal
from .wire import Wire

CONTROL: Final = "/_sandbox/"
SERVICE: Final = "sandbox"
"""Signing name for these pages."""


def control_page(wire: Wire, exchange: Exchange, log: CallLog) -> Answer:
    """Answer a request for one of the pages. Refuses one that is not there, and whoever may not see it."""
    exchange.action, exchange.verdict = f"{wire.method} {wire.path[:80]}", "control"
    if wire.path == f"{CONTROL}health":
        return _json({"ready": True})
    authorization = authorization_in(wire)
    if authorization is None:
        raise Refusal(Fault.UNSIGNED)
    caller = authenticate(wire, authorization, exchange.now)
    exchange.who, exchange.signed = caller.arn, True
    administrator = f"arn:{PARTITION}:iam::{ACCOUNT}:user/{ADMINISTRATOR}"
    if caller.principal != administrator or authorization.service != SERVICE:
        raise Refusal(Fault.DENIED, "Only the administrator whose key the start wrote may ask for this.")
    if wire.path != f"{CONTROL}calls" or wire.method != "GET":
        raise Refusal(Fault.INVALID, f"There is no {wire.path[:80]}; expected {CONTROL}calls or {CONTROL}health.")
    return _json([record.to_json() for record in log.find(_query(wire.query))])


def _query(text: str) -> Query:
    given: Mapping[str, str] = dict(parse_qsl(text))
    last = given.get("last", "")
    return Query(
        given.get("user", ""),
        given.get("action", ""),
        given.get("denied") == "true",
        int(last) if last.isdigit() else LATEST,
    )


def _json(value: Any) -> Answer:
    return Answer(200, (("Content-Type", "application/json"),), json.dumps(value).encode())
