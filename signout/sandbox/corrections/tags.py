"""User pools and identity pools take tags after their creation too.

moto: has no TagResource, UntagResource and ListTagsForResource for either.
Source: API reference, TagResource, of both services.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.exceptions import ResourceNotFoundError
from moto.cognitoidp.models import cognitoidp_backends
from moto.cognitoidp.responses import CognitoIdpResponse

from .identity_pools import identity_pool_by_id
from .seams import Call, answer_operation


def apply() -> None:
    """Add the operations."""
    for responses in (CognitoIdpResponse, CognitoIdentityResponse):
        answer_operation(responses, "TagResource", _tag)
        answer_operation(responses, "UntagResource", _untag)
        answer_operation(responses, "ListTagsForResource", _list)


def _tag(call: Call) -> Mapping[str, Any]:
    _tags(call).update(call.parameters["Tags"])
    return {}


def _untag(call: Call) -> Mapping[str, Any]:
    tags = _tags(call)
    for key in call.parameters["TagKeys"]:
        tags.pop(key, None)
    return {}


def _list(call: Call) -> Mapping[str, Any]:
    return {"Tags": _tags(call)}


def _tags(call: Call) -> dict[str, str]:
    """The tags of the resource that a call names, to be read or changed."""
    arn = call.parameters["ResourceArn"]
    resource_id = arn.rpartition("/")[2]
    if call.service == "cognito-identity":
        tags: dict[str, str] = identity_pool_by_id(call.account, resource_id).tags
        return tags
    pool = cognitoidp_backends[call.account][call.region].user_pools.get(resource_id)
    if pool is None or pool.arn != arn:
        raise ResourceNotFoundError(f"User pool {resource_id} does not exist.")
    tags = pool.extended_config.setdefault("UserPoolTags", {})
    return tags
