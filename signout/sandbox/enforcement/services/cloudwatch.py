"""CloudWatch: alarms, dashboards and metrics. Source: Service Authorization Reference, "Amazon CloudWatch"."""

from __future__ import annotations

from typing import Final

from moto.cloudwatch.models import cloudwatch_backends

from ...account import ACCOUNT, PARTITION
from ..faults import QUERY, Fault, Refusal
from ..table import ANY, Call, Operation, Resource, Service, Tags, arn, by_name, parameter, rows


def _alarm_arn(call: Call, name: str) -> str:
    return f"arn:{PARTITION}:cloudwatch:{call.region}:{ACCOUNT}:alarm:{name}"


def _alarms(call: Call) -> tuple[str, ...]:
    return tuple(_alarm_arn(call, str(name)) for name in call.parameters.get("AlarmNames") or ("*",))


def _dashboards(call: Call) -> tuple[str, ...]:
    names = call.parameters.get("DashboardNames") or ()
    return tuple(f"arn:{PARTITION}:cloudwatch::{ACCOUNT}:dashboard/{name}" for name in names)


def _tagged(call: Call) -> tuple[str, ...]:
    text = call.text("ResourceARN")
    if not text.startswith(_alarm_arn(call, "")):
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox keeps no tags for {text[:200]}.")
    return (text,)


ALARM: Final = arn("cloudwatch:{region}:{account}:alarm:{AlarmName}")
ALARMS: Final = Resource(_alarms, frozenset({"AlarmNames"}))
DASHBOARD: Final = arn("cloudwatch::{account}:dashboard/{DashboardName}")
TAGGED: Final = Resource(_tagged, frozenset({"ResourceARN"}))


def _actions(call: Call) -> list[str]:
    names = ("AlarmActions", "OKActions", "InsufficientDataActions")
    return [str(action) for name in names for action in call.parameters.get(name) or ()]


def _tags(call: Call, resource: str) -> Tags:
    tags: dict[str, str] = cloudwatch_backends[ACCOUNT][call.region].tagger.get_tag_dict_for_resource(resource)
    return tags


SERVICE: Final = Service(
    "monitoring",
    by_name(
        (
            Operation("PutMetricAlarm", ALARM, request_tags="Tags", keys={"cloudwatch:AlarmActions": _actions}),
            *rows("DeleteAlarms DescribeAlarms DisableAlarmActions EnableAlarmActions", ALARMS),
            *rows("GetDashboard PutDashboard", DASHBOARD),
            Operation("DeleteDashboards", Resource(_dashboards, frozenset({"DashboardNames"}))),
            Operation("PutMetricData", ANY, keys={"cloudwatch:namespace": parameter("Namespace")}),
            *rows("DescribeAlarmsForMetric GetMetricData GetMetricStatistics ListDashboards ListMetrics", ANY),
            Operation("ListTagsForResource", TAGGED),
            Operation("TagResource", TAGGED, request_tags="Tags"),
            Operation("UntagResource", TAGGED, tag_keys="TagKeys"),
        )
    ),
    model="cloudwatch",
    prefix="cloudwatch",
    resource_tags=_tags,
    forms=QUERY,
    pretended={"SetAlarmState": "alarms are kept, not evaluated, and their actions do not run."},
)
