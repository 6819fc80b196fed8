"""The runbook is there when it is needed, is watched, and nobody reaches it by the back door."""

from datetime import date

import pytest

from policies.rules.runbook import support_ends
from tests.policies.derive_lambda_runtimes import STORED, text
from tests.policies.stacks import (
    ACCOUNT,
    LAMBDA,
    POOL_ARN,
    UNKNOWN,
    document,
    inspect,
    resource,
    role,
    said,
    statement,
    trust,
)

COMPONENT = ("Runbook", "runbook")
ARN = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:sign-out"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:dead-letters"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms"
DESTINATION = {"destinationConfig": {"onFailure": {"destination": QUEUE}}}
EVENT_INVOKE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"


def function(**changed):
    inputs = {
        "name": "sign-out",
        "runtime": "python3.13",
        "role": f"arn:aws:iam::{ACCOUNT}:role/runbook",
        "reservedConcurrentExecutions": 2,
        "deadLetterConfig": {"targetArn": QUEUE},
        "loggingConfig": {"logGroup": "/aws/lambda/sign-out"},
        **changed,
    }
    return resource("Function", "fn", inputs, {"arn": ARN}, parent=COMPONENT)


def alarm(metric, **changed):
    inputs = {
        "namespace": "AWS/Lambda",
        "metricName": metric,
        "dimensions": {"FunctionName": "sign-out"},
        "alarmActions": [TOPIC],
        **changed,
    }
    return resource("Alarm", metric, inputs, parent=COMPONENT)


def log_group(**changed):
    return resource("LogGroup", "log", {"name": "/aws/lambda/sign-out", "retentionInDays": 90, **changed})


def alias():
    return resource(
        "Alias", "live", {"name": "live", "functionName": "sign-out"}, {"arn": f"{ARN}:live"}, parent=COMPONENT
    )


def component(**inputs):
    return resource(*COMPONENT, {"grants": [], **inputs})


def stack(*changed, without=()):
    """A runbook that is set up well, with some resources in place of its own or in addition, and some left out."""
    own = [component(), function(), alias(), log_group(), alarm("Errors"), alarm("Throttles")]
    by_urn = {each.urn: each for each in (*own, *changed) if each.name not in without}
    return [*by_urn.values(), RUNBOOK_ROLE]


RUNBOOK_ROLE = role("runbook", statement("cognito-idp:AdminUserGlobalSignOut", POOL_ARN))
LISTED = {"nobody-else": {"principals": ["runbook"]}}


def test_a_good_runbook():
    """Of a runbook that is set up well, no rule has anything to say."""
    assert [report.finding.fact for report in inspect(stack(), LISTED)] == []


UNRESERVED = function(reservedConcurrentExecutions=None)
NO_RESERVATION = "Function fn reserves no concurrency, and its component states no reason."
FOREVER = "Function fn: its log group /aws/lambda/sign-out is not in the stack, so is kept forever."
NO_ERRORS_ALARM = "Function fn has no alarm with an action on Errors."

CASES = [
    # rule, the stack, what is said
    ("runbook-concurrency", stack(UNRESERVED), [NO_RESERVATION]),
    ("runbook-concurrency", stack(function(reservedConcurrentExecutions=0)), [NO_RESERVATION]),
    ("runbook-concurrency", stack(UNRESERVED, component(noReservationReason="a new account")), []),
    ("runbook-concurrency", stack(UNRESERVED, component(noReservationReason="")), [NO_RESERVATION]),
    ("runbook-dead-letters", stack(function(deadLetterConfig=None)), ["Function fn has no dead-letter queue."]),
    ("runbook-dead-letters", stack(function(deadLetterConfig=None),
                                   resource(EVENT_INVOKE, "x", {"functionName": "sign-out", **DESTINATION})), []),
    ("runbook-dead-letters", stack(function(deadLetterConfig={"targetArn": UNKNOWN})), []),
    ("runbook-log-retention", stack(log_group(retentionInDays=None)), ["LogGroup log is kept forever."]),
    ("runbook-log-retention", stack(log_group(retentionInDays=7)),
     ["LogGroup log is kept for 7 days; at least 30 are wanted."]),
    ("runbook-log-retention", stack(without=["log"]), [FOREVER]),
    ("runbook-log-retention", stack(function(loggingConfig=None)), []),
    ("runbook-alarms", stack(without=["Errors"]), [NO_ERRORS_ALARM]),
    ("runbook-alarms", stack(alarm("Errors", alarmActions=[])), [NO_ERRORS_ALARM]),
    ("runbook-alarms", stack(alarm("Errors", dimensions={"FunctionName": "other"})), [NO_ERRORS_ALARM]),
    ("runbook-alarms", stack(alarm("Errors", namespace="Custom")), [NO_ERRORS_ALARM]),
    ("runbook-alarms", stack(alarm("Errors", alarmActions=[UNKNOWN])), []),
    ("runbook-alias", stack(without=["live"]), ["Function fn has no alias."]),
    ("runbook-runtime", stack(function(runtime="python3.9")),
     ["Function fn: the support of python3.9 ends on 2025-12-15."]),
    ("runbook-runtime", stack(function(runtime="python9.9")),
     ["Function fn: when the support of python9.9 ends is not known here."]),
    ("runbook-runtime", stack(function(runtime=None)), []),
    ("runbook-runtime", stack(function(runtime="")), []),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "resources", "facts"), CASES)
def test_set_up(rule, resources, facts):
    """Each thing that a runbook lacks is found, and whatever else does its work is taken for it."""
    assert [fact for _, fact in said(rule, resources)] == facts


def caller(arn):
    return role("caller", statement("lambda:InvokeFunction", arn))


CALLERS = [
    # name                  what the policy is for          said of it
    ("the alias",           f"{ARN}:live",                  False),
    ("the function",        ARN,                            True),
    ("by a pattern",        f"{ARN}*",                      True),
    ("all functions",       "*",                            False),
    ("another function",    f"{ARN}-not",                   False),
]  # fmt: skip


@pytest.mark.parametrize(("arn", "found"), [case[1:] for case in CALLERS], ids=[case[0] for case in CALLERS])
def test_callers(arn, found):
    """Who is let in by name calls the alias; who may invoke any function is not meant."""
    facts = ["Role caller may invoke Function fn itself, not by its alias."] if found else []

    assert [fact for _, fact in said("runbook-alias", stack(caller(arn)))] == facts


def permission(principal, **more):
    inputs = {"function": "sign-out", "action": "lambda:InvokeFunction", "qualifier": "live", "principal": principal}
    return resource("Permission", "p", {**inputs, **more})


SOURCE = {"sourceArn": "arn:aws:events:eu-west-1:1:rule/r"}
PERMISSIONS = [
    # name                  permission                                                  whom, too widely
    ("one service's rule",  permission("events.amazonaws.com", **SOURCE),               None),
    ("an account",          permission(ACCOUNT),                                        None),
    ("a role",              permission(f"arn:aws:iam::{ACCOUNT}:role/ops"),             None),
    ("everyone",            permission("*"),                                            "everyone"),
    ("a whole service",     permission("s3.amazonaws.com"),
     "s3.amazonaws.com, for whichever of its customers,"),
    ("a service for one",   permission("s3.amazonaws.com", sourceAccount=ACCOUNT),      None),
    ("every action",        permission(ACCOUNT, action="lambda:*"),
     f"{ACCOUNT} do everything to and"),
    ("by its address",      permission("*", action="lambda:InvokeFunctionUrl", functionUrlAuthType="AWS_IAM"),
     "everyone"),
    ("an organization",     permission("*", principalOrgId="o-1"),
     "everyone of the organization o-1"),
    ("another action",      permission("*", action="lambda:GetFunction"),               None),
    ("by ARN",              permission("*", function=ARN),                              "everyone"),
    ("another function",    permission("*", function="other"),                          None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "whom"), [case[1:] for case in PERMISSIONS], ids=[case[0] for case in PERMISSIONS])
def test_permissions(given, whom):
    """A Lambda permission names one principal and one action, and a service's own resource."""
    want = [] if whom is None else [("p", f"Permission p lets {whom} invoke Function fn.")]

    assert said("runbook-wildcard-permission", stack(given)) == want


def test_permissions_let_in():
    """Whoever a permission lets invoke the runbook can sign users out, so has to be on the list."""
    settings = {"principals": ["runbook"]}

    assert said("nobody-else", stack(permission(ACCOUNT)), settings) == [
        ("p", f"Permission p lets {ACCOUNT} invoke Function fn, which signs users out.")
    ]
    assert said("nobody-else", stack(permission(ACCOUNT)), {"principals": ["runbook", ACCOUNT]}) == []


def test_callers_have_to_be_listed():
    """So has whoever may invoke the runbook by a policy."""
    fact = "Role caller can have SignOutRunbook runbook sign users out (lambda:InvokeFunction)."

    assert said("nobody-else", stack(caller(f"{ARN}:live")), {"principals": ["runbook"]}) == [("caller", fact)]


def test_permissions_by_the_function_itself():
    """A permission is for the alias."""
    fact = "Permission p lets Function fn be invoked itself, not by its alias."

    assert said("runbook-alias", stack(permission(ACCOUNT, qualifier=None))) == [("p", fact)]
    assert said("runbook-alias", stack(permission(ACCOUNT, qualifier=""))) == [("p", fact)]


URL = {"functionName": "sign-out", "authorizationType": "NONE"}


@pytest.mark.parametrize(
    ("url", "public"),
    [
        (URL, True),
        ({**URL, "authorizationType": None}, True),
        ({**URL, "authorizationType": "AWS_IAM"}, False),
        ({**URL, "functionName": "x"}, False),
    ],
)
def test_urls(url, public):
    """Nobody on the internet may invoke the runbook."""
    want = [("u", "FunctionUrl u lets everyone on the internet invoke Function fn.")] if public else []

    assert said("runbook-public-url", stack(resource("Url", "u", url))) == want


def test_other_functions_that_can():
    """A function that is no runbook and can sign users out is no back door either."""
    own = resource("Function", "own", {"name": "own", "role": f"arn:aws:iam::{ACCOUNT}:role/runbook"})
    harmless = resource("Function", "harmless", {"name": "harmless", "role": f"arn:aws:iam::{ACCOUNT}:role/other"})
    urls = [resource("Url", name, {**URL, "functionName": name}) for name in ("own", "harmless")]
    pool = resource("Pool", "users", {}, {"arn": POOL_ARN})

    assert [name for name, _ in said("runbook-public-url", [pool, RUNBOOK_ROLE, own, harmless, *urls])] == ["own"]


def test_functions_that_are_not_made_yet():
    """Function, role and URL find each other by what they are made from where no name is known."""
    runbook = resource("Role", "runbook", {"assumeRolePolicy": trust(LAMBDA)}, {"name": UNKNOWN})
    policy = resource(
        "RolePolicy",
        "runbook",
        {"role": UNKNOWN, "policy": document(statement("cognito-idp:*"))},
        made_from={"role": [("Role", "runbook")]},
    )
    own = resource("Function", "own", {"role": UNKNOWN}, {"name": UNKNOWN}, made_from={"role": [("Role", "runbook")]})
    url = resource("Url", "u", {**URL, "functionName": UNKNOWN}, made_from={"functionName": [("Function", "own")]})

    assert len(said("runbook-public-url", [runbook, policy, own, url])) == 1


@pytest.mark.parametrize(
    ("rule", "settings", "resources", "found"),
    [
        ("runbook-log-retention", {"leastDays": 180}, stack(), 1),
        ("runbook-alarms", {"metrics": ["Duration"]}, stack(), 1),
        ("runbook-alarms", {"metrics": []}, stack(without=["Errors"]), 0),
        ("runbook-runtime", {"daysAhead": 3650}, stack(), 1),
    ],
)
def test_as_set(rule, settings, resources, found):
    """What is wanted is set."""
    assert len(said(rule, resources, settings)) == found


NOT_KNOWN = [
    # rule, the stack
    ("runbook-concurrency", stack(function(reservedConcurrentExecutions=UNKNOWN))),
    ("runbook-log-retention", stack(log_group(retentionInDays=UNKNOWN))),
    ("runbook-runtime", stack(function(runtime=UNKNOWN))),
    ("runbook-public-url", stack(resource("Url", "u", {**URL, "authorizationType": UNKNOWN}))),
    ("runbook-wildcard-permission", stack(permission(UNKNOWN))),
]


@pytest.mark.parametrize(("rule", "resources"), NOT_KNOWN, ids=[rule for rule, _ in NOT_KNOWN])
def test_not_known_yet(rule, resources):
    """What is not known yet is awaited."""
    facts = [report.finding.fact for report in inspect(resources, LISTED) if report.finding.rule == "undecided"]

    assert [rule in fact for fact in facts] == [True]
    assert said(rule, resources) == []


def test_runtimes_are_current():
    """The stored days are those that the installed cfn-lint has."""
    assert STORED.read_text(encoding="utf-8") == text(), "run python -m tests.policies.derive_lambda_runtimes"
    assert support_ends()["python3.13"] == date(2029, 6, 30)
