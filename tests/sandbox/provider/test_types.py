"""The declarations of types, held against what pulumi_aws says of them."""

from __future__ import annotations

import pytest

from signout.sandbox.provider.resource import Type
from signout.sandbox.provider.schema import Kind, ListOf, MapOf, Object, schema
from signout.sandbox.provider.types import TYPES
from signout.sandbox.provider.values import cloudformation_schema

EACH = pytest.mark.parametrize("type", TYPES, ids=lambda type: type.token)


@EACH
def test_names_are_real(type: Type) -> None:
    """A declaration speaks of inputs that there are, and carries all that it speaks of."""
    inputs = schema(type.token).inputs
    assert set(type.carries) <= inputs.properties.keys()
    assert type.defaults.keys() | type.kept | type.documents | type.ordered <= set(type.carries)
    for path in type.chosen | type.replaces:
        assert _leads_somewhere(inputs, path.split(".")), path
    if type.autoname:
        assert type.autoname.property in type.carries


def _leads_somewhere(kind: Kind, path: list[str]) -> bool:
    if not path:
        return True
    if isinstance(kind, (ListOf, MapOf)):
        return _leads_somewhere(kind.item, path)
    return (
        isinstance(kind, Object) and path[0] in kind.properties and _leads_somewhere(kind.properties[path[0]], path[1:])
    )


@EACH
def test_carries_what_is_required(type: Type) -> None:
    """No program has to give an input that is then refused."""
    assert schema(type.token).inputs.required <= set(type.carries)


@EACH
def test_cloudformation_has_it(type: Type) -> None:
    """Values are checked for every type that CloudFormation has under the same inputs."""
    if type.cloudformation is None:
        assert type.token in {
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "aws:sns/topicPolicy:TopicPolicy",
            "aws:sqs/queuePolicy:QueuePolicy",
        }
    else:
        assert cloudformation_schema(type.cloudformation)["properties"]
