"""The API as its reference describes it: an HTTP request, signed where there are keys to sign it with."""

from __future__ import annotations

import json

from tests.clients.doors.door import EMPTY, Call, Shown
from tests.clients.wire import TARGET, operation_request
from tests.support import raw_http


class RawApi:
    """No client at all."""

    name = "raw API"
    nothing: object = EMPTY

    def missing(self) -> None:
        """It needs nothing."""

    def make(self, call: Call) -> Shown:
        """The output is the object in the body. The reference says that the body is empty, so that counts as one."""
        target = TARGET + call.operation
        if call.keys:
            answer = raw_http.json_call(call.address, call.keys, "cognito-idp", target, call.parameters)
        else:
            _, _, headers, body = operation_request(call.operation, call.parameters, call.address)
            answer = raw_http.send(call.address, headers=headers, body=body)
        if answer.status == 200:
            return Shown(None, json.loads(answer.text or "{}"))
        return Shown(answer.code)
