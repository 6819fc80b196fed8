"""Step Functions. A state machine's alias or version stands behind its ARN, and is a condition key of its own.

Source: Service Authorization Reference, "AWS Step Functions".
"""

from __future__ import annotations

from typing import Final

from moto.stepfunctions.responses import get_backend

from ...account import ACCOUNT
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
    by_name,
    given_arn,
    own_arn,
    passes,
    rows,
)


def _machine(name: str) -> Resource:
    """The state machine without the alias or version that may follow."""

    def arns(call: Call) -> tuple[str, ...]:
        return (":".join(own_arn(call, call.text(name)).split(":")[:7]),)

    return Resource(arns, frozenset({name}))


def _qualifier(name: str) -> KeyOf:
    def value(call: Call) -> Values:
        parts = str(call.parameters.get(name, "")).split(":")
        return [parts[7]] if len(parts) == 8 else None

    return value


MACHINE: Final = _machine("stateMachineArn")
NAMED: Final = arn("states:{region}:{account}:stateMachine:{name}")
EXECUTION: Final = given_arn("executionArn")
MAP_RUN: Final = given_arn("mapRunArn")
ACTIVITY: Final = given_arn("activityArn")
TAGGED: Final = given_arn("resourceArn")
QUALIFIED: Final = {"states:StateMachineQualifier": _qualifier("stateMachineArn")}
PASSES_ROLE: Final = passes("roleArn", "states.amazonaws.com")


def _published(on: Resource) -> Needs:
    """Publishing a version on the way is an action of its own."""
    return Needs("states:PublishStateMachineVersion", on, lambda call: bool(call.parameters.get("publish")))


LOG_GROUPS: Final = frozenset({"logGroupArn"})
"""Where executions are logged: under the state machine's role."""


def _machine_or_run(call: Call) -> tuple[str, ...]:
    return tuple((MAP_RUN if call.parameters.get("mapRunArn") else MACHINE).arns(call))


def _tags(call: Call, resource: str) -> Tags:
    # Not moto's usual backend: its interpreter of state machines has one of its own.
    tags: dict[str, str] = get_backend(ACCOUNT, call.region).tagger.get_tag_dict_for_resource(resource)
    return tags


SERVICE: Final = Service(
    "states",
    by_name(
        (
            Operation(
                "CreateStateMachine",
                NAMED,
                request_tags="tags",
                needs=(PASSES_ROLE, _published(NAMED)),
                harmless=LOG_GROUPS,
                existing=False,
            ),
            Operation("UpdateStateMachine", MACHINE, needs=(PASSES_ROLE, _published(MACHINE)), harmless=LOG_GROUPS),
            *rows("DeleteStateMachine ListStateMachineAliases ListStateMachineVersions", MACHINE),
            *rows("DescribeStateMachine StartExecution", MACHINE, keys=QUALIFIED),
            Operation(
                "ListExecutions",
                Resource(_machine_or_run, frozenset({"stateMachineArn", "mapRunArn"})),
                keys=QUALIFIED,
            ),
            *rows(
                "DescribeExecution DescribeStateMachineForExecution GetExecutionHistory ListMapRuns StopExecution",
                EXECUTION,
            ),
            *rows("DescribeMapRun UpdateMapRun", MAP_RUN),
            Operation(
                "CreateActivity", arn("states:{region}:{account}:activity:{name}"), request_tags="tags", existing=False
            ),
            *rows("DeleteActivity DescribeActivity", ACTIVITY),
            *rows("ListActivities ListStateMachines SendTaskFailure SendTaskHeartbeat SendTaskSuccess", ANY),
            Operation("ListTagsForResource", TAGGED),
            Operation("TagResource", TAGGED, request_tags="tags"),
            Operation("UntagResource", TAGGED, tag_keys="tagKeys"),
        )
    ),
    model="stepfunctions",
    resource_tags=_tags,
    one_at_a_time=False,
)
