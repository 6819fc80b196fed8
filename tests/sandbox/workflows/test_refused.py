"""What the interpreter would do otherwise than Step Functions is refused at deployment, by name and place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signout.sandbox.workflows.definitions import check
from signout.sandbox.workflows.executions import MAXIMUM_EVENTS
from tests.sandbox.workflows.conftest import SERVICE, Workflows, program

DONE = {"Type": "Succeed"}
PASS = {"Type": "Pass", "End": True}
PUBLISH = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}


def map_with(**more: Any) -> dict[str, Any]:
    return {"All": {"Type": "Map", "ItemProcessor": program({"Each": PASS}), "End": True, **more}}


def task(resource: str) -> dict[str, Any]:
    return {"Run": {"Type": "Task", "Resource": resource, "End": True}}


ROLE = {"RoleArn": "arn:aws:iam::123456789012:role/another"}
DISTRIBUTED = {**program({"Each": PASS}), "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
INNER = {"Type": "Parallel", "Branches": [program({"Deep": {**PASS, "QueryLanguage": "JSONata"}})], "End": True}
CASES = [
    # name                   definition                                              named
    ("JSONata",              program({"Done": DONE}, QueryLanguage="JSONata"),       "JSONata, at / of"),
    ("JSONata in a state",   program({"Both": INNER}),                               "/Branches/0/States/Deep of"),
    ("another role",         program({"Run": {**PUBLISH, "Credentials": ROLE}}),     "(Credentials)"),
    ("distributed map",      program(map_with(ItemProcessor=DISTRIBUTED)),           "distributed mode"),
    ("items from elsewhere", program(map_with(ItemReader={"Resource": "x"})),        "(ItemReader)"),
    ("results elsewhere",    program(map_with(ResultWriter={"Resource": "x"})),      "(ResultWriter)"),
    ("batches",              program(map_with(ItemBatcher={"MaxItemsPerBatch": 2})), "(ItemBatcher)"),
    ("activity",             program(task("arn:aws:states:eu-central-1:123456789012:activity:a")), ":activity:a"),
    ("batch job",            program(task("arn:aws:states:::batch:submitJob.sync")), "batch:submitJob"),
    ("HTTP",                 program(task("arn:aws:states:::http:invoke")),          "http:invoke"),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "named"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_definition(workflows: Workflows, definition: dict[str, Any], named: str) -> None:
    """Neither a new state machine nor a changed one may ask for what is not simulated."""
    machine = workflows.deploy({"Done": DONE})
    role = workflows.sandbox.service_role(service=SERVICE)
    update = workflows.states.update_state_machine
    for deploy in (
        lambda: workflows.create(definition, role),
        lambda: update(stateMachineArn=machine, definition=json.dumps(definition)),
    ):
        with pytest.raises(ClientError) as raised:
            deploy()

        assert raised.value.response["Error"]["Code"] == "NotSimulated"
        assert named in raised.value.response["Error"]["Message"]


GROUP = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:eu-central-1:123456789012:log-group:g:*"}}
SETTINGS = [
    ("express", {"type": "EXPRESS"}, "EXPRESS"),
    ("logs", {"loggingConfiguration": {"level": "ALL", "destinations": [GROUP]}}, "loggingConfiguration"),
    (
        "own key",
        {"encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/mine"}},
        "encryptionConfiguration",
    ),
]


@pytest.mark.parametrize(("settings", "named"), [row[1:] for row in SETTINGS], ids=[row[0] for row in SETTINGS])
def test_setting(workflows: Workflows, settings: dict[str, Any], named: str) -> None:
    """Nor may it have settings that would be kept and never acted on."""
    with pytest.raises(ClientError) as raised:
        workflows.deploy({"Done": DONE}, **settings)

    assert raised.value.response["Error"]["Code"] == "NotSimulated"
    assert named in raised.value.response["Error"]["Message"]


def test_payload_is_not_looked_into() -> None:
    """What is in a task's parameters is the user's own."""
    check('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"QueryLanguage": "JSONata"}, "End": true}}}')


def test_no_json(workflows: Workflows) -> None:
    """A definition that is none is refused as Step Functions refuses it."""
    role = workflows.sandbox.service_role(service=SERVICE)
    with pytest.raises(ClientError) as raised:
        workflows.states.create_state_machine(name="broken", definition="{", roleArn=role)

    assert raised.value.response["Error"]["Code"] == "InvalidDefinition"


CHOICE = {"Type": "Choice", "Choices": [], "Default": "B"}
ENDLESS = program({"E": {"Type": "Pass"}})
TRANSITIONS = [
    # name              definition                                                     named
    ("no such start",   {"StartAt": "B", "States": {"A": DONE}},                       "Missing 'StartAt' target: B"),
    ("no such next",    program({"A": {"Type": "Pass", "Next": "B"}}),                 "Missing 'Next' target: B"),
    ("no such default", program({"A": CHOICE}),                                       "Missing 'Default' target: B"),
    ("neither",         program({"A": {"Type": "Pass"}}),                              "Exactly one of Next and End"),
    ("not reachable",   program({"A": PASS, "B": PASS}),                               'State "B" is not reachable'),
    ("within a map",    program(map_with(ItemProcessor=ENDLESS)),                     "/All/ItemProcessor/States/E"),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "named"), [row[1:] for row in TRANSITIONS], ids=[row[0] for row in TRANSITIONS])
def test_transition(workflows: Workflows, definition: dict[str, Any], named: str) -> None:
    """A definition whose states lead nowhere is not deployed."""
    with pytest.raises(ClientError) as raised:
        workflows.create(definition, workflows.sandbox.service_role(service=SERVICE))

    assert raised.value.response["Error"]["Code"] == "InvalidDefinition"
    assert named in raised.value.response["Error"]["Message"]


STARTS = [
    # name          parameters                    code
    ("no JSON",     {"input": "{no"},             "InvalidExecutionInput"),
    ("blank",       {"name": "a b"},              "InvalidName"),
    ("taken",       {"name": "once"},             "ExecutionAlreadyExists"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "code"), [row[1:] for row in STARTS], ids=[row[0] for row in STARTS])
def test_start(workflows: Workflows, parameters: dict[str, Any], code: str) -> None:
    """An execution is not started with what is no input or no name, nor twice."""
    machine = workflows.deploy({"Done": DONE})
    workflows.end(workflows.start(machine, name="once"))
    with pytest.raises(ClientError) as raised:
        workflows.states.start_execution(stateMachineArn=machine, **parameters)

    assert raised.value.response["Error"]["Code"] == code


def test_name_taken(workflows: Workflows) -> None:
    """A name that a different state machine has is taken; the same one again is answered with itself."""
    role = workflows.sandbox.service_role(service=SERVICE)
    given = {"name": "taken", "roleArn": role}
    create = workflows.states.create_state_machine
    first, second = (
        '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
        '{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}',
    )
    made = create(definition=first, **given)
    with pytest.raises(ClientError) as raised:
        create(definition=second, **given)

    assert raised.value.response["Error"]["Code"] == "StateMachineAlreadyExists"
    assert create(definition=first, **given)["stateMachineArn"] == made["stateMachineArn"]


def test_history_that_is_full(workflows: Workflows) -> None:
    """An execution that goes on for ever ends when its history is full: by default at Step Functions' own number."""
    assert MAXIMUM_EVENTS == 25_000
    machine = workflows.deploy({"Again": {"Type": "Pass", "Next": "Again"}})
    ending = workflows.end(workflows.start(machine), seconds=120)

    assert (ending.status, ending.error) == ("FAILED", "States.Runtime")
    assert ending.cause == "The execution reached the maximum number of history events (2500)."
    assert len(workflows.history(ending.arn)) == 2500
