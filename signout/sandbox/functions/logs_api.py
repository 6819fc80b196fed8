"""CloudWatch Logs as any role's session, over one connection.

An SDK's client is bound to one session, takes 30 ms to make and megabytes to keep, and every environment has a session
of its own.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from signout.sandbox.functions.variables import Credentials

_TARGET = "Logs_20140328"
_SECONDS = 10


class Refused(Exception):
    """The service did not do it; `code` is its error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LogsApi:
    """Used by one thread."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._connection = http.client.HTTPConnection(str(urlsplit(endpoint).netloc), timeout=_SECONDS)

    def call(self, operation: str, parameters: dict[str, Any], region: str, credentials: Credentials) -> None:
        """Carry out an operation whose answer nobody needs.

        Raises Refused, or OSError and http.client.HTTPException where the server is not there.
        """
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"{_TARGET}.{operation}"}
        request = AWSRequest("POST", f"{self._endpoint}/", headers, json.dumps(parameters).encode())
        session = (credentials.access_key_id, credentials.secret_access_key, credentials.session_token)
        SigV4Auth(ReadOnlyCredentials(*session), "logs", region).add_auth(request)
        status, answer = self._send(request.body, dict(request.headers))
        if status != http.client.OK:
            raise Refused(str(json.loads(answer or b"{}").get("__type", "Unknown")).rpartition("#")[2])

    def close(self) -> None:
        self._connection.close()

    def _send(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            return self._once(body, headers)
        except ConnectionError:  # after a pause the server hangs up, which shows on sending or on reading
            return self._once(body, headers)

    def _once(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            self._connection.request("POST", "/", body, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()  # otherwise it refuses every later request
            raise
