"""AWS Lambda: functions, aliases, permissions, and what becomes of asynchronous calls."""

from __future__ import annotations

import json
from typing import Any, Final

from signout.sandbox.provider.assets import zipped
from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.names import parameters, state
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.wire import Props

_FUNCTION_NAMES: Final = {"name": "FunctionName", "sourceCodeHash": "CodeSha256", "sourceCodeSize": "CodeSize"}
_CODE: Final = ("architectures", "code", "sourceCodeHash")
_CONFIGURATION: Final = (
    "deadLetterConfig",
    "description",
    "environment",
    "ephemeralStorage",
    "handler",
    "kmsKeyArn",
    "layers",
    "loggingConfig",
    "memorySize",
    "role",
    "runtime",
    "timeout",
    "tracingConfig",
)
_UNRESERVED: Final = -1
"""The provider's word for: draws on the account's common concurrency."""
_INVOKE: Final = "arn:{partition}:apigateway:{region}:lambda:path/{version}/functions/{function}/{how}"


def _create_function(aws: Aws, inputs: Props) -> str:
    client = aws("lambda")
    if "code" not in inputs:
        raise Failure("code: is missing; expected an archive, as images and objects in S3 are not carried out here")
    wanted = parameters(client, "CreateFunction", {name: value for name, value in inputs.items() if name != "code"})
    client.create_function(**wanted | {"FunctionName": inputs["name"], "Code": {"ZipFile": zipped(inputs["code"])}})
    return str(inputs["name"])


def _settle_function(aws: Aws, id: str, inputs: Props) -> None:
    reserved = inputs.get("reservedConcurrentExecutions", _UNRESERVED)
    if reserved != _UNRESERVED:
        aws("lambda").put_function_concurrency(FunctionName=id, ReservedConcurrentExecutions=reserved)


def _read_function(aws: Aws, id: str, known: Props) -> Props:
    client = aws("lambda")
    answer = client.get_function(FunctionName=id)
    settings = answer["Configuration"]
    arn = settings["FunctionArn"]
    found = state("aws:lambda/function:Function", settings, _FUNCTION_NAMES)
    version = _latest_version(client, id) if known.get("publish") else "$LATEST"
    qualified = f"{arn}:{version}"
    return found | {
        "arn": arn,
        "invokeArn": _invoke_arn(arn, arn),
        "layers": [layer["Arn"] for layer in settings.get("Layers", [])],
        "qualifiedArn": qualified,
        "qualifiedInvokeArn": _invoke_arn(arn, qualified),
        "reservedConcurrentExecutions": _reserved(client, id),
        "responseStreamingInvokeArn": _invoke_arn(arn, arn, "2021-11-15", "response-streaming-invocations"),
        "tags": answer.get("Tags", {}),
        "version": version,
    }


def _latest_version(client: Any, function: str) -> str:
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    versions = [each["Version"] for page in pages for each in page["Versions"] if each["Version"] != "$LATEST"]
    return max(versions, key=int, default="$LATEST")


def _reserved(client: Any, function: str) -> int:
    reserved = client.get_function_concurrency(FunctionName=function).get("ReservedConcurrentExecutions")
    return _UNRESERVED if reserved is None else int(reserved)


def _invoke_arn(arn: str, function: str, version: str = "2015-03-31", how: str = "invocations") -> str:
    """What API Gateway calls a function by."""
    _, partition, _, region, *_ = arn.split(":")
    return _INVOKE.format(partition=partition, region=region, version=version, function=function, how=how)


def _update_function(aws: Aws, id: str, update: Update) -> None:
    client, new = aws("lambda"), update.new
    if update.touches(*_CONFIGURATION):
        client.update_function_configuration(**_configuration(client, update))
    if update.touches(*_CODE):
        chips = {name: new[name] for name in ("architectures",) if name in new}
        wanted = parameters(client, "UpdateFunctionCode", chips)
        client.update_function_code(FunctionName=id, ZipFile=zipped(new["code"]), **wanted)
    if update.touches("reservedConcurrentExecutions"):
        client.delete_function_concurrency(FunctionName=id)
        _settle_function(aws, id, new)
    if update.new_tags:
        client.tag_resource(Resource=update.old["arn"], Tags=update.new_tags)
    if update.dropped_tags:
        client.untag_resource(Resource=update.old["arn"], TagKeys=update.dropped_tags)
    if _publishes(update):
        client.publish_version(FunctionName=id)


def _configuration(client: Any, update: Update) -> Props:
    """Every setting; what the program no longer gives is emptied, as Lambda leaves alone what it is not told."""
    emptied: Props = {
        "deadLetterConfig": {"targetArn": ""},
        "description": "",
        "environment": {"variables": {}},
        "kmsKeyArn": "",
        "layers": [],
    }
    shown = {name: value for name, value in emptied.items() if update.touches(name)}
    return parameters(client, "UpdateFunctionConfiguration", shown | update.new, _FUNCTION_NAMES)


def _publishes(update: Update) -> bool:
    return bool(update.new.get("publish")) and update.touches("publish", *_CODE, *_CONFIGURATION)


def _moved(update: Update) -> frozenset[str]:
    moved = {"lastModified"} if update.changed - {"tags", "reservedConcurrentExecutions"} else set()
    if not update.changed.isdisjoint(_CODE):
        moved |= {"codeSha256", "sourceCodeHash", "sourceCodeSize"} - update.new.keys()
    if update.changed and _publishes(update):
        moved |= {"qualifiedArn", "qualifiedInvokeArn", "version"}
    return frozenset(moved)


def _delete_function(aws: Aws, id: str, known: Props) -> None:
    if not known.get("skipDestroy"):
        aws("lambda").delete_function(FunctionName=id)


FUNCTION = Type(
    token="aws:lambda/function:Function",
    cloudformation="AWS::Lambda::Function",
    names=_FUNCTION_NAMES,
    carries=(
        *_CODE,
        *_CONFIGURATION,
        "name",
        "packageType",
        "publish",
        "reservedConcurrentExecutions",
        "skipDestroy",
        "tags",
    ),
    autoname=Autoname(longest=64),
    defaults={
        "memorySize": 128,
        "packageType": "Zip",
        "publish": False,
        "reservedConcurrentExecutions": _UNRESERVED,
        "skipDestroy": False,
        "timeout": 3,
    },
    chosen=frozenset(
        {
            "architectures",
            "codeSha256",
            "ephemeralStorage",
            "loggingConfig",
            "loggingConfig.applicationLogLevel",
            "loggingConfig.logGroup",
            "loggingConfig.systemLogLevel",
            "sourceCodeHash",
            "tracingConfig",
        }
    ),
    kept=frozenset({"code", "publish", "skipDestroy"}),
    ordered=frozenset({"layers"}),
    create=_create_function,
    settle=_settle_function,
    read=_read_function,
    update=_update_function,
    delete=_delete_function,
    moves=_moved,
)


def _create_alias(aws: Aws, inputs: Props) -> str:
    return str(aws("lambda").create_alias(**parameters(aws("lambda"), "CreateAlias", inputs))["AliasArn"])


def _read_alias(aws: Aws, id: str, known: Props) -> Props:
    *_, function, name = id.split(":")
    found = aws("lambda").get_alias(FunctionName=function, Name=name)
    arn = found["AliasArn"]
    return state("aws:lambda/alias:Alias", found) | {
        "arn": arn,
        "functionName": _as_written(known.get("functionName"), function),
        "invokeArn": _invoke_arn(arn, arn),
    }


def _as_written(written: str | None, name: str) -> str:
    """A function's name, or its ARN where the program has that."""
    return written if written and written.split(":function:")[-1] == name else name


def _update_alias(aws: Aws, id: str, update: Update) -> None:
    client = aws("lambda")
    emptied = {"description": "", "routingConfig": {"additionalVersionWeights": {}}}
    client.update_alias(**parameters(client, "UpdateAlias", emptied | update.new))


def _delete_alias(aws: Aws, id: str, known: Props) -> None:
    *_, function, name = id.split(":")
    aws("lambda").delete_alias(FunctionName=function, Name=name)


def _identify_alias(aws: Aws, given: str) -> tuple[str, Props]:
    function, slash, name = given.rpartition("/")
    if not slash:
        raise Failure(f"cannot import {given!r}; expected <function>/<alias>")
    return str(aws("lambda").get_alias(FunctionName=function, Name=name)["AliasArn"]), {}


ALIAS = Type(
    token="aws:lambda/alias:Alias",
    cloudformation="AWS::Lambda::Alias",
    carries=("description", "functionName", "functionVersion", "name", "routingConfig"),
    autoname=Autoname(longest=128),
    create=_create_alias,
    read=_read_alias,
    update=_update_alias,
    delete=_delete_alias,
    identify=_identify_alias,
)


def _put_event_invoke_config(aws: Aws, inputs: Props) -> str:
    client = aws("lambda")
    told = {name: value for name, value in inputs.items() if value != 0 or name != "maximumEventAgeInSeconds"}
    client.put_function_event_invoke_config(**parameters(client, "PutFunctionEventInvokeConfig", told))
    function, qualifier = inputs["functionName"], inputs.get("qualifier")
    return f"{function}:{qualifier}" if qualifier else str(function)


def _read_event_invoke_config(aws: Aws, id: str, known: Props) -> Props:
    function, qualifier = _function_and_qualifier(id)
    asked = {"FunctionName": function} | ({"Qualifier": qualifier} if qualifier else {})
    found = aws("lambda").get_function_event_invoke_config(**asked)
    return state("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", found) | {
        "functionName": function,
        "qualifier": qualifier,
    }


def _delete_event_invoke_config(aws: Aws, id: str, known: Props) -> None:
    function, qualifier = _function_and_qualifier(id)
    asked = {"FunctionName": function} | ({"Qualifier": qualifier} if qualifier else {})
    aws("lambda").delete_function_event_invoke_config(**asked)


def _function_and_qualifier(id: str) -> tuple[str, str | None]:
    """Of `name`, `name:qualifier`, and the same with an ARN in place of the name."""
    before, _, rest = id.rpartition(":function:")
    name, colon, qualifier = rest.partition(":")
    return (f"{before}:function:{name}" if before else name), qualifier if colon else None


FUNCTION_EVENT_INVOKE_CONFIG = Type(
    token="aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    cloudformation="AWS::Lambda::EventInvokeConfig",
    carries=("destinationConfig", "functionName", "maximumEventAgeInSeconds", "maximumRetryAttempts", "qualifier"),
    defaults={"maximumRetryAttempts": 2},
    chosen=frozenset({"maximumEventAgeInSeconds"}),
    create=_put_event_invoke_config,
    read=_read_event_invoke_config,
    update=lambda aws, id, update: _put_event_invoke_config(aws, update.new),
    delete=_delete_event_invoke_config,
)

_PERMISSION_NAMES: Final = {"function": "FunctionName"}
# The condition of the policy statement that each input of a permission becomes.
_CONDITIONS: Final = {
    "eventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "functionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "principalOrgId": ("StringEquals", "aws:PrincipalOrgID"),
    "sourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "sourceArn": ("ArnLike", "AWS:SourceArn"),
}


def _add_permission(aws: Aws, inputs: Props) -> str:
    client = aws("lambda")
    client.add_permission(**parameters(client, "AddPermission", inputs, _PERMISSION_NAMES))
    return str(inputs["statementId"])


def _read_permission(aws: Aws, id: str, known: Props) -> Props | None:
    asked = {"FunctionName": known["function"]}
    asked |= {"Qualifier": known["qualifier"]} if known.get("qualifier") else {}
    statements = json.loads(aws("lambda").get_policy(**asked)["Policy"])["Statement"]
    statement = next((each for each in statements if each["Sid"] == id), None)
    if statement is None:
        return None
    conditions = statement.get("Condition", {})
    found = {name: _operand(conditions, *place) for name, place in _CONDITIONS.items()}
    return found | {
        "action": statement["Action"],
        "function": known["function"],
        "principal": _principal(statement["Principal"], known.get("principal")),
        "qualifier": known.get("qualifier"),
        "statementId": id,
    }


def _operand(conditions: Props, operator: str, key: str) -> str | None:
    operands: Props = conditions.get(operator, {})
    return next((value for name, value in operands.items() if name.lower() == key.lower()), None)


def _principal(principal: str | Props, written: str | None) -> str:
    """A service, an ARN, `*`, or an account, which the policy holds as the ARN of its root."""
    if isinstance(principal, str):
        return principal
    value = str(principal.get("Service") or principal.get("AWS"))
    return written if written and value.endswith(f":{written}:root") else value


def _remove_permission(aws: Aws, id: str, known: Props) -> None:
    asked = {"FunctionName": known["function"], "StatementId": id}
    aws("lambda").remove_permission(**asked | ({"Qualifier": known["qualifier"]} if known.get("qualifier") else {}))


def _identify_permission(aws: Aws, given: str) -> tuple[str, Props]:
    function, slash, statement = given.rpartition("/")
    if not slash:
        raise Failure(f"cannot import {given!r}; expected <function>[:<qualifier>]/<statement id>")
    name, qualifier = _function_and_qualifier(function)
    return statement, {"function": name} | ({"qualifier": qualifier} if qualifier else {})


PERMISSION = Type(
    token="aws:lambda/permission:Permission",
    cloudformation="AWS::Lambda::Permission",
    names=_PERMISSION_NAMES,
    carries=("action", "function", "principal", "qualifier", "statementId", *_CONDITIONS),
    autoname=Autoname("statementId", longest=100),
    create=_add_permission,
    read=_read_permission,
    delete=_remove_permission,
    identify=_identify_permission,
)
