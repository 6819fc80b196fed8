"""What watches over the runbook: alarms and a dashboard."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

_FIVE_MINUTES = 300
_HOUR = 3600
# As the function writes them into its log.
_OUTCOME_METRICS = ("UsersSignedOut", "UsersNotFound", "UsersRefused", "UsersFailed", "UsersNotReached")
_SIGNED_OUT = _OUTCOME_METRICS[0]
_NOT_CARRIED_OUT = "OrdersNotCarriedOut"


@dataclass(frozen=True, slots=True)
class Watched:
    """The function and its dead-letter queue, by name; the namespace of the function's own metrics; the Region."""

    function_name: str
    queue_name: str
    namespace: str
    region: str


@dataclass(frozen=True, slots=True)
class _Alarm:
    """Goes off when the statistic over the period reaches the threshold."""

    name: str
    why: str
    namespace: str
    metric: str
    dimensions: dict[str, str]
    statistic: str = "Sum"
    period: int = _FIVE_MINUTES
    threshold: int = 1


def alarms(
    name: str, watched: Watched, users_per_hour: int, topic: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> None:
    """The alarms, all of them to one topic. A metric without data raises none."""
    function = {"FunctionName": watched.function_name}
    table = (
        _Alarm("errors", "The runbook failed: an order may be carried out in part", "AWS/Lambda", "Errors", function),
        _Alarm("throttles", "An order was turned away: too many at a time", "AWS/Lambda", "Throttles", function),
        _Alarm(
            "dead-letters",
            "Orders given asynchronously were never carried out to their end",
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            {"QueueName": watched.queue_name},
            statistic="Maximum",
        ),
        _Alarm(
            "not-carried-out",
            "An order was rejected or not carried out for all of its users; its result, and the log, say for which",
            watched.namespace,
            _NOT_CARRIED_OUT,
            function,
        ),
        _Alarm(
            "many-users",
            f"More than {users_per_hour} users were signed out within an hour",
            watched.namespace,
            _SIGNED_OUT,
            function,
            period=_HOUR,
            threshold=users_per_hour + 1,
        ),
    )
    for alarm in table:
        aws.cloudwatch.MetricAlarm(
            f"{name}-{alarm.name}",
            alarm_description=alarm.why,
            namespace=alarm.namespace,
            metric_name=alarm.metric,
            dimensions=alarm.dimensions,
            statistic=alarm.statistic,
            period=alarm.period,
            evaluation_periods=1,
            threshold=alarm.threshold,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[topic],
            opts=opts,
        )


def dashboard(name: str, watched: Watched, opts: pulumi.ResourceOptions) -> None:
    """One page: what became of users, how the function does, what waits in the dead-letter queue."""
    function = ["FunctionName", watched.function_name]
    graphs: tuple[tuple[str, str, list[list[str]]], ...] = (
        ("Users by outcome", "Sum", [[watched.namespace, metric, *function] for metric in _OUTCOME_METRICS]),
        (
            "Orders not carried out in full, of these rejected",
            "Sum",
            [[watched.namespace, metric, *function] for metric in (_NOT_CARRIED_OUT, "OrdersRejected")],
        ),
        ("Calls", "Sum", [["AWS/Lambda", metric, *function] for metric in ("Invocations", "Errors", "Throttles")]),
        ("Duration", "Maximum", [["AWS/Lambda", "Duration", *function]]),
        (
            "Dead letters",
            "Maximum",
            [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", watched.queue_name]],
        ),
    )
    widgets = [
        _graph(place, title, statistic, metrics, watched.region)
        for place, (title, statistic, metrics) in enumerate(graphs)
    ]
    aws.cloudwatch.Dashboard(
        f"{name}-dashboard",
        dashboard_name=watched.function_name,
        dashboard_body=json.dumps({"widgets": widgets}),
        opts=opts,
    )


def _graph(place: int, title: str, statistic: str, metrics: list[list[str]], region: str) -> dict[str, Any]:
    """A graph in a grid of two columns."""
    return {
        "type": "metric",
        "x": 12 * (place % 2),
        "y": 6 * (place // 2),
        "width": 12,
        "height": 6,
        "properties": {
            "title": title,
            "stat": statistic,
            "period": _FIVE_MINUTES,
            "metrics": metrics,
            "region": region,
        },
    }
