"""How rules are asked: none is lost, none passes silently, and exceptions hold for what they name."""

from dataclasses import dataclass
from datetime import date

import pytest

from policies.configuration import EXCEPTIONS
from policies.inspection import UNDECIDED
from policies.rule import Level, Rule, Violation
from policies.settings import NoSettings, setting
from policies.stack import Awaited, Stack
from signout.findings import Severity
from tests.policies.stacks import SECRET, TODAY, UNKNOWN, inspect, inspection, resource, urn

POOLS = frozenset({"aws:cognito/userPool:UserPool"})


def rule(name, says, *, types=POOLS, level=Level.MANDATORY, settings=NoSettings, **asked):
    """A rule that says what the function `says` yields for each pool; `asked` has its other functions."""
    return Rule(name, "It holds.", "It matters.", "Change it.", Severity.HIGH, settings, level, types, says, **asked)


def wrong(pool, stack, settings):
    yield Violation(pool, f"{pool.label} is wrong.")


def failing(pool, stack, settings):
    yield Violation(pool, f"{pool.label} is odd.")
    raise LookupError(pool.given("key"))


def waiting(pool, stack, settings):
    yield Awaited(pool, "name")


USERS, OTHERS = resource("Pool", "users"), resource("Pool", "others")


def asked(rules, resources, settings=None, today=TODAY):
    return inspect(resources, settings, today, (UNDECIDED, EXCEPTIONS, *rules))


def facts(reports):
    return [(report.finding.rule, report.finding.fact, report.level) for report in reports]


def test_a_finding():
    """A finding has what the rule says of the resource, and what the rule says in general."""
    (report,) = asked([rule("wrong", wrong)], [USERS])

    assert report.finding.message == "UserPool users is wrong. It matters. Change it."
    assert report.finding.resource == USERS.urn
    assert report.level is Level.MANDATORY


def test_a_failing_rule(capsys):
    """A rule that fails is a mandatory violation of its own, whatever its level; the others are asked all the same."""
    reports = asked([rule("failing", failing, level=Level.ADVISORY), rule("wrong", wrong)], [USERS, OTHERS])

    assert facts(reports) == [
        ("failing", "UserPool users is odd.", Level.ADVISORY),
        ("failing", "This rule failed with LookupError and decided nothing.", Level.MANDATORY),
        ("failing", "UserPool others is odd.", Level.ADVISORY),
        ("failing", "This rule failed with LookupError and decided nothing.", Level.MANDATORY),
        ("wrong", "UserPool users is wrong.", Level.MANDATORY),
        ("wrong", "UserPool others is wrong.", Level.MANDATORY),
    ]
    assert [report.finding.resource for report in reports[1:4:2]] == [USERS.urn, OTHERS.urn]
    log = capsys.readouterr().err
    assert f"rule failing failed on {USERS.urn}:" in log
    assert "Traceback" in log
    assert "in failing" in log


def test_secrets_stay_out_of_the_log(capsys):
    """What a failing rule has to do with a secret is in the log without the secret."""
    asked([rule("failing", failing)], [resource("Pool", "users", {"key": {**SECRET, "value": "hunter22"}})])

    log = capsys.readouterr().err
    assert "hunter22" not in log
    assert "LookupError: [secret]" in log


def test_exceptions_do_not_cover_failures():
    """That a rule failed cannot be excepted: nobody knows what it would have found."""
    reports = asked([rule("failing", failing)], [USERS], {"exceptions": {"entries": [entry("failing")]}})

    assert [fact for _, fact, _ in facts(reports)] == ["This rule failed with LookupError and decided nothing."]


def test_what_is_awaited():
    """What several rules wait for is one advisory finding, which says what is awaited, from where, and by whom."""
    pool = resource("Pool", "users", {"name": UNKNOWN}, made_from={"name": [("Role", "a"), ("Role", "b")]})
    made_from = [resource("Role", "a"), resource("Role", "b")]

    reports = asked([rule("one", waiting), rule("two", waiting)], [pool, *made_from])

    fact = "UserPool users: name awaits a value of Role a and Role b, so not decided yet: one, two."
    assert facts(reports) == [("undecided", fact, Level.ADVISORY)]


@pytest.mark.parametrize(
    ("name", "what"),
    [(UNKNOWN, "a value not known yet"), ({**SECRET, "ciphertext": "v1"}, "a secret that is encrypted here")],
    ids=["nowhere from", "encrypted"],
)
def test_awaited_from_nowhere(name, what):
    """Where it is not known what a value comes from, the finding says that too."""
    (report,) = asked([rule("one", waiting)], [resource("Pool", "users", {"name": name})])

    assert report.finding.fact == f"UserPool users: name awaits {what}, so not decided yet: one."


def test_undecided_as_set():
    """A team can have deployments stopped by what is not decided."""
    (report,) = asked([rule("one", waiting)], [USERS], {"undecided": "mandatory"})

    assert report.level is Level.MANDATORY


def test_levels():
    """A finding has the level that is set for its rule, and a disabled rule is not asked."""
    assert facts(asked([rule("wrong", wrong)], [USERS], {"wrong": "advisory"}))[0][2] is Level.ADVISORY
    assert asked([rule("failing", failing)], [USERS], {"failing": "disabled"}) == []


def test_types():
    """A rule sees resources of its types only."""
    assert asked([rule("wrong", wrong)], [resource("Role", "app")]) == []


@dataclass(frozen=True, slots=True)
class Most:
    most: int = setting(3, "The most.")


def test_settings():
    """A rule is asked under its settings."""

    def counts(pool, stack, settings):
        yield Violation(pool, f"{settings.most}")

    assert facts(asked([rule("c", counts, settings=Most)], [USERS], {"c": {"most": 5}}))[0][1] == "5"


def test_nothing_twice():
    """What was reported before a resource is made is not reported again at the end; the rest is."""
    both = rule("wrong", wrong, of_stack=lambda stack, settings: (Violation(each, "Once more.") for each in stack))
    pack = inspection(None, TODAY, (UNDECIDED, EXCEPTIONS, both))

    assert len(pack.resource(USERS, Stack(TODAY, [USERS]))) == 1
    assert [report.finding.resource for report in pack.stack(Stack(TODAY, [USERS, OTHERS]))] == [
        OTHERS.urn,
        OTHERS.urn,
    ]


def test_before():
    """What a rule asks before a resource is made only, it does not ask at the end."""
    early = rule("early", None, before=wrong)
    pack = inspection(None, TODAY, (UNDECIDED, EXCEPTIONS, early))

    assert len(pack.resource(resource("Role", "app"), Stack(TODAY))) == 1
    assert pack.stack(Stack(TODAY, [USERS])) == []


def entry(rule, name="users", expires="2026-12-31"):
    return {"resource": urn("Pool", name), "rule": rule, "reason": "r", "owner": "Ann", "expires": expires}


def excepted(*entries, today=TODAY):
    reports = asked([rule("wrong", wrong)], [USERS, OTHERS], {"exceptions": {"entries": list(entries)}}, today)
    return [
        (
            report.finding.resource.rpartition("::")[2],
            *facts([report])[0][::2],
        )
        for report in reports
    ]


FOUND = ("others", "wrong", Level.MANDATORY)


def test_exceptions():
    """An exception takes away what it names, and nothing else."""
    assert excepted(entry("wrong")) == [FOUND]


def test_expired_exceptions():
    """An expired exception covers nothing, and is a violation itself."""
    assert excepted(entry("wrong"), today=date(2027, 1, 1)) == [
        ("users", "wrong", Level.MANDATORY),
        FOUND,
        ("users", "exceptions", Level.MANDATORY),
    ]


def test_unused_exceptions():
    """An exception that nothing needs is reported, and stops nothing."""
    assert excepted(entry("wrong"), entry("wrong", "gone")) == [FOUND, ("gone", "exceptions", Level.ADVISORY)]


def test_exceptions_used_before():
    """An exception that was needed before a resource was made is not unused at the end."""
    settings = {"exceptions": {"entries": [entry("wrong")]}}
    pack = inspection(settings, TODAY, (UNDECIDED, EXCEPTIONS, rule("wrong", None, before=wrong)))

    assert pack.resource(USERS, Stack(TODAY, [USERS])) == []
    assert pack.stack(Stack(TODAY, [USERS])) == []


def test_messages_about_exceptions():
    """It is said whose exception expired, and when."""
    settings = {"exceptions": {"entries": [entry("wrong")]}}
    *_, report = asked([rule("wrong", wrong)], [USERS], settings, date(2027, 1, 1))

    assert report.finding.fact == "The exception of Ann to wrong expired on 2026-12-31."
