"""CloudWatch Logs. A log group's ARN in a policy needs the ending `:*`, save for the three tagging operations.

Source: CloudWatch Logs User Guide, "CloudWatch Logs resources and operations", which distinguishes the two forms.
"""

from __future__ import annotations

from typing import Final

from moto.logs.models import logs_backends

from ...account import ACCOUNT, PARTITION
from ..faults import Fault, Refusal
from ..table import ANY, Call, Operation, Resource, Service, Tags, arn, by_name, own_arn, rows


def _group_arn(call: Call, name: str) -> str:
    return f"arn:{PARTITION}:logs:{call.region}:{ACCOUNT}:log-group:{name}"


def _name(call: Call) -> str:
    """The group's name, from the parameter that has it, or from the ARN that newer operations take as well."""
    given = str(call.parameters.get("logGroupName") or call.parameters.get("logGroupIdentifier") or "")
    if not given:
        raise Refusal(Fault.INVALID, "Missing the required parameter logGroupName.", code="InvalidParameterException")
    if given.startswith("arn:"):
        return own_arn(call, given).removeprefix(_group_arn(call, "")).removesuffix(":*")
    return given


def _group(call: Call) -> tuple[str, ...]:
    return (f"{_group_arn(call, _name(call))}:log-stream:",)


def _stream(call: Call) -> tuple[str, ...]:
    return (f"{_group_arn(call, _name(call))}:log-stream:{call.text('logStreamName')}",)


def _all_groups(call: Call) -> tuple[str, ...]:
    return (f"{_group_arn(call, '')}:log-stream:",)


def _tagged(call: Call) -> tuple[str, ...]:
    text = own_arn(call, call.text("resourceArn"))
    if ":log-group:" not in text:
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox keeps no tags for {text[:200]}.")
    return (text.removesuffix(":*"),)


def _queried(call: Call) -> tuple[str, ...]:
    names = [call.parameters.get("logGroupName"), *(call.parameters.get("logGroupNames") or ())]
    return tuple(f"{_group_arn(call, str(name))}:log-stream:" for name in names if name)


NAMED: Final = frozenset({"logGroupName"})
GROUP: Final = Resource(_group, NAMED)
GROUP_OR_ARN: Final = Resource(_group, NAMED | {"logGroupIdentifier"})
STREAM: Final = Resource(_stream, NAMED | {"logStreamName"})
STREAM_OR_ARN: Final = Resource(_stream, NAMED | {"logGroupIdentifier", "logStreamName"})
GROUPS: Final = Resource(_all_groups, frozenset())
TAGGED: Final = Resource(_tagged, frozenset({"resourceArn"}))
DESTINATION: Final = arn("logs:{region}:{account}:destination:{destinationName}")


def _tags(call: Call, resource: str) -> Tags:
    name = resource.split(":log-group:", 1)[1].split(":", 1)[0]
    backend = logs_backends[ACCOUNT][call.region]
    group = backend.groups.get(name)
    tags: dict[str, str] = backend.tagger.get_tag_dict_for_resource(group.arn) if group is not None else {}
    return tags


SERVICE: Final = Service(
    "logs",
    by_name(
        (
            Operation("CreateLogGroup", GROUP, request_tags="tags", existing=False),
            *rows(
                """DeleteLogGroup DeleteMetricFilter DeleteRetentionPolicy DeleteSubscriptionFilter
                DescribeSubscriptionFilters ListTagsLogGroup PutRetentionPolicy""",
                GROUP,
            ),
            *rows("DescribeLogStreams FilterLogEvents", GROUP_OR_ARN),
            Operation("TagLogGroup", GROUP, request_tags="tags"),
            Operation("UntagLogGroup", GROUP, tag_keys="tags"),
            *rows("CreateLogStream DeleteLogStream PutLogEvents", STREAM),
            Operation("GetLogEvents", STREAM_OR_ARN),
            Operation("DescribeLogGroups", GROUPS),
            Operation(
                "DescribeMetricFilters",
                Resource(
                    lambda call: _group(call) if call.parameters.get("logGroupName") else _all_groups(call), NAMED
                ),
            ),
            Operation("StartQuery", Resource(_queried, frozenset({"logGroupName", "logGroupNames"}))),
            *rows("DescribeQueries DescribeResourcePolicies", ANY),
            *rows("DeleteResourcePolicy PutResourcePolicy", ANY),
            Operation("ListTagsForResource", TAGGED),
            Operation("TagResource", TAGGED, request_tags="tags"),
            Operation("UntagResource", TAGGED, tag_keys="tagKeys"),
        )
    ),
    resource_tags=_tags,
    one_at_a_time=False,
    pretended={
        "PutSubscriptionFilter": "moto delivers to its destination without asking that one's policy.",
        "PutMetricFilter": "no metric comes of a filter.",
    },
)
