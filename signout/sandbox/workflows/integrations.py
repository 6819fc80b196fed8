"""moto gives parameters and answers of tasks as the SDK for Python spells them, and makes up names of errors.

In a state machine both are in PascalCase throughout, whatever the service's API does; an error is named after the
service's client in AWS's SDK for Java, as is what the model of the service does not know.
Source: Step Functions Developer Guide, "Learning to use AWS service SDK integrations"; Lambda's, "Invoke an AWS Lambda
function with Step Functions".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.model import OperationModel
from moto.core.utils import get_service_model

from signout.sandbox.corrections.seams import extend

# As a state machine names a service, and as botocore does, where the two differ.
_BOTO_NAMES = {
    "cloudwatchlogs": "logs",
    "cognitoidentity": "cognito-identity",
    "cognitoidentityprovider": "cognito-idp",
    "eventbridge": "events",
}
_ERROR_NAMES = {
    "cloudwatch": "CloudWatch",
    "cloudwatchlogs": "CloudWatchLogs",
    "cognitoidentity": "CognitoIdentity",
    "cognitoidentityprovider": "CognitoIdentityProvider",
    "eventbridge": "EventBridge",
    "iam": "Iam",
    "kms": "Kms",
    "lambda": "Lambda",
    "s3": "S3",
    "secretsmanager": "SecretsManager",
    "sns": "Sns",
    "sqs": "Sqs",
    "ssm": "Ssm",
    "sts": "Sts",
}


def install() -> None:
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service,
        state_task_service_aws_sdk,
        state_task_service_lambda,
    )
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda

    task = state_task_service.StateTaskService
    task._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES.update(_BOTO_NAMES)
    state_task_service_aws_sdk._SERVICE_ERROR_NAMES.update(_ERROR_NAMES)
    extend(task, "_normalise_parameters", _to_request)
    extend(task, "_normalise_response", _from_answer)
    extend(state_task_service_lambda.StateTaskServiceLambda, "_from_error", _name_lambda_error)
    extend(StateTaskLambda, "_from_error", _name_lambda_error)


def _to_request(_original: Any, task: Any, parameters: dict[str, Any], **of: str | None) -> None:
    """From PascalCase to the API's own names, in place."""
    converted = _convert(parameters, _operation(task, **of).input_shape, _api_name)
    parameters.clear()
    parameters.update(converted)


def _from_answer(_original: Any, task: Any, response: Any, **of: str | None) -> None:
    """From the API's own names to PascalCase, in place."""
    if isinstance(response, dict):
        converted = _convert(response, _operation(task, **of).output_shape, _pascal_name)
        response.clear()
        response.update(converted)


def _operation(
    task: Any, boto_service_name: str | None = None, service_action_name: str | None = None
) -> OperationModel:
    model = get_service_model(task._get_boto_service_name(boto_service_name))
    wanted = task._get_boto_service_action(service_action_name).replace("_", "")
    name = next((name for name in model.operation_names if name.lower() == wanted), None)
    if name is None:
        raise ValueError(f"{task.resource.resource_arn}: the service {model.service_name} has no such operation")
    return model.operation_model(name)


Naming = Callable[[str, dict[str, str]], str]


def _api_name(given: str, members: dict[str, str]) -> str:
    """The member's own name; what is no member stays as it is, for the service to refuse."""
    return members.get(given.lower(), given)


def _pascal_name(given: str, _members: dict[str, str]) -> str:
    return given[:1].upper() + given[1:]


def _convert(value: Any, shape: Any, naming: Naming) -> Any:
    if shape is None:
        return value
    match value:
        case dict() if shape.type_name == "structure":
            members = {name.lower(): name for name in shape.members}
            return {
                naming(name, members): _convert(inner, shape.members.get(members.get(name.lower(), "")), naming)
                for name, inner in value.items()
            }
        case dict() if shape.type_name == "map":
            return {name: _convert(inner, shape.value, naming) for name, inner in value.items()}
        case list() if shape.type_name == "list":
            return [_convert(inner, shape.member, naming) for inner in value]
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case _:
            return value


def _name_lambda_error(original: Any, task: Any, env: Any, ex: Exception) -> Any:
    """Lambda's modelled errors keep their names, all others are AWSLambdaException; moto uses the bare code."""
    from botocore.exceptions import ClientError
    from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName

    failure = original(task, env, ex)
    if not isinstance(ex, ClientError):
        return failure
    response: Any = ex.response
    code, metadata = response["Error"]["Code"], response["ResponseMetadata"]
    known = get_service_model("lambda").shape_names
    name = f"Lambda.{code if code in known else 'AWSLambdaException'}"
    details = (
        f"Service: AWSLambda; Status Code: {metadata['HTTPStatusCode']}; Error Code: {code};"
        f" Request ID: {metadata.get('RequestId')}; Proxy: null"
    )
    failure.error_name = CustomErrorName(name)
    for event in failure.event_details.values():
        event.update(error=name, cause=f"{response['Error']['Message']} ({details})")
    return failure
