"""HTTP requests that no SDK would send: signed by hand, so that every part can be wrong."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from signout.sandbox.enforcement.signature import ALGORITHM, TIME_FORMAT, Authorization, Signed, signature
from tests.support.sandbox import REGION, Keys


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def code(self) -> str:
        """The error code, in whichever form it stands."""
        found = re.search(r"<Code>([^<]*)</Code>", self.text)
        if found:
            return found[1]
        try:
            return str(json.loads(self.text).get("__type", ""))
        except ValueError:
            return ""


def send(
    endpoint: str,
    method: str = "POST",
    target: str = "/",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """Send it as it is."""
    scheme, _, host = endpoint.partition("://")
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(host, timeout=30)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read().decode())
    finally:
        connection.close()


def signed_headers(
    endpoint: str,
    keys: Keys,
    service: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    method: str = "POST",
    target: str = "/",
    region: str = REGION,
    at: datetime | None = None,
    leave_out: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """The headers with a signature over them, the host and the body. `leave_out` are sent, and not signed."""
    time = (at or datetime.now(UTC)).strftime(TIME_FORMAT)
    everything = {"Host": endpoint.partition("://")[2], "X-Amz-Date": time, **headers}
    if keys.session_token:
        everything["X-Amz-Security-Token"] = keys.session_token
    covered = {name.lower(): value for name, value in everything.items() if name.lower() not in leave_out}
    path, _, query = target.partition("?")
    scope = Authorization(keys.access_key_id, time[:8], region, service, tuple(sorted(covered)), "")
    request = Signed(method, path, query, covered, hashlib.sha256(body).hexdigest())
    value = signature(keys.secret_access_key, scope, time, request)
    credential = f"{keys.access_key_id}/{time[:8]}/{region}/{service}/aws4_request"
    names = ";".join(scope.signed_headers)
    return {
        **everything,
        "Authorization": f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={value}",
    }


def json_call(
    endpoint: str, keys: Keys, service: str, target: str, parameters: Mapping[str, Any], **how: Any
) -> Answer:
    """A signed call of a JSON service."""
    body = json.dumps(parameters).encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target, **how.pop("extra", {})}
    return send(endpoint, headers=signed_headers(endpoint, keys, service, headers, body, **how), body=body)
