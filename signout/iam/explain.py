"""The reasons of a decision, told from what it recorded: which statement matched or missed, in which layer, on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from signout.cognito.operations import Governed
from signout.iam.decision import Effect, Layer, Reason
from signout.iam.effects import LIMITING, Scan, Trail, is_trust, needs_resource_policy
from signout.iam.evaluate import Applies, Miss, Outcome, Unknown
from signout.iam.fold import fold
from signout.iam.pattern import Pattern, PatternSet
from signout.iam.policy import Condition, Statement
from signout.iam.principal import Match, Principal, PrincipalKind, PrincipalSet
from signout.iam.request import Request, Values


def reasons(trail: Trail, effect: Effect) -> tuple[Reason, ...]:
    """The reasons for the effect, the deciding ones first."""
    match effect:
        case Effect.EXPLICITLY_DENIED:
            told = _denials(trail)
        case Effect.ALLOWED:
            told = _grants(trail)
        case Effect.IMPLICITLY_DENIED:
            told = _lacks(trail)
        case Effect.NOT_IAM:
            told = _elsewhere(trail)
        case Effect.DEPENDS:
            told = _open(trail)
    return tuple(told)


def _denials(trail: Trail) -> Iterator[Reason]:
    for scan in trail.deciding:
        yield from _statements(trail.request, scan, denies=True, kind=Applies)


def _grants(trail: Trail) -> Iterator[Reason]:
    if trail.request.principal.kind is PrincipalKind.ROOT:
        yield Reason(Layer.IDENTITY, None, None, "the root user of an account needs no identity policy")
    for scan in trail.scans:
        yield from _statements(trail.request, scan, denies=False, kind=Applies)
    for scan in trail.scans:
        yield from _lost_denies(trail.request, scan)


def _lost_denies(request: Request, scan: Scan) -> Iterator[Reason]:
    """Denies that do not hold only because a variable has no value: whoever wrote them may well think they do."""
    for policy, statement, outcome in scan.outcomes:
        if statement.denies and _unresolved(statement, outcome, request):
            yield Reason(scan.layer, policy.origin, statement.label, missed(statement, outcome, request))


def _open(trail: Trail) -> Iterator[Reason]:
    if trail.operation is not None and trail.operation.governed is Governed.DISPUTED:
        for conflict in trail.operation.conflicts:
            yield Reason(Layer.OPERATION, None, None, conflict)
    for scan in trail.scans:
        for denies in (True, False):
            yield from _statements(trail.request, scan, denies=denies, kind=Unknown)


def _elsewhere(trail: Trail) -> Iterator[Reason]:
    operation = trail.operation
    assert operation is not None
    credentials = " or ".join(credential.value for credential in operation.authorized_by)
    sources = "; ".join(operation.sources)
    why = f"{operation.action} is authorized by: {credentials}; identity policies do not decide it ({sources})"
    yield Reason(Layer.OPERATION, None, None, why)
    for scan in trail.scans:
        if scan.layer in LIMITING:
            yield from _statements(trail.request, scan, denies=False, kind=Applies)


def _lacks(trail: Trail) -> Iterator[Reason]:
    """The layer that grants nothing, and for each of its Allows what it missed on."""
    request = trail.request
    limits = [scan for scan in trail.scans if scan.layer in LIMITING and not scan.allowed]
    blocking = limits or list(_insufficient(trail))
    for scan in blocking:
        yield Reason(scan.layer, None, None, _lack(scan, request))
        for denies in (False, True):
            for policy, statement, outcome in scan.outcomes:
                if statement.denies is denies and not isinstance(outcome, Unknown | Applies):
                    yield Reason(scan.layer, policy.origin, statement.label, missed(statement, outcome, request))
    if limits:
        return
    present = {scan.layer for scan in trail.scans}
    if Layer.RESOURCE_POLICY not in present and (why := _no_resource_policy(request)):
        yield Reason(Layer.RESOURCE_POLICY, None, None, why)
    if Layer.SESSION not in present and request.principal.kind is PrincipalKind.FEDERATED_USER:
        why = "a session of GetFederationToken has only what its session policy allows, and it has none"
        yield Reason(Layer.SESSION, None, None, why)
    if is_trust(request) and request.principal.kind is PrincipalKind.ROOT:
        yield Reason(Layer.IDENTITY, None, None, "the root user of an account cannot assume a role")


def _insufficient(trail: Trail) -> Iterator[Scan]:
    """Beyond the layers that everyone has to pass: those that would have had to grant the request and did not."""
    for scan in trail.scans:
        if scan.layer in LIMITING:
            continue
        if not scan.allowed or (scan.layer is Layer.RESOURCE_POLICY and scan.granted is Match.ACCOUNT):
            yield scan


def _lack(scan: Scan, request: Request) -> str:
    where = f" of level {scan.level}" if scan.level is not None else ""
    if scan.layer is Layer.RESOURCE_POLICY and scan.granted is Match.ACCOUNT:
        return f"only the account {request.principal.account} is named: it still takes an identity policy to use that"
    if not scan.outcomes:
        return f"the layer{where} exists and grants nothing"
    return f"no statement{where} allows {request.action} on {request.resource}"


def _no_resource_policy(request: Request) -> str:
    if needs_resource_policy(request):
        what = "the role's trust policy" if is_trust(request) else "the key's policy"
        return f"{request.action} needs {what}, which is not given"
    if request.cross_account:
        return f"the resource is in account {request.owner}, whose own policy has to allow it too, and there is none"
    if request.principal.account is None:
        return "only a policy of the resource could allow this principal, and there is none"
    return ""


def _statements(request: Request, scan: Scan, *, denies: bool, kind: type[Applies] | type[Unknown]) -> Iterator[Reason]:
    for policy, statement, outcome in scan.outcomes:
        if statement.denies is denies and isinstance(outcome, kind):
            yield Reason(scan.layer, policy.origin, statement.label, told(statement, outcome, request))


def told(statement: Statement, outcome: Outcome, request: Request) -> str:
    """What a statement came to, in a sentence."""
    if isinstance(outcome, Applies):
        return applied(statement, outcome, request)
    if isinstance(outcome, Unknown):
        return undecided(statement, outcome, request)
    return missed(statement, outcome, request)


def applied(statement: Statement, outcome: Applies, request: Request) -> str:
    """On what the statement matched."""
    parts = [_element("action", request.action, statement.actions, statement.negated_actions, request)]
    if statement.resources is not None:
        parts.append(_element("resource", request.resource, statement.resources, statement.negated_resources, request))
    if statement.principals is not None:
        how = {Match.ACCOUNT: "by its account", Match.ROLE: "by its role or user"}.get(outcome.match, "directly")
        if statement.negated_principals:
            how = f"by not being excepted{_without_account(statement.principals, request.principal)}"
        parts.append(f"principal {request.principal.name} is named {how}")
    elif statement.negated_principals:
        parts.append("NotPrincipal excepts nobody who has a permissions boundary")
    parts.extend(f"{_written(condition)} holds, {_state(condition, request)}" for condition in statement.conditions)
    return f"{'denies' if statement.denies else 'allows'}: " + "; ".join(parts)


def _without_account(excepted: PrincipalSet, principal: Principal) -> str:
    """What NotPrincipal lacks to except somebody whom it names."""
    match = excepted.match(principal)
    if match in (Match.NONE, Match.ACCOUNT) or (match is Match.ROLE and principal.account in excepted.accounts):
        return ""
    return " together with its account and role"


def missed(statement: Statement, outcome: Outcome, request: Request) -> str:
    """On what the statement missed."""
    effect = "Deny" if statement.denies else "Allow"
    without_value = _unresolved(statement, outcome, request)
    match outcome:
        case Miss.ACTION:
            word = "excepts" if statement.negated_actions else "does not name"
            return f"{effect} misses: it {word} the action {request.action}"
        case Miss.RESOURCE:
            word = "excepts" if statement.negated_resources else "does not cover"
            return f"{effect} misses: it {word} the resource {request.resource}{without_value}"
        case Miss.PRINCIPAL:
            word = "excepts" if statement.negated_principals else "does not name"
            return f"{effect} misses: it {word} the principal {request.principal.name}"
        case Condition() as condition:
            return f"{effect} misses: {_written(condition)} does not hold, {_state(condition, request)}{without_value}"
        case _:
            raise TypeError(f"not a miss: {outcome!r}")


def undecided(statement: Statement, outcome: Unknown, request: Request) -> str:
    """On what it hangs whether the statement applies."""
    effect = "denies" if statement.denies else "allows"
    names = {condition.key: condition.name for condition in statement.conditions}
    parts = [names.get(key, request.names.get(key, key)) for key in sorted(outcome.keys)]
    parts += [f"how AWS reads {_written(condition)} with several values" for condition in outcome.readings]
    return f"{effect}, depending on " + ", ".join(parts)


def _element(what: str, value: str, patterns: PatternSet, negated: bool, request: Request) -> str:
    if negated:
        return f"{what} {value} is not excepted"
    text = fold(value) if what == "action" else value
    for pattern in patterns.patterns:
        if _matches(pattern, text, request):
            return f"{what} {value} matches {pattern.source}"
    return f"{what} {value} matches"


def _matches(pattern: Pattern, text: str, request: Request) -> bool:
    bound = pattern.bind(request.value_of) if pattern.variables else pattern
    return bound is not None and bound.matches(text)


def _unresolved(statement: Statement, outcome: Outcome, request: Request) -> str:
    """A variable without a value makes its pattern match nothing, which in a Deny is easily overlooked."""
    patterns: Iterable[Pattern] = ()
    if outcome is Miss.RESOURCE and not statement.negated_resources:
        assert statement.resources is not None
        patterns = statement.resources.unbound
    elif isinstance(outcome, Condition) and outcome.test.variables:
        patterns = (Pattern.of(value, variables=True) for value in outcome.values)
    for pattern in patterns:
        if pattern.bind(request.value_of) is None:
            warning = ", so this Deny does not hold" if statement.denies else ""
            return f"; {pattern.source} has a variable without a value here and matches nothing{warning}"
    return ""


def _written(condition: Condition) -> str:
    values = ", ".join(condition.values[:3]) + (", ..." if len(condition.values) > 3 else "")
    return f"{condition.operator_name} {condition.name} [{values}]"


def _state(condition: Condition, request: Request) -> str:
    return f"{condition.name} is {_have(request.context.get(condition.key, request.default))}"


def _have(values: Values | None) -> str:
    if values is None:
        return "not known"
    return ", ".join(f'"{value}"' for value in values) if values else "absent"
