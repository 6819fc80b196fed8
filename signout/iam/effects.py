"""Which effects a request can have: the rule by which the layers' statements come together, in AWS's order.

One effect where everything that matters is known, several where statements hang on something that is not.

Source: IAM User Guide, "Policy evaluation logic", with its tables for same-account and cross-account requests;
KMS Developer Guide, "Key policies"; Organizations User Guide on SCPs and RCPs; Cognito Developer Guide on interface
endpoints (VPC endpoint policies and RCPs are evaluated for operations that no identity policy governs).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from signout.iam import rcp_services
from signout.iam.decision import Effect, Layer
from signout.iam.evaluate import Applies, Outcome, Unknown, evaluate
from signout.iam.layers import Layers, Policies
from signout.iam.policy import Policy, Statement
from signout.iam.principal import Match, PrincipalKind
from signout.iam.request import Request

if TYPE_CHECKING:
    from signout.cognito.operations import Operation

COGNITO = frozenset({"cognito-idp", "cognito-identity"})
"""The services that have operations which no identity policy governs."""


@dataclass(slots=True, eq=False, repr=False)
class Scan:
    """One layer, or one level of one, against a request: what each statement came to, in order."""

    layer: Layer
    level: int | None = None
    outcomes: list[tuple[Policy, Statement, Outcome]] = field(default_factory=list)
    denied: bool | None = False
    """Does a Deny apply? None: that is not known."""
    allowed: bool | None = False
    """Does an Allow apply? None: that is not known."""
    granted: Match = Match.NONE
    """How directly the Allows that apply name the principal, at best."""
    hoped: Match = Match.NONE
    """The same, were the unknown Allows to apply too."""


def _scan(layer: Layer, policies: Policies, request: Request, level: int | None = None) -> Scan:
    scan = Scan(layer, level)
    record = scan.outcomes.append
    for policy in policies:
        for statement in policy.statements:
            outcome = evaluate(statement, request)
            record((policy, statement, outcome))
            if type(outcome) is Applies:
                if statement.denies:
                    scan.denied = True
                else:
                    scan.allowed = True
                    if outcome.match > scan.granted:
                        scan.granted = outcome.match
            elif type(outcome) is Unknown:
                if statement.denies:
                    scan.denied = scan.denied or None
                else:
                    scan.allowed = scan.allowed or None
                    scan.hoped = max(scan.hoped, outcome.match)
    return scan


@dataclass(slots=True, eq=False, repr=False)
class Trail:
    """What a decision recorded on its way, from which its reasons are told."""

    request: Request
    scans: list[Scan]
    operation: Operation | None = None
    deciding: list[Scan] = field(default_factory=list)


def possible(request: Request, layers: Layers, trail: Trail) -> tuple[Effect, ...]:
    """The effects that the request can have, whatever the unknown turns out to be; possibly too many, never too few."""
    if request.service not in COGNITO:
        return _by_policies(request, layers, trail)
    from signout.cognito.operations import Governed, operation  # only for the services that it is about

    trail.operation = operation(request.folded_action)
    match Governed.IAM if trail.operation is None else trail.operation.governed:
        case Governed.IAM:
            return _by_policies(request, layers, trail)
        case Governed.NOT_IAM:
            return _not_governed(request, layers, trail)
        case Governed.EITHER:
            # Credentials are one way, and what they lack something else may give: no Allow is not yet a no.
            outcomes = _by_policies(request, layers, trail)
            passed = _all(_limits(trail.scans))
            other = Effect.NOT_IAM if passed is not False else Effect.IMPLICITLY_DENIED
            return tuple(other if effect is Effect.IMPLICITLY_DENIED else effect for effect in outcomes)
        case Governed.DISPUTED:
            without = _not_governed(request, layers, Trail(request, []))
            return tuple(dict.fromkeys((*_by_policies(request, layers, trail), *without)))


def _by_policies(request: Request, layers: Layers, trail: Trail) -> tuple[Effect, ...]:
    """The ordinary case: an explicit Deny anywhere, else what the layers grant together."""
    scans = trail.scans = _all_scans(request, layers)
    denied: bool | None = False
    for scan in scans:
        if scan.denied:
            trail.deciding.append(scan)
            denied = True
        elif scan.denied is None:
            denied = denied or None
    if denied:
        return (Effect.EXPLICITLY_DENIED,)
    granted = _granted(request, trail)
    outcomes: tuple[Effect, ...] = () if denied is False else (Effect.EXPLICITLY_DENIED,)
    if granted is not False:
        outcomes += (Effect.ALLOWED,)
    if granted is not True:
        outcomes += (Effect.IMPLICITLY_DENIED,)
    return outcomes


def _not_governed(request: Request, layers: Layers, trail: Trail) -> tuple[Effect, ...]:
    """An operation that no identity policy governs: VPC endpoint policies and RCPs still are evaluated."""
    scans = trail.scans = _endpoint_scans(request, layers) + _rcp_scans(request, layers)
    denied = _any(scan.denied for scan in scans)
    trail.deciding.extend(scan for scan in scans if scan.denied)
    if denied:
        return (Effect.EXPLICITLY_DENIED,)
    passed = _all(_limits(scans))
    outcomes: tuple[Effect, ...] = () if denied is False else (Effect.EXPLICITLY_DENIED,)
    if passed is not False:
        outcomes += (Effect.NOT_IAM,)
    if passed is not True:
        outcomes += (Effect.IMPLICITLY_DENIED,)
    return outcomes


def _all_scans(request: Request, layers: Layers) -> list[Scan]:
    """Every layer that has a say in the request, in the order in which AWS looks at them."""
    principal = request.principal
    scans = _endpoint_scans(request, layers) + _rcp_scans(request, layers)
    if layers.scp is not None and principal.account is not None and not principal.is_service_linked_role:
        scans += _levels(Layer.SCP, layers.scp, request)
    if layers.resource_policy is not None:
        scans.append(_scan(Layer.RESOURCE_POLICY, _as_seen_by(request, layers, (layers.resource_policy,)), request))
    if principal.account is None:
        return scans
    if principal.kind is not PrincipalKind.ROOT:
        scans.append(_scan(Layer.IDENTITY, layers.identity, request))
        if layers.boundary is not None:
            scans.append(_scan(Layer.BOUNDARY, layers.boundary, request))
    if layers.session is not None:
        scans.append(_scan(Layer.SESSION, layers.session, request))
    return scans


def _endpoint_scans(request: Request, layers: Layers) -> list[Scan]:
    if layers.endpoint is None:
        return []
    return [_scan(Layer.ENDPOINT, _as_seen_by(request, layers, layers.endpoint), request)]


def excepts_nobody_bounded(statement: Statement) -> bool:
    """Is it a Deny with NotPrincipal, which denies whoever has a permissions boundary, whomever it excepts?

    Source: IAM User Guide, "NotPrincipal".
    """
    return statement.denies and statement.negated_principals


def _as_seen_by(request: Request, layers: Layers, policies: Policies) -> Policies:
    """The policies without the exceptions that do not count for a principal with a permissions boundary."""
    principal = request.principal
    if layers.boundary is None or principal.account is None or principal.kind is PrincipalKind.ROOT:
        return policies
    if not any(excepts_nobody_bounded(each) for policy in policies for each in policy.statements):
        return policies
    return tuple(replace(policy, statements=tuple(map(_for_the_bounded, policy.statements))) for policy in policies)


def _for_the_bounded(statement: Statement) -> Statement:
    return replace(statement, principals=None) if excepts_nobody_bounded(statement) else statement


def _rcp_scans(request: Request, layers: Layers) -> list[Scan]:
    if layers.rcp is None or request.service not in rcp_services.SERVICES:
        return []
    if request.principal.is_service_linked_role or request.folded_action in rcp_services.EXEMPT:
        return []
    return _levels(Layer.RCP, layers.rcp, request)


def _levels(layer: Layer, levels: tuple[Policies, ...], request: Request) -> list[Scan]:
    """Each level has to allow on its own. No level at all grants nothing, like an empty one."""
    return [_scan(layer, policies, request, level) for level, policies in enumerate(levels or ((),))]


def _any(parts: Iterable[bool | None]) -> bool | None:
    result: bool | None = False
    for part in parts:
        if part:
            return True
        if part is None:
            result = None
    return result


def _all(parts: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            result = None
    return result


LIMITING = frozenset({Layer.ENDPOINT, Layer.RCP, Layer.SCP})
"""Layers that every request has to pass, whoever grants it."""


def _limits(scans: Iterable[Scan]) -> Iterator[bool | None]:
    return (scan.allowed for scan in scans if scan.layer in LIMITING)


def _granted(request: Request, trail: Trail) -> bool | None:
    """Is the request allowed, if no Deny applies? None: that is not known.

    The rule is monotone: more Allows never allow less. So it is asked twice where something is unknown, once as if no
    unknown Allow applied and once as if all did.
    """
    passed = _all(_limits(trail.scans))
    if passed is False:
        return False
    least = _grants(request, trail.scans, hope=False)
    most = least or _grants(request, trail.scans, hope=True)
    return _all((passed, least if least is most else None))


def _grants(request: Request, scans: list[Scan], *, hope: bool) -> bool:
    """Do the identity and resource policies together, within boundary and session policy, allow the request?"""
    principal = request.principal
    allows: dict[Layer, bool] = {}
    named = Match.NONE
    for scan in scans:
        allows[scan.layer] = scan.allowed is True or (hope and scan.allowed is None)
        if scan.layer is Layer.RESOURCE_POLICY:
            named = max(scan.granted, scan.hoped) if hope else scan.granted
    if principal.account is None:
        return named is Match.DIRECT
    if principal.kind is PrincipalKind.ROOT and is_trust(request):
        return False  # Source: STS API Reference, AssumeRole: not with root credentials
    by_identity = allows.get(Layer.IDENTITY, principal.kind is PrincipalKind.ROOT)
    within = allows.get(Layer.BOUNDARY, True) and allows.get(Layer.SESSION, not _needs_session_policy(request))
    if request.cross_account:
        return by_identity and within and named is not Match.NONE
    if named is Match.DIRECT:
        return True
    if needs_resource_policy(request):
        return within and (named is Match.ROLE or (named is Match.ACCOUNT and by_identity))
    return within and (by_identity or named is Match.ROLE)


def _needs_session_policy(request: Request) -> bool:
    """A session from GetFederationToken without a session policy has no permissions of its own."""
    return request.principal.kind is PrincipalKind.FEDERATED_USER


def needs_resource_policy(request: Request) -> bool:
    """Is identity alone not enough, even within one account? So it is for roles and for KMS keys."""
    return is_trust(request) or (request.service == "kms" and ":key/" in request.resource)


def is_trust(request: Request) -> bool:
    """Does the request ask to become a role, so that the role's trust policy is its resource policy?"""
    return request.service == "sts" and ":role/" in request.resource
