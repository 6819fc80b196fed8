"""Lambda: functions under their name, partial or whole ARN, with or without a version or alias.

Source: Service Authorization Reference, "AWS Lambda"; Lambda Developer Guide, "Identity-based IAM policies for Lambda".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from moto.awslambda.models import lambda_backends

from ...account import ACCOUNT, PARTITION
from ..faults import REST_JSON, Fault, Refusal
from ..table import (
    ANY,
    Call,
    KeyOf,
    Needs,
    Operation,
    Resource,
    Service,
    Tags,
    Values,
    arn,
    arns_at,
    by_name,
    parameter,
    passes,
    rows,
    within,
)

NAME: Final = re.compile(
    rf"(arn:{PARTITION}:lambda:(?P<region>[a-z0-9-]+):)?((?P<account>\d{{12}}):)?(function:)?"
    r"(?P<name>[a-zA-Z0-9_-]+)(:(?P<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?\Z"
)
"""Every way to name a function. Source: Lambda API Reference, "Invoke", FunctionName."""


def function_arn(call: Call, text: str, qualifier: str | None = None) -> str:
    """The ARN of a function, with the version or alias that the call names, if any."""
    found = NAME.match(text)
    if found is not None and found["account"] and not found["region"]:
        raise Refusal(Fault.NOT_SIMULATED, "The sandbox takes a function's name or its whole ARN, not a partial one.")
    if found is None or found["region"] not in (None, call.region) or found["account"] not in (None, ACCOUNT):
        raise Refusal(
            Fault.INVALID,
            f"Value {text[:200]!r} at 'functionName' names no function of this Region and account.",
            code="InvalidParameterValueException",
        )
    if found["qualifier"] and qualifier and found["qualifier"] != qualifier:
        raise Refusal(
            Fault.INVALID,
            "The derived qualifier from the function name does not match the specified qualifier.",
            code="InvalidParameterValueException",
        )
    plain = f"arn:{PARTITION}:lambda:{call.region}:{ACCOUNT}:function:{found['name']}"
    version = found["qualifier"] or qualifier
    return f"{plain}:{version}" if version else plain


def _plain(call: Call) -> tuple[str, ...]:
    return (function_arn(call, call.text("FunctionName")),)


def _qualified(call: Call) -> tuple[str, ...]:
    return (function_arn(call, call.text("FunctionName"), call.parameters.get("Qualifier")),)


FUNCTION: Final = Resource(_plain, frozenset({"FunctionName"}))
VERSION: Final = Resource(_qualified, frozenset({"FunctionName", "Qualifier"}))
MAPPING: Final = arn("lambda:{region}:{account}:event-source-mapping:{UUID}")


def _layer(call: Call) -> tuple[str, ...]:
    return (_layer_arn(call, call.text("LayerName")),)


def _layer_version(call: Call) -> tuple[str, ...]:
    return (f"{_layer_arn(call, call.text('LayerName'))}:{call.parameters.get('VersionNumber', '')}",)


def _layer_arn(call: Call, name: str) -> str:
    start = f"arn:{PARTITION}:lambda:{call.region}:{ACCOUNT}:layer:"
    return start + name.removeprefix(start)


LAYER: Final = Resource(_layer, frozenset({"LayerName"}))
LAYER_VERSION: Final = Resource(_layer_version, frozenset({"LayerName", "VersionNumber"}))


def _tagged(call: Call) -> tuple[str, ...]:
    text = call.text("Resource")
    start = f"arn:{PARTITION}:lambda:{call.region}:{ACCOUNT}:"
    if not text.startswith((f"{start}function:", f"{start}event-source-mapping:")):
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox keeps no tags for {text[:200]}.")
    return (text,)


TAGGED: Final = Resource(_tagged, frozenset({"Resource"}))


def _mapped_function(call: Call) -> Values:
    """lambda:FunctionArn: the function that an event source mapping calls, or shall call."""
    if call.parameters.get("FunctionName"):
        return function_arn(call, call.text("FunctionName"))
    mapping = lambda_backends[ACCOUNT][call.region].get_event_source_mapping(str(call.parameters.get("UUID", "")))
    return mapping.function_arn if mapping is not None else None


FUNCTION_OF_MAPPING: Final[dict[str, KeyOf]] = {"lambda:FunctionArn": _mapped_function}
FUNCTION_SETTINGS: Final[dict[str, KeyOf]] = {
    "lambda:Layer": lambda call: list(within(call.parameters, "Layers.*")),
    "lambda:VpcIds": lambda call: None,
    "lambda:SubnetIds": lambda call: list(within(call.parameters, "VpcConfig.SubnetIds.*")),
    "lambda:SecurityGroupIds": lambda call: list(within(call.parameters, "VpcConfig.SecurityGroupIds.*")),
    "lambda:CodeSigningConfigArn": lambda call: None,
}
DEAD_LETTERS: Final = frozenset({"DeadLetterConfig.TargetArn"})
"""Lambda sends there under the execution role, not under the caller."""

PASSES_ROLE: Final = passes("Role", "lambda.amazonaws.com")
USES_LAYERS: Final = Needs(
    "lambda:GetLayerVersion",
    arns_at("Layers.*", "lambda:REGION:ACCOUNT:layer:NAME:VERSION"),
    lambda call: any(within(call.parameters, "Layers.*")),
)


def _reads_code(prefix: str) -> Needs:
    """s3:GetObject on the zip, where the code comes from a bucket."""

    def location(call: Call) -> tuple[str, ...]:
        bucket = next(within(call.parameters, f"{prefix}S3Bucket"), None)
        key = next(within(call.parameters, f"{prefix}S3Key"), "")
        return (f"arn:{PARTITION}:s3:::{bucket}/{key}",) if bucket else ()

    return Needs("s3:GetObject", Resource(location, frozenset()), lambda call: bool(location(call)))


def _no_vpc(call: Call) -> None:
    if any(within(call.parameters, "VpcConfig.SubnetIds.*")):
        raise Refusal(Fault.NOT_SIMULATED, "The sandbox runs no function inside a VPC: VpcConfig.SubnetIds is refused.")


def _function_named(resource: str) -> tuple[str, Any]:
    parts = resource.split(":")
    backend = lambda_backends[ACCOUNT][parts[3]]
    return parts[6], backend


def _functions(resource: str) -> Iterator[Any]:
    """The latest version of a function and its published ones, as moto keeps them."""
    name, backend = _function_named(resource)
    kept = backend._lambdas._functions.get(name)
    if kept:
        yield kept["latest"]
        yield from tuple(kept["versions"])


STATEMENT: Final = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


def _policy(resource: str) -> str | None:
    """The function's policy. moto spreads it over the versions; each statement names the version or alias it is for."""
    if ":function:" not in resource:
        return None
    statements: list[dict[str, Any]] = []
    for function in _functions(resource):
        for statement in tuple(function.policy.statements):
            shown = {name: statement[name] for name in STATEMENT if statement.get(name)}
            if isinstance(shown.get("Principal"), str) and shown["Principal"] != "*":
                shown["Principal"] = {"AWS": shown["Principal"]}
            if shown not in statements:
                statements.append(shown)
    return json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None


def _tags(call: Call, resource: str) -> Tags:
    if ":event-source-mapping:" in resource:
        mapping = lambda_backends[ACCOUNT][call.region].get_event_source_mapping(resource.rpartition(":")[2])
        return mapping.tags if mapping is not None else {}
    return next((dict(function.tags or {}) for function in _functions(resource)), {})


SERVICE: Final = Service(
    "lambda",
    by_name(
        (
            Operation(
                "CreateFunction",
                FUNCTION,
                request_tags="Tags",
                keys=FUNCTION_SETTINGS,
                needs=(PASSES_ROLE, USES_LAYERS, _reads_code("Code.")),
                harmless=DEAD_LETTERS,
                check=_no_vpc,
                existing=False,
            ),
            Operation(
                "UpdateFunctionConfiguration",
                FUNCTION,
                keys=FUNCTION_SETTINGS,
                needs=(PASSES_ROLE, USES_LAYERS),
                harmless=DEAD_LETTERS,
                check=_no_vpc,
            ),
            Operation("UpdateFunctionCode", FUNCTION, needs=(_reads_code(""),)),
            Operation(
                "Invoke",
                VERSION,
                action="InvokeFunction",
                keys={"lambda:EventSourceToken": lambda call: None, "lambda:InvokedViaFunctionUrl": lambda call: False},
            ),
            *rows(
                """DeleteFunction DeleteFunctionEventInvokeConfig GetFunction GetFunctionConfiguration
                GetFunctionEventInvokeConfig GetPolicy PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig""",
                VERSION,
            ),
            *rows(
                """CreateAlias DeleteAlias DeleteFunctionConcurrency GetAlias GetFunctionCodeSigningConfig
                GetFunctionConcurrency ListAliases ListFunctionEventInvokeConfigs ListVersionsByFunction PublishVersion
                PutFunctionConcurrency UpdateAlias""",
                FUNCTION,
            ),
            Operation(
                "AddPermission",
                VERSION,
                keys={"lambda:Principal": parameter("Principal"), "lambda:FunctionUrlAuthType": lambda call: None},
                harmless=frozenset({"SourceArn"}),
                missing=frozenset({"EventSourceToken", "FunctionUrlAuthType", "InvokedViaFunctionUrl"}),
            ),
            Operation("RemovePermission", VERSION, keys={"lambda:FunctionUrlAuthType": lambda call: None}),
            Operation(
                "CreateEventSourceMapping",
                ANY,
                request_tags="Tags",
                keys=FUNCTION_OF_MAPPING,
                harmless=frozenset({"EventSourceArn"}),
                existing=False,
            ),
            *rows(
                "DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping",
                MAPPING,
                keys=FUNCTION_OF_MAPPING,
            ),
            Operation("ListEventSourceMappings", ANY, harmless=frozenset({"EventSourceArn"})),
            *rows("ListFunctions ListLayers ListLayerVersions", ANY),
            Operation("PublishLayerVersion", LAYER, needs=(_reads_code("Content."),)),
            *rows("DeleteLayerVersion GetLayerVersion", LAYER_VERSION),
            Operation("ListTags", TAGGED),
            Operation("TagResource", TAGGED, request_tags="Tags"),
            Operation("UntagResource", TAGGED, tag_keys="TagKeys"),
        )
    ),
    resource_tags=_tags,
    resource_policy=_policy,
    forms=REST_JSON,
    one_at_a_time=False,
    pretended={
        "InvokeAsync": "AWS has replaced it by Invoke with InvocationType Event.",
        "CreateFunctionUrlConfig": "no function URL is served.",
        "UpdateFunctionUrlConfig": "no function URL is served.",
    },
)
