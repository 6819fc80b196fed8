"""CloudWatch: metric alarms and dashboards."""

from __future__ import annotations

from typing import Final

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.names import parameters, state
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.wire import Props

_ALARM_NAMES: Final = {
    "arn": "AlarmArn",
    "name": "AlarmName",
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "metricQueries": "Metrics",
    "metricQueries.metric": "MetricStat",
    "metricQueries.metric.dimensions": "Metric.Dimensions",
    "metricQueries.metric.metricName": "Metric.MetricName",
    "metricQueries.metric.namespace": "Metric.Namespace",
    "okActions": "OKActions",
}


def _put_alarm(aws: Aws, inputs: Props) -> str:
    client = aws("cloudwatch")
    client.put_metric_alarm(**parameters(client, "PutMetricAlarm", inputs, _ALARM_NAMES))
    return str(inputs["name"])


def _read_alarm(aws: Aws, id: str, known: Props) -> Props | None:
    client = aws("cloudwatch")
    alarms = client.describe_alarms(AlarmNames=[id], AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    if not alarms:
        return None
    tags = client.list_tags_for_resource(ResourceARN=alarms[0]["AlarmArn"])["Tags"]
    found = state("aws:cloudwatch/metricAlarm:MetricAlarm", alarms[0], _ALARM_NAMES)
    return {"treatMissingData": "missing", **found, "tags": {each["Key"]: each["Value"] for each in tags}}


def _update_alarm(aws: Aws, id: str, update: Update) -> None:
    client = aws("cloudwatch")
    _put_alarm(aws, {name: value for name, value in update.new.items() if name != "tags"})
    if update.new_tags:
        pairs = [{"Key": key, "Value": value} for key, value in update.new_tags.items()]
        client.tag_resource(ResourceARN=update.old["arn"], Tags=pairs)
    if update.dropped_tags:
        client.untag_resource(ResourceARN=update.old["arn"], TagKeys=update.dropped_tags)


METRIC_ALARM = Type(
    token="aws:cloudwatch/metricAlarm:MetricAlarm",
    cloudformation="AWS::CloudWatch::Alarm",
    names=_ALARM_NAMES,
    carries=(
        "actionsEnabled",
        "alarmActions",
        "alarmDescription",
        "comparisonOperator",
        "datapointsToAlarm",
        "dimensions",
        "evaluateLowSampleCountPercentiles",
        "evaluationPeriods",
        "extendedStatistic",
        "insufficientDataActions",
        "metricName",
        "metricQueries",
        "name",
        "namespace",
        "okActions",
        "period",
        "statistic",
        "tags",
        "threshold",
        "thresholdMetricId",
        "treatMissingData",
        "unit",
    ),
    autoname=Autoname(),
    defaults={"actionsEnabled": True, "treatMissingData": "missing"},
    chosen=frozenset({"evaluateLowSampleCountPercentiles"}),
    create=_put_alarm,
    read=_read_alarm,
    update=_update_alarm,
    delete=lambda aws, id, known: aws("cloudwatch").delete_alarms(AlarmNames=[id]),
)


def _put_dashboard(aws: Aws, inputs: Props) -> str:
    name = str(inputs["dashboardName"])
    aws("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=inputs["dashboardBody"])
    return name


def _read_dashboard(aws: Aws, id: str, known: Props) -> Props:
    return state("aws:cloudwatch/dashboard:Dashboard", aws("cloudwatch").get_dashboard(DashboardName=id))


DASHBOARD = Type(
    token="aws:cloudwatch/dashboard:Dashboard",
    cloudformation="AWS::CloudWatch::Dashboard",
    carries=("dashboardBody", "dashboardName"),
    documents=frozenset({"dashboardBody"}),
    ordered=frozenset({"dashboardBody"}),
    create=_put_dashboard,
    read=_read_dashboard,
    update=lambda aws, id, update: _put_dashboard(aws, update.new),
    delete=lambda aws, id, known: aws("cloudwatch").delete_dashboards(DashboardNames=[id]),
)
