"""Signature Version 4 in the Authorization header: computed, and compared with what came.

Source: IAM User Guide, "Create a signed AWS API request".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

ALGORITHM: Final = "AWS4-HMAC-SHA256"
TIME_FORMAT: Final = "%Y%m%dT%H%M%SZ"
ALLOWED_SKEW: Final = 15 * 60
"""Seconds that a request's time may lie before or after the server's."""
EMPTY_HASH: Final = hashlib.sha256(b"").hexdigest()


class MalformedAuthorization(ValueError):
    """An Authorization header that is not one of Signature Version 4; the message says what is missing or wrong."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """What an Authorization header says."""

    access_key_id: str
    date: str
    """Day of the credential scope, YYYYMMDD."""
    region: str
    service: str
    """The signing name, such as `monitoring` for CloudWatch."""
    signed_headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The parts of an HTTP request that a signature covers."""

    method: str
    path: str
    """As it stood on the request line, still percent-encoded."""
    query: str
    headers: Mapping[str, str]
    """By name in lower case."""
    body_hash: str
    """SHA-256 of the body, in hexadecimal."""


def parse_authorization(header: str) -> Authorization:
    """The parts of an Authorization header. Raises MalformedAuthorization."""
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise MalformedAuthorization(f"algorithm {algorithm[:40]!r} is not {ALGORITHM}")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [name for name in ("Credential", "SignedHeaders", "Signature") if not parts.get(name)]
    if missing:
        raise MalformedAuthorization(f"Authorization header requires {' and '.join(missing)}")
    scope = parts["Credential"].split("/")
    if len(scope) != 5 or scope[4] != "aws4_request" or not all(scope):
        raise MalformedAuthorization("Credential must be KEY/DATE/REGION/SERVICE/aws4_request")
    key, date, region, service, _ = scope
    return Authorization(key, date, region, service, tuple(parts["SignedHeaders"].split(";")), parts["Signature"])


def signature(secret: str, authorization: Authorization, time: str, request: Signed) -> str:
    """The signature that the holder of the secret computes for the request at this time (TIME_FORMAT)."""
    scope = f"{authorization.date}/{authorization.region}/{authorization.service}/aws4_request"
    canonical = _canonical_request(request, authorization.signed_headers, authorization.service)
    text = "\n".join((ALGORITHM, time, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = _signing_key(secret, authorization.date, authorization.region, authorization.service)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def matches(secret: str, authorization: Authorization, time: str, request: Signed) -> bool:
    """Was the request signed with this secret?"""
    return hmac.compare_digest(signature(secret, authorization, time, request), authorization.signature)


def sign(
    method: str, host: str, path: str, query: str, *, service: str, region: str, access_key_id: str, secret: str
) -> dict[str, str]:
    """The headers that sign a request without a body."""
    time = datetime.now(UTC).strftime(TIME_FORMAT)
    headers = {"host": host, "x-amz-date": time}
    unsigned = Authorization(access_key_id, time[:8], region, service, tuple(sorted(headers)), "")
    value = signature(secret, unsigned, time, Signed(method, path, query, headers, EMPTY_HASH))
    credential = f"{access_key_id}/{time[:8]}/{region}/{service}/aws4_request"
    names = ";".join(unsigned.signed_headers)
    return {
        "X-Amz-Date": time,
        "Authorization": f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={value}",
    }


@lru_cache(maxsize=1024)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _canonical_request(request: Signed, signed_headers: Iterable[str], service: str) -> str:
    names = tuple(signed_headers)
    lines = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names)
    path = _canonical_path(request.path, service)
    return "\n".join((request.method, path, _canonical_query(request.query), lines, ";".join(names), request.body_hash))


def _canonical_path(path: str, service: str) -> str:
    """S3 signs the path as it is sent; every other service without dot segments, and encoded once more."""
    return (path or "/") if service == "s3" else quote(_without_dots(path), safe="/~")


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment and segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = (part.partition("=") for part in query.split("&") if part)
    encoded = sorted((_encoded(name), _encoded(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _encoded(text: str) -> str:
    return quote(unquote(text), safe="-_.~")
