"""What changed for every principal and in every layer, by comparing exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from signout.iam import Effect, IamError, Kind, Layers, Policy, Request, decide, parse
from signout.iam.compare import Comparison, Difference, Relation, compare
from signout.iam.compare.surroundings import delegation
from signout.iam.parse import VERSION
from signout.iam.policy import Statement
from signout.iam.principal import parse_principal
from signout.review.estate import SOMEBODY, WITHOUT_LIMIT, Document, Estate, Member
from signout.review.reaching import EVERYONE, reaching
from signout.review.resource import Location

LAYERS = {
    Kind.IDENTITY: "identity policies",
    Kind.BOUNDARY: "permissions boundary",
    Kind.TRUST: "trust policy",
    Kind.RESOURCE: "resource policy",
    Kind.SCP: "service control policy",
    Kind.RCP: "resource control policy",
    Kind.ENDPOINT: "endpoint policy",
}
"""What reports call a layer."""


@dataclass(frozen=True, slots=True)
class Change:
    """How one layer of one principal, or of one resource, changed."""

    label: str
    address: str
    location: Location | None
    kind: Kind
    arn: str
    """Of the principal, of the role that is trusted into, or of what a resource policy is about."""
    comparison: Comparison
    whom: str = ""
    """For trust and resource policies: who gains or loses."""
    open: tuple[str, ...] = ()
    """Why there may be more to it."""
    worst: tuple[Difference, ...] | None = None
    """What becomes possible at most, where something is not known yet that is bounded; None where it is not."""
    bounded_by: tuple[str, ...] = ()
    is_new: bool = False
    """The layer was not there before."""
    is_gone: bool = False
    """The layer is there no more."""
    secret: bool = False
    """The documents are secrets: what they say is not to be shown."""

    @property
    def named(self) -> str:
        """Who gains or loses, as reports may say it."""
        hidden = self.secret and self.whom not in ("", EVERYONE)
        return SOMEBODY if hidden else self.whom

    @property
    def layer(self) -> str:
        """What reports call it."""
        return LAYERS[self.kind]

    @property
    def added(self) -> tuple[Difference, ...]:
        """What became possible."""
        return self.comparison.added

    @property
    def removed(self) -> tuple[Difference, ...]:
        """What became impossible."""
        return self.comparison.removed

    @property
    def relation(self) -> Relation:
        """How the new side relates to the old one; undetermined while something is not known."""
        return Relation.UNDETERMINED if self.open else self.comparison.relation


def changes(before: Estate, after: Estate) -> Iterator[Change]:
    """Every layer that is not written as it was, also where that makes no difference."""
    for arn in dict.fromkeys([*after.members, *before.members]):
        yield from _of_member(before.members.get(arn), after.members.get(arn))
    old = {(each.address, each.origin): each for each in before.documents}
    new = {(each.address, each.origin): each for each in after.documents}
    for key in dict.fromkeys([*new, *old]):
        if differ(_maybe(old.get(key)), _maybe(new.get(key))):
            yield from _of_document(old.get(key), new.get(key))


def _of_member(old: Member | None, new: Member | None) -> Iterator[Change]:
    shown = new or old
    assert shown is not None
    then, now = _identity(old), _identity(new)
    if _identity_changed(old, new, then, now):
        policies = _merged(then, Kind.IDENTITY), _merged(now, Kind.IDENTITY)
        comparison = _by_the_member(compare(*policies), shown, new, *policies)
        worst, bounded_by = _at_worst(old, new)
        yield Change(
            shown.label,
            shown.address,
            _location([*now, *then]) or shown.location,
            Kind.IDENTITY,
            shown.arn,
            comparison,
            worst=worst,
            bounded_by=bounded_by,
            open=tuple(dict.fromkeys([*_open(now), *(new.awaits if new else ()), *_open(then)])),
            is_new=old is None,
            is_gone=new is None,
            secret=any(each.secret for each in (*then, *now)),
        )
    boundaries = _maybe(old.boundary if old else None), _maybe(new.boundary if new else None)
    if old is not None and new is not None and differ(*boundaries):
        yield _of_boundary(old, new)
    trusts = _maybe(old.trust if old else None), _maybe(new.trust if new else None)
    if differ(*trusts):
        yield from _of_trust(shown, old.trust if old else None, new.trust if new else None)


def _at_worst(old: Member | None, new: Member | None) -> tuple[tuple[Difference, ...] | None, tuple[str, ...]]:
    """What the principal may do at most that it could not do before, and what says so; None where nothing bounds it."""
    bounds = new.bounds() if new is not None else ()
    if new is None or not bounds or (old is not None and any(old.open())):
        return None, ()
    then, now = _merged(_identity(old), Kind.IDENTITY), _merged(_identity(new), Kind.IDENTITY)
    most = [statement for each in bounds if each.bound is not None for statement in each.bound.statements]
    comparison = compare(then, replace(now, statements=(*now.statements, *most)))
    if comparison.open_added:
        return None, ()
    return comparison.added, tuple(dict.fromkeys(each.bounded_by for each in bounds))


def _by_the_member(comparison: Comparison, member: Member, now: Member | None, old: Policy, new: Policy) -> Comparison:
    """The same with the member itself in the witnesses, wherever the witness also holds for it."""
    if member.is_group:
        return comparison
    bounds = now.boundary.policy if now is not None and now.boundary is not None else None
    sides = _attached(member.arn, old), _attached(member.arn, new)
    return replace(
        comparison,
        added=tuple(_bounded(_by(member.arn, each, *sides), new, bounds) for each in comparison.added),
        removed=tuple(_by(member.arn, each, *sides) for each in comparison.removed),
    )


def _attached(arn: str, policy: Policy, boundary: Policy | None = None) -> Layers:
    """What a principal has, where the resource's own policy leaves the decision to the principal's account."""
    bounds = None if boundary is None else (boundary,)
    return Layers((policy,), boundary=bounds, resource_policy=delegation(parse_principal(arn).account or ""))


def _by(arn: str, difference: Difference, before: Layers, after: Layers) -> Difference:
    """The same with the principal itself in the witness, where it is decided alike for it."""
    witness = difference.witness
    given = {key: values for key, values in witness.given().items() if not key.startswith(_OF_PRINCIPAL)}
    context = {witness.names.get(key, key): list(values) for key, values in given.items()}
    try:
        request = Request(arn, witness.action, witness.resource, context)
    except IamError:
        return difference
    effects = [decide(request, side).effect for side in (before, after)]
    return replace(difference, witness=request) if effects == [difference.before, difference.after] else difference


def _bounded(difference: Difference, new: Policy, bounds: Policy | None) -> Difference:
    """Says so where the principal's boundary refuses what its policies allow."""
    if bounds is None:
        return difference
    request = difference.witness
    if decide(request, _attached(request.principal.name, new, bounds)).effect is Effect.ALLOWED:
        return difference
    return replace(difference, assuming="that its permissions boundary, which refuses this request, is lifted")


_OF_PRINCIPAL = ("aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:username", "aws:userid")
"""Keys that follow from who asks."""


def _identity(member: Member | None) -> list[Document]:
    return [] if member is None else list(member.documents())


def _identity_changed(old: Member | None, new: Member | None, then: list[Document], now: list[Document]) -> bool:
    """A change of a group is the group's, unless somebody joins or leaves it."""
    if (old.awaits if old else []) != (new.awaits if new else []) and new is not None:
        return True
    if old is not None and new is not None and {g.arn for g in old.groups} == {g.arn for g in new.groups}:
        then, now = old.identity, new.identity
    return differ(then, now)


def differ(then: Sequence[Document], now: Sequence[Document]) -> bool:
    """Are the documents other ones, whatever they mean? Their order does not matter."""
    if any(each.policy is None for each in now):
        return True
    if len(then) == len(now) and all(old is new for old, new in zip(then, now, strict=True)):
        return False
    old, new = [each.policy for each in then], [each.policy for each in now]
    return old != new and (
        len(old) != len(new) or any(each not in old for each in new) or any(e not in new for e in old)
    )


def _open(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        if document.policy is None:
            yield f"{document.origin} {document.awaits or document.problem}"


def _location(documents: Iterable[Document]) -> Location | None:
    return next((each.location for each in documents if each.location is not None), None)


def _maybe(document: Document | None) -> list[Document]:
    return [] if document is None else [document]


def _merged(documents: Iterable[Document], kind: Kind) -> Policy:
    """One policy with the statements of all: identity policies add up."""
    statements: list[Statement] = []
    for document in documents:
        if document.policy is not None:
            statements.extend(document.policy.statements)
    return Policy("policies", kind, VERSION, None, tuple(statements))


def _layer(document: Document | None, kind: Kind) -> Policy:
    if document is not None and document.policy is not None:
        return replace(document.policy, kind=kind)
    if document is None and kind in WITHOUT_LIMIT:
        everything = {"Version": VERSION, "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        if kind in (Kind.RCP, Kind.ENDPOINT):
            everything["Statement"]["Principal"] = "*"  # type: ignore[index]
        return parse(everything, "no limit", kind)
    return Policy("nothing", kind, VERSION, None, ())


def _of_boundary(then: Member, now: Member) -> Change:
    old, new = then.boundary, now.boundary
    shown = new or old
    assert shown is not None
    comparison = compare(_layer(old, Kind.BOUNDARY), _layer(new, Kind.BOUNDARY))
    is_open = tuple(_open([*_maybe(old), *_maybe(new)]))
    return Change(
        now.label,
        now.address,
        now.location or shown.location,
        Kind.BOUNDARY,
        now.arn,
        comparison if is_open else replace(comparison, added=tuple(_let_through(comparison.added, old, now))),
        open=is_open,
        is_new=old is None,
        is_gone=new is None,
        secret=any(each.secret for each in (*_maybe(old), *_maybe(new))),
    )


def _let_through(added: Iterable[Difference], old: Document | None, now: Member) -> Iterator[Difference]:
    """What a boundary no longer keeps out, each with a request that the principal's own policies allow, if any is."""
    policies = _merged(_identity(now), Kind.IDENTITY)
    before = _attached(now.arn, policies, old.policy if old is not None else None)
    after = _attached(now.arn, policies, now.boundary.policy if now.boundary is not None else None)
    in_effect = {_region(each): each for each in compare(before, after).added}
    for each in added:
        shown = in_effect.get(_region(each), each)
        if now.boundary is None:
            shown = replace(shown, statement="")
        if _region(each) not in in_effect:
            shown = replace(shown, assuming="that its own policies allow it too, which they do not now")
        yield _by(now.arn, shown, before, after)


def _region(difference: Difference) -> tuple[object, ...]:
    return difference.actions, difference.resources, difference.conditions


def _of_trust(member: Member, old: Document | None, new: Document | None) -> Iterator[Change]:
    shown = new or old
    assert shown is not None
    account = member.arn.split(":")[4] if member.arn.startswith("arn:") else ""
    base = Change(
        member.label,
        member.address,
        shown.location or member.location,
        Kind.TRUST,
        member.arn,
        _NOTHING,
        open=tuple(_open([*_maybe(old), *_maybe(new)])),
        is_new=old is None,
        is_gone=new is None,
        secret=any(each.secret for each in (*_maybe(old), *_maybe(new))),
    )
    yield from _by_whom(base, _layer(old, Kind.TRUST), _layer(new, Kind.TRUST), account)


def _of_document(old: Document | None, new: Document | None) -> Iterator[Change]:
    shown = new or old
    assert shown is not None
    label = shown.origin.partition(": ")[0]
    base = Change(
        label,
        shown.address,
        shown.location,
        shown.kind,
        shown.about or shown.address,
        _NOTHING,
        open=tuple(_open([*_maybe(old), *_maybe(new)])),
        is_new=old is None,
        is_gone=new is None,
        secret=any(each.secret for each in (*_maybe(old), *_maybe(new))),
    )
    if shown.kind is Kind.SCP:
        yield replace(base, comparison=compare(_layer(old, shown.kind), _layer(new, shown.kind)))
    else:
        account = shown.about.split(":")[4] if shown.about.count(":") >= 5 else ""
        yield from _by_whom(base, _layer(old, shown.kind), _layer(new, shown.kind), account)


_NOTHING = Comparison((), (), "over the principals that the policies name, and one that stands for all others")


def _by_whom(base: Change, old: Policy, new: Policy, account: str) -> Iterator[Change]:
    """One change for each principal whose access differs; one without any where none does."""
    found = [replace(base, whom=whom, comparison=comparison) for whom, comparison in reaching(old, new, account)]
    yield from found or [base]
