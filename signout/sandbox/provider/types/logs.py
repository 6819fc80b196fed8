"""CloudWatch Logs: log groups."""

from __future__ import annotations

from typing import Final

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.names import parameters, state
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.wire import Props

_NAMES: Final = {"name": "logGroupName"}


def _create(aws: Aws, inputs: Props) -> str:
    client = aws("logs")
    client.create_log_group(**parameters(client, "CreateLogGroup", inputs, _NAMES))
    return str(inputs["name"])


def _set_retention(aws: Aws, id: str, inputs: Props) -> None:
    days = inputs.get("retentionInDays", 0)
    if days:
        aws("logs").put_retention_policy(logGroupName=id, retentionInDays=days)


def _read(aws: Aws, id: str, known: Props) -> Props | None:
    client = aws("logs")
    groups = client.describe_log_groups(logGroupNamePrefix=id)["logGroups"]
    group = next((each for each in groups if each["logGroupName"] == id), None)
    if group is None:
        return None
    arn = group["arn"].removesuffix(":*")
    tags = client.list_tags_for_resource(resourceArn=arn)["tags"]
    return {"retentionInDays": 0, **state("aws:cloudwatch/logGroup:LogGroup", group, _NAMES), "arn": arn, "tags": tags}


def _update(aws: Aws, id: str, update: Update) -> None:
    client, new = aws("logs"), update.new
    if update.touches("retentionInDays"):
        client.delete_retention_policy(logGroupName=id)
        _set_retention(aws, id, new)
    if update.touches("kmsKeyId"):
        if new.get("kmsKeyId"):
            client.associate_kms_key(logGroupName=id, kmsKeyId=new["kmsKeyId"])
        else:
            client.disassociate_kms_key(logGroupName=id)
    if update.new_tags:
        client.tag_resource(resourceArn=update.old["arn"], tags=update.new_tags)
    if update.dropped_tags:
        client.untag_resource(resourceArn=update.old["arn"], tagKeys=update.dropped_tags)


def _delete(aws: Aws, id: str, known: Props) -> None:
    if not known.get("skipDestroy"):
        aws("logs").delete_log_group(logGroupName=id)


LOG_GROUP = Type(
    token="aws:cloudwatch/logGroup:LogGroup",
    cloudformation="AWS::Logs::LogGroup",
    names=_NAMES,
    carries=("kmsKeyId", "logGroupClass", "name", "retentionInDays", "skipDestroy", "tags"),
    autoname=Autoname(longest=512),
    defaults={"retentionInDays": 0, "skipDestroy": False},
    chosen=frozenset({"logGroupClass"}),
    kept=frozenset({"skipDestroy"}),
    replaces=frozenset({"logGroupClass"}),
    create=_create,
    settle=_set_retention,
    read=_read,
    update=_update,
    delete=_delete,
)
