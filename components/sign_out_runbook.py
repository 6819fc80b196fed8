"""The runbook: a Lambda function that signs users of one pool out, with everything that watches over it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from signout.cognito.exposure import Settings

from . import exposure, runbook_zip
from .account import Account
from .concurrency import Concurrency, Reserved, Unreserved, calls_per_second
from .grants import Grant, as_inputs, policy_document
from .runbook_watch import Watched, alarms, dashboard

ALIAS = "live"
METRIC_NAMESPACE = "CognitoSignOut"
_RUNTIME = "python3.13"
_DEAD_LETTERS_KEPT = 14 * 24 * 3600  # the most that SQS keeps
_ASYNCHRONOUS_AGE = 3600
_LEAST_TIMEOUT, _MOST_TIMEOUT = 30, 900


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutRunbookArgs:
    """What SignOutRunbook needs."""

    account: Account
    """Where the function is made; the pool has to be there too."""
    function_name: str
    """The function's own name, up to 64 letters, digits, `-` and `_`. It is fixed, so that the ARNs of its log group
    and queue, and with them every grant but the one on a new pool, are known at preview."""
    user_pool_id: pulumi.Input[str]
    """The pool whose users are signed out, this stack's or any other one of the account."""
    user_pool_arn: pulumi.Input[str]
    """The same pool's ARN."""
    exposure: Settings
    """What is known of the pool, for the function to say what a sign-out does not reach."""
    concurrency: Concurrency
    """How many instances may run at a time."""
    build_folder: Path = Path("build")
    """Where the zip is written, seen from the program's folder."""
    timeout_seconds: int = 120
    """The function's time for one order, 30 to 900. 100 users at 5 calls a second take 20 s where nothing is tried
    again; 12 s at the end are kept free to finish a call and answer."""
    memory_megabytes: int = 256
    """Memory, and with it the share of a processor."""
    log_retention_days: int = 90
    """How long log lines are kept; one of the values that CloudWatch Logs knows."""
    log_kms_key_arn: pulumi.Input[str] | None = None
    """A KMS key for the log group. Its policy has to let CloudWatch Logs use it."""
    log_usernames: bool = False
    """Whether the log names users as the order does. Otherwise it has a keyed hash of each name."""
    log_key: pulumi.Input[str] | None = None
    """The key of these hashes. Without it each instance makes up its own."""
    alarm_email: str | None = None
    """An address that is asked to subscribe to the alarms."""
    users_per_hour_alarm: int = 500
    """More users than this signed out within an hour raise an alarm."""
    permissions_boundary: pulumi.Input[str] | None = None
    """ARN of a managed policy that bounds the execution role."""

    def __post_init__(self) -> None:
        if not _LEAST_TIMEOUT <= self.timeout_seconds <= _MOST_TIMEOUT:
            raise ValueError(
                f"SignOutRunbook: timeout_seconds is {self.timeout_seconds}, "
                f"expected {_LEAST_TIMEOUT} to {_MOST_TIMEOUT}"
            )


class SignOutRunbook(pulumi.ComponentResource):
    """Function, execution role, log group, dead-letter queue, alias, alarms, dashboard.

    Outputs: ``function_name``, ``alias_arn`` (what callers invoke), ``role_arn``, ``log_group_name``,
    ``dead_letter_queue_url``, ``alarm_topic_arn``.
    """

    function_name: pulumi.Output[str]
    alias_arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    dead_letter_queue_url: pulumi.Output[str]
    alarm_topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: SignOutRunbookArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        grants = _grants(name, args)
        super().__init__("signout:cognito:SignOutRunbook", name, _inputs(grants, args), opts)
        mine = pulumi.ResourceOptions(parent=self)
        log_group = _log_group(name, args, mine)
        dead_letters = _dead_letters(name, args, mine)
        role, policy = _role(name, args, grants, mine)
        made_first = pulumi.ResourceOptions(parent=self, depends_on=[policy, log_group])
        function = _function(name, args, role, dead_letters, made_first)
        alias = _alias(name, function, mine)
        topic = _topic(name, args, mine)
        watched = Watched(args.function_name, _dead_letters_name(args), METRIC_NAMESPACE, args.account.region)
        alarms(name, watched, args.users_per_hour_alarm, topic.arn, mine)
        dashboard(name, watched, mine)

        self.function_name = function.name
        self.alias_arn = alias.arn
        self.role_arn = role.arn
        self.log_group_name = log_group.name
        self.dead_letter_queue_url = dead_letters.url
        self.alarm_topic_arn = topic.arn
        self.register_outputs(
            {
                "functionName": self.function_name,
                "aliasArn": self.alias_arn,
                "roleArn": self.role_arn,
                "logGroupName": self.log_group_name,
                "deadLetterQueueUrl": self.dead_letter_queue_url,
                "alarmTopicArn": self.alarm_topic_arn,
            }
        )


def _grants(name: str, args: SignOutRunbookArgs) -> list[Grant]:
    """What the function may do. Its log group and queue are named here, so that their ARNs are known beforehand."""
    role = f"{name}-role"
    log_streams = args.account.arn("logs", f"log-group:{_log_group_name(args)}:*")
    dead_letters = args.account.arn("sqs", _dead_letters_name(args))
    return [
        Grant(role, ("cognito-idp:AdminUserGlobalSignOut",), (args.user_pool_arn,)),
        Grant(role, ("logs:CreateLogStream", "logs:PutLogEvents"), (log_streams,)),
        Grant(role, ("sqs:SendMessage",), (dead_letters,)),
    ]


def _inputs(grants: list[Grant], args: SignOutRunbookArgs) -> dict[str, pulumi.Input[object]]:
    match args.concurrency:
        case Reserved(instances):
            return {"grants": as_inputs(grants), "reservedConcurrency": instances}
        case Unreserved(reason):
            return {"grants": as_inputs(grants), "noReservationReason": reason}


def _log_group_name(args: SignOutRunbookArgs) -> str:
    return f"/aws/lambda/{args.function_name}"


def _dead_letters_name(args: SignOutRunbookArgs) -> str:
    return f"{args.function_name}-dead-letters"


def _log_group(name: str, args: SignOutRunbookArgs, opts: pulumi.ResourceOptions) -> aws.cloudwatch.LogGroup:
    return aws.cloudwatch.LogGroup(
        f"{name}-log",
        name=_log_group_name(args),
        retention_in_days=args.log_retention_days,
        kms_key_id=args.log_kms_key_arn,
        opts=opts,
    )


def _dead_letters(name: str, args: SignOutRunbookArgs, opts: pulumi.ResourceOptions) -> aws.sqs.Queue:
    """Keeps orders that were given asynchronously and never ended; who waits for an answer gets the error instead."""
    return aws.sqs.Queue(
        f"{name}-dead-letters",
        name=_dead_letters_name(args),
        sqs_managed_sse_enabled=True,
        message_retention_seconds=_DEAD_LETTERS_KEPT,
        opts=opts,
    )


def _role(
    name: str, args: SignOutRunbookArgs, grants: list[Grant], opts: pulumi.ResourceOptions
) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role(
        f"{name}-role",
        description="Execution role of the sign-out runbook",
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        permissions_boundary=args.permissions_boundary,
        opts=opts,
    )
    return role, aws.iam.RolePolicy(f"{name}-role", role=role.name, policy=policy_document(grants), opts=opts)


def _function(
    name: str,
    args: SignOutRunbookArgs,
    role: aws.iam.Role,
    dead_letters: aws.sqs.Queue,
    opts: pulumi.ResourceOptions,
) -> aws.lambda_.Function:
    return aws.lambda_.Function(
        f"{name}-function",
        name=args.function_name,
        description="Signs users of one Cognito user pool out",
        role=role.arn,
        runtime=_RUNTIME,
        handler=runbook_zip.HANDLER,
        code=pulumi.FileArchive(str(runbook_zip.build(args.build_folder))),
        timeout=args.timeout_seconds,
        memory_size=args.memory_megabytes,
        reserved_concurrent_executions=_reservation(args.concurrency),
        environment={"variables": _environment(args)},
        dead_letter_config={"target_arn": dead_letters.arn},
        logging_config={"log_format": "JSON", "log_group": _log_group_name(args)},
        publish=True,
        opts=opts,
    )


def _reservation(concurrency: Concurrency) -> int | None:
    match concurrency:
        case Reserved(instances):
            return instances
        case Unreserved():
            return None


def _environment(args: SignOutRunbookArgs) -> dict[str, pulumi.Input[str]]:
    """What `deployment.py` of the runbook reads."""
    variables: dict[str, pulumi.Input[str]] = {
        "USER_POOL_ID": args.user_pool_id,
        "CALLS_PER_SECOND": str(calls_per_second(args.concurrency)),
        "METRIC_NAMESPACE": METRIC_NAMESPACE,
        "EXPOSURE": exposure.document(args.exposure),
        "LOG_USERNAMES": "true" if args.log_usernames else "false",
    }
    if args.log_key is not None:
        variables["LOG_KEY"] = pulumi.Output.secret(args.log_key)
    return variables


def _alias(name: str, function: aws.lambda_.Function, opts: pulumi.ResourceOptions) -> aws.lambda_.Alias:
    alias = aws.lambda_.Alias(
        f"{name}-{ALIAS}",
        name=ALIAS,
        description="What callers invoke",
        function_name=function.name,
        function_version=function.version,
        opts=opts,
    )
    aws.lambda_.FunctionEventInvokeConfig(
        f"{name}-asynchronous",
        function_name=function.name,
        qualifier=alias.name,
        maximum_retry_attempts=2,
        maximum_event_age_in_seconds=_ASYNCHRONOUS_AGE,
        opts=opts,
    )
    return alias


def _topic(name: str, args: SignOutRunbookArgs, opts: pulumi.ResourceOptions) -> aws.sns.Topic:
    """Where alarms go. Not encrypted by the key that AWS manages for SNS: CloudWatch may not use that one."""
    topic = aws.sns.Topic(f"{name}-alarms", opts=opts)
    if args.alarm_email is not None:
        aws.sns.TopicSubscription(
            f"{name}-alarms", topic=topic.arn, protocol="email", endpoint=args.alarm_email, opts=opts
        )
    return topic
