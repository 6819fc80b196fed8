"""Each correction keeps a promise of Lambda's that moto, as it comes, breaks.

Where moto keeps one itself, the test is skipped and says so: the correction can go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import moto
import pytest
from botocore.exceptions import ClientError

from signout.sandbox.functions import corrections
from tests.sandbox.functions.deployments import Deployments, package, start, stop

RETURNS = "def handler(event, context): return event"
Promise = Callable[[Deployments], None]


def dead_letter(sandbox: Deployments) -> None:
    """DeadLetterConfig is kept."""
    queue, role = sandbox.queue(), sandbox.service_role("sqs:SendMessage")
    function = sandbox.deploy(RETURNS, Role=role, DeadLetterConfig={"TargetArn": queue})
    assert configuration(sandbox, function)["DeadLetterConfig"] == {"TargetArn": queue}
    update(sandbox, function, DeadLetterConfig={"TargetArn": ""})
    assert "DeadLetterConfig" not in configuration(sandbox, function)


def logging_config(sandbox: Deployments) -> None:
    """LoggingConfig is kept, and has its defaults."""
    function = sandbox.deploy(RETURNS)
    assert configuration(sandbox, function)["LoggingConfig"] == {
        "LogFormat": "Text",
        "LogGroup": f"/aws/lambda/{function}",
    }
    update(sandbox, function, LoggingConfig={"LogFormat": "JSON", "LogGroup": "/mine"})
    assert configuration(sandbox, function)["LoggingConfig"] == {
        "LogFormat": "JSON",
        "LogGroup": "/mine",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
    }


def updates(sandbox: Deployments) -> None:
    """UpdateFunctionConfiguration changes all that it is given."""
    function = sandbox.deploy(RETURNS)
    update(sandbox, function, TracingConfig={"Mode": "Active"}, EphemeralStorage={"Size": 1024})
    now = configuration(sandbox, function)
    assert (now["TracingConfig"], now["EphemeralStorage"]) == ({"Mode": "Active"}, {"Size": 1024})


def versions(sandbox: Deployments) -> None:
    """A version's number is never given again, and the same code is not published twice."""
    client, function = sandbox.client("lambda"), sandbox.deploy(RETURNS, Publish=True)
    change = {"FunctionName": function, "Publish": True}
    assert client.update_function_code(**change, ZipFile=package(RETURNS + " "))["Version"] == "2"
    assert client.publish_version(FunctionName=function)["Version"] == "2"
    client.delete_function(FunctionName=function, Qualifier="2")
    assert client.update_function_code(**change, ZipFile=package(RETURNS + "  "))["Version"] == "3"


def event_invoke(sandbox: Deployments) -> None:
    """Each qualifier has its own EventInvokeConfig, which a second Put replaces."""
    client, function = sandbox.client("lambda"), sandbox.deploy(RETURNS, Publish=True)
    put, get = client.put_function_event_invoke_config, client.get_function_event_invoke_config
    put(FunctionName=function, MaximumRetryAttempts=0)
    put(FunctionName=function, MaximumRetryAttempts=1)
    put(FunctionName=function, Qualifier="1", MaximumRetryAttempts=2)
    assert get(FunctionName=function)["MaximumRetryAttempts"] == 1
    assert get(FunctionName=function, Qualifier="1")["MaximumRetryAttempts"] == 2
    client.update_function_event_invoke_config(FunctionName=function, MaximumEventAgeInSeconds=60)
    assert get(FunctionName=function)["MaximumRetryAttempts"] == 1
    client.delete_function_event_invoke_config(FunctionName=function)
    assert len(client.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"]) == 1


def reserved_concurrency(sandbox: Deployments) -> None:
    """A reservation of 0 is reported."""
    client, function = sandbox.client("lambda"), sandbox.deploy(RETURNS)
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    assert client.get_function(FunctionName=function)["Concurrency"] == {"ReservedConcurrentExecutions": 0}


def packages(sandbox: Deployments) -> None:
    """A package that is no zip is refused."""
    assert refused(lambda: sandbox.deploy("", Code={"ZipFile": b"no zip"}))


def execution_role(sandbox: Deployments) -> None:
    """A role that does not trust Lambda is refused."""
    assert refused(lambda: sandbox.deploy(RETURNS, Role=sandbox.service_role(service="ec2.amazonaws.com")))


def targets(sandbox: Deployments) -> None:
    """A dead-letter queue to which the role may not send is refused."""
    assert refused(lambda: sandbox.deploy(RETURNS, DeadLetterConfig={"TargetArn": sandbox.queue()}))


def limits(sandbox: Deployments) -> None:
    """A variable that Lambda keeps for itself is refused."""
    assert refused(lambda: sandbox.deploy(RETURNS, Environment={"Variables": {"AWS_REGION": "x"}}))


def refused_(sandbox: Deployments) -> None:
    """A function whose settings would change nothing is not made."""
    assert refused(lambda: sandbox.deploy(RETURNS, SnapStart={"ApplyOn": "PublishedVersions"}))


PROMISES: dict[str, Promise] = {
    "dead_letter": dead_letter,
    "event_invoke": event_invoke,
    "execution_role": execution_role,
    "limits": limits,
    "logging_config": logging_config,
    "packages": packages,
    "refused": refused_,
    "reserved_concurrency": reserved_concurrency,
    "targets": targets,
    "updates": updates,
    "versions": versions,
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployments]:
    """moto as it comes."""
    made = start(tmp_path_factory.mktemp("moto"), "--bare")
    yield made
    stop(made)


def test_all_are_here() -> None:
    """Each correction has a promise here."""
    folder = Path(str(corrections.__file__)).parent

    assert sorted(PROMISES) == sorted(file.stem for file in folder.glob("*.py") if file.stem != "__init__")


@pytest.mark.parametrize("promise", PROMISES.values(), ids=list(PROMISES))
def test_kept(sandbox: Deployments, promise: Promise) -> None:
    """The sandbox keeps the promise."""
    promise(sandbox)


@pytest.mark.parametrize("promise", PROMISES.values(), ids=list(PROMISES))
def test_needed(bare: Deployments, promise: Promise) -> None:
    """moto does not."""
    try:
        promise(bare)
    except (AssertionError, ClientError, KeyError):
        return
    pytest.skip(f"moto {moto.__version__} keeps this promise itself; the correction can go")


def configuration(sandbox: Deployments, function: str) -> Any:
    return sandbox.client("lambda").get_function_configuration(FunctionName=function)


def update(sandbox: Deployments, function: str, **changes: Any) -> None:
    sandbox.client("lambda").update_function_configuration(FunctionName=function, **changes)


def refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError:
        return True
    return False
