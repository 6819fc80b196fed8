"""What gets to CloudWatch Logs, and what does not because the execution role may not write it."""

from __future__ import annotations

import json
import re

from tests.sandbox.functions.deployments import Deployments, eventually

SAYS = """
import logging

def handler(event, context):
    print("one")
    print("two\\nthree")
    logging.getLogger().warning("four\\nfive")
    return context.log_stream_name
"""
WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")


def reported(sandbox: Deployments, group: str) -> list[str]:
    """All messages of a log group once there is a REPORT among them."""
    messages = [message for stream in sandbox.logged(group).values() for message in stream]
    return messages if any("REPORT" in message for message in messages) else []


def test_lines(sandbox: Deployments) -> None:
    """A printed line is an event, a logged message is one whatever lines it holds, and Lambda's own lie around them."""
    function = sandbox.deploy(SAYS)
    answer = sandbox.invoke(function)

    messages = eventually(lambda: reported(sandbox, f"/aws/lambda/{function}"))
    start, one, two, three, four, end, report = messages
    assert start == f"START RequestId: {answer.request_id} Version: $LATEST\n"
    assert (one, two, three) == ("one\n", "two\n", "three\n")
    assert re.fullmatch(r"\[WARNING\]\t\d{4}-\d\d-\d\dT[\d:.]+Z\t" + answer.request_id + "\tfour\nfive\n", four)
    assert end == f"END RequestId: {answer.request_id}\n"
    assert report.startswith(f"REPORT RequestId: {answer.request_id}\tDuration: ")


def test_stream(sandbox: Deployments) -> None:
    """Each environment has a stream, named by date, version and a number of its own; warm events go to the same one."""
    function = sandbox.deploy(SAYS)
    names = {sandbox.invoke(function).payload for _ in range(2)}

    assert len(names) == 1
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", next(iter(names)))
    group = f"/aws/lambda/{function}"
    eventually(lambda: "".join(reported(sandbox, group)).count("REPORT") == 2)
    assert set(sandbox.logged(group)) == names


def test_tail_only_if_asked(sandbox: Deployments) -> None:
    """The log comes with the answer for LogType=Tail, its last 4 KB, and not otherwise."""
    function = sandbox.deploy("def handler(event, context): print('x' * 10_000)")

    assert sandbox.invoke(function, LogType="None").log == []
    assert 4000 < len("\n".join(sandbox.invoke(function).log)) <= 4096


def test_role_that_may_not_write(sandbox: Deployments) -> None:
    """Without logs:* in the role the function runs all the same, and nothing is written."""
    silent = sandbox.deploy(SAYS, Role=sandbox.service_role())
    loud = sandbox.deploy(SAYS)

    assert sandbox.invoke(silent).error is None
    sandbox.invoke(loud)
    eventually(lambda: reported(sandbox, f"/aws/lambda/{loud}"))  # written after the other's turn
    assert sandbox.logged(f"/aws/lambda/{silent}") == {}


def test_role_that_may_not_make_groups(sandbox: Deployments) -> None:
    """A role without logs:CreateLogGroup writes to a group that is there, and makes none."""
    role = sandbox.service_role(*WRITE)
    with_group, without = sandbox.deploy(SAYS, Role=role), sandbox.deploy(SAYS, Role=role)
    sandbox.client("logs").create_log_group(logGroupName=f"/aws/lambda/{with_group}")
    sandbox.invoke(without)
    sandbox.invoke(with_group)

    assert eventually(lambda: reported(sandbox, f"/aws/lambda/{with_group}"))
    assert sandbox.logged(f"/aws/lambda/{without}") == {}


def test_group_of_choice(sandbox: Deployments) -> None:
    """LoggingConfig names another group, and the function is told."""
    source = """
    import os

    def handler(event, context):
        return [context.log_group_name, os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]]
    """
    function = sandbox.deploy(source, LoggingConfig={"LogGroup": "/mine"})

    assert sandbox.invoke(function).payload == ["/mine", "/mine"]
    assert eventually(lambda: reported(sandbox, "/mine"))
    assert sandbox.logged(f"/aws/lambda/{function}") == {}


def test_json(sandbox: Deployments) -> None:
    """With LogFormat JSON every line of Lambda's and of the logger's is an object, filtered by its level."""
    source = """
    import logging

    def handler(event, context):
        logging.getLogger().info("not wanted")
        logging.getLogger().warning("wanted")
    """
    function = sandbox.deploy(source, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"})
    answer = sandbox.invoke(function)

    start, message, report = [json.loads(line) for line in answer.log]
    assert (start["type"], start["record"]) == (
        "platform.start",
        {"requestId": answer.request_id, "version": "$LATEST"},
    )
    assert (message["level"], message["message"], message["requestId"]) == ("WARNING", "wanted", answer.request_id)
    assert (report["type"], report["record"]["status"]) == ("platform.report", "success")
    assert report["record"]["metrics"]["memorySizeMB"] == 128


def test_system_level(sandbox: Deployments) -> None:
    """SystemLogLevel WARN leaves out Lambda's lines on what went well."""
    function = sandbox.deploy(SAYS, LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})

    assert [line for line in sandbox.invoke(function).log if "platform" in line] == []


def test_much(sandbox: Deployments) -> None:
    """More than one PutLogEvents can carry arrives whole."""
    function = sandbox.deploy("def handler(event, context):\n    for n in range(12_000): print(n, 'x' * 100)")
    sandbox.invoke(function)
    group = f"/aws/lambda/{function}"
    stream = eventually(lambda: next(iter(sandbox.logged(group)), None))

    def count() -> int:
        page = sandbox.client("logs").get_paginator("filter_log_events")
        return sum(len(part["events"]) for part in page.paginate(logGroupName=group, logStreamNames=[stream]))

    assert eventually(lambda: count() == 12_003)
