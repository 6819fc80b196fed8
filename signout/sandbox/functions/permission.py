"""May a role's session send to a queue, a topic, a function or a bucket? Asked of the enforcement, without sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from signout.sandbox.enforcement.authorize import Denied, Origin, authorize
from signout.sandbox.enforcement.callers import caller_of, utc_now
from signout.sandbox.enforcement.faults import Refusal
from signout.sandbox.enforcement.services import service_named
from signout.sandbox.enforcement.table import Call
from signout.sandbox.functions.naming import PRINCIPAL
from signout.sandbox.functions.variables import Credentials

_CALLS: Mapping[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "sqs": ("SendMessage", lambda arn: {"QueueUrl": "http://sqs/{4}/{5}".format(*arn.split(":")), "MessageBody": "-"}),
    "sns": ("Publish", lambda arn: {"TopicArn": arn, "Message": "-"}),
    "lambda": ("Invoke", lambda arn: {"FunctionName": arn}),
    "s3": ("PutObject", lambda arn: {"Bucket": arn.rpartition(":")[2], "Key": "aws/lambda/async/-"}),
}
"""By service: the operation that sends, and its parameters for an ARN."""


def operation_that_sends(arn: str) -> str:
    """Its name; raises KeyError for a service to which nothing is sent here."""
    return _CALLS[arn.split(":")[2]][0]


def may_send(credentials: Credentials, arn: str) -> bool:
    """True as well where policies leave it open: each sending is asked about again, with all that is known then."""
    _, _, name, region, *_ = arn.split(":")
    operation, parameters = _CALLS[name]
    service = service_named(name)
    assert service is not None
    now = utc_now()
    caller = caller_of(credentials.access_key_id, credentials.session_token, now)
    try:
        authorize(service, Call(name, operation, region, parameters(arn), caller), Origin(now, "", PRINCIPAL, ""))
    except Denied:
        return False
    except Refusal:
        return True
    return True
