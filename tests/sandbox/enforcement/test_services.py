"""The tables themselves: nothing in them is made up, and what they leave out is known."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping

import pytest
from moto.core.utils import camelcase_to_underscores, get_service_model, method_names_from_class
from policyuniverse import all_permissions

from signout.cognito.operations import Governed, operation
from signout.sandbox.enforcement.services import SERVICES, service_named
from signout.sandbox.enforcement.table import Operation, Service, by_name

YOUNGER_THAN_THE_LIST = {
    "cognito-idp:AddUserPoolClientSecret",
    "cognito-idp:AdminListUserSessions",
    "cognito-idp:AdminRevokeUserSession",
    "cognito-idp:DeleteUserPoolClientSecret",
    "cognito-idp:ListUserPoolClientSecrets",
    "kms:ListKeyRotations",
    "kms:RotateKeyOnDemand",
}
"""Actions that came after policyuniverse's list was made; botocore's model has the operations."""

LEFT_OUT: Mapping[str, set[str]] = {
    "cognito-identity": set(),
    "cognito-idp": set(),
    "iam": {
        "DeleteSSHPublicKey", "DeleteServerCertificate", "DeleteSigningCertificate", "GetSSHPublicKey",
        "GetServerCertificate", "ListSSHPublicKeys", "ListServerCertificates", "ListSigningCertificates",
        "UpdateSSHPublicKey", "UpdateSigningCertificate", "UploadSSHPublicKey", "UploadServerCertificate",
        "UploadSigningCertificate", "CreateServiceLinkedRole", "GetServiceLinkedRoleDeletionStatus",
        "TagInstanceProfile", "UntagInstanceProfile", "TagOpenIDConnectProvider", "UntagOpenIDConnectProvider",
        "UpdateOpenIDConnectProviderThumbprint",
    },
    "kms": {"GenerateMac", "ListRetirableGrants", "ReEncrypt", "ReplicateKey", "Sign", "Verify", "VerifyMac"},
    "lambda": {
        "AddLayerVersionPermission", "DeleteFunctionUrlConfig", "GetFunctionUrlConfig", "GetLayerVersionPolicy",
        "RemoveLayerVersionPermission",
    },
    "logs": {
        "CancelExportTask", "CreateDelivery", "CreateExportTask", "DeleteDelivery", "DeleteDeliveryDestination",
        "DeleteDeliveryDestinationPolicy", "DeleteDeliverySource", "DeleteDestination", "DescribeDeliveries",
        "DescribeDeliveryDestinations", "DescribeDeliverySources", "DescribeDestinations", "DescribeExportTasks",
        "GetDelivery", "GetDeliveryDestination", "GetDeliveryDestinationPolicy", "GetDeliverySource",
        "GetQueryResults", "PutDeliveryDestination", "PutDeliveryDestinationPolicy", "PutDeliverySource",
        "PutDestination", "PutDestinationPolicy", "StartLiveTail",
    },
    "monitoring": {
        "DeleteInsightRules", "DescribeInsightRules", "DisableInsightRules", "EnableInsightRules", "PutInsightRule",
    },
    "sns": {
        "CheckIfPhoneNumberIsOptedOut", "CreatePlatformApplication", "CreatePlatformEndpoint", "DeleteEndpoint",
        "DeletePlatformApplication", "GetEndpointAttributes", "GetPlatformApplicationAttributes", "GetSMSAttributes",
        "ListEndpointsByPlatformApplication", "ListPhoneNumbersOptedOut", "ListPlatformApplications",
        "OptInPhoneNumber", "SetEndpointAttributes", "SetPlatformApplicationAttributes", "SetSMSAttributes",
    },
    "sqs": set(),
    "states": {
        "CreateStateMachineAlias", "DeleteStateMachineAlias", "DescribeStateMachineAlias", "UpdateStateMachineAlias",
    },
    "sts": set(),
}  # fmt: skip
"""What moto answers and the sandbox refuses by name: nothing here uses it. S3 has no such list in moto."""


def services() -> Iterator[Service]:
    """Every service that the sandbox has."""
    for name in SERVICES:
        service = service_named(name)
        assert service is not None
        yield service


def rows() -> Iterator[tuple[Service, Operation]]:
    """Every row of every table."""
    return ((service, row) for service in services() for row in service.operations.values())


ROWS = list(rows())


def test_every_operation_exists() -> None:
    """An operation in a table is one of the service's API model."""
    unknown = {
        f"{service.signing_name}:{row.name}"
        for service, row in ROWS
        if row.name not in get_service_model(service.model_name).operation_names
    }
    assert unknown == set()


def test_every_action_exists() -> None:
    """An action in a table is one that IAM knows."""
    actions = {service.action(row) for service, row in ROWS} | {need.action for _, row in ROWS for need in row.needs}
    assert {action for action in actions if action.lower() not in all_permissions} == YOUNGER_THAN_THE_LIST


def test_every_parameter_exists() -> None:
    """A parameter that a row reads, forgives or refuses is one of the operation's."""
    for service, row in ROWS:
        shape = get_service_model(service.model_name).operation_model(row.name).input_shape
        members = set(shape.members) if shape is not None else set()
        read = row.on.reads | row.missing | {row.request_tags, row.tag_keys} - {""}
        for need in row.needs:
            read |= need.on.reads
        tops = {path.partition(".")[0] for path in read}
        assert tops <= members, (service.signing_name, row.name, tops - members)


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_what_is_left_out(name: str) -> None:
    """Whatever moto answers is mapped, or refused by name and listed here; nothing is left out by oversight."""
    service = service_named(name)
    assert service is not None
    done = {row for row in get_service_model(service.model_name).operation_names if _answered(service, row)}
    done = {row for row in done if not _not_iams(name, row)}
    assert done - set(service.operations) - set(service.pretended) == LEFT_OUT[name]


def _answered(service: Service, row: str) -> bool:
    package = {"lambda": "awslambda"}.get(service.model_name, service.model_name.replace("-", ""))
    responses = importlib.import_module(f"moto.{package}.responses")
    classes = [
        item for _, item in inspect.getmembers(responses, inspect.isclass) if item.__module__ == responses.__name__
    ]
    return any(camelcase_to_underscores(row) in method_names_from_class(item) for item in classes)


def _not_iams(service: str, row: str) -> bool:
    known = operation(f"{service}:{row}")
    return known is not None and known.governed in (Governed.NOT_IAM, Governed.EITHER)


def test_a_row_twice() -> None:
    """Two rows for one operation are a mistake that a start would stop at."""
    row = ROWS[0][1]
    with pytest.raises(ValueError, match=f"{row.name} has two rows"):
        by_name([row, row])


def test_pretended_and_mapped() -> None:
    """An operation is either mapped or refused as pretended."""
    for service in services():
        assert not set(service.pretended) & set(service.operations)
