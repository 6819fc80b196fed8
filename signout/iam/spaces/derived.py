"""Condition keys that another part of the request fixes, read off its ARN: projections, instead of values of their own.

aws:PrincipalArn, aws:PrincipalAccount and aws:username follow from who asks, aws:RequestedRegion and
aws:ResourceAccount from the resource, where its ARN names them. A pattern on such a key is a shape of the whole ARN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from signout.iam.automaton import ANY, DIGIT, NOT_COLON, NOT_SLASH, Item, Run, Shape, TooComplex, Wanted, items
from signout.iam.automaton import texts as texts_of
from signout.iam.operators import Family
from signout.iam.operators.string import StringTest
from signout.iam.pattern import Pattern
from signout.iam.policy import Condition
from signout.iam.principal import PrincipalKind
from signout.iam.request import SESSION_NAME
from signout.iam.spaces.texts import Literals, joined, shapes_of

PRINCIPAL_ARN, PRINCIPAL_ACCOUNT, USERNAME = "aws:principalarn", "aws:principalaccount", "aws:username"
OF_PRINCIPAL: Final = frozenset(
    {
        PRINCIPAL_ARN,
        PRINCIPAL_ACCOUNT,
        USERNAME,
        "aws:principaltype",
        "aws:principalisawsservice",
        "aws:principalservicename",
        SESSION_NAME,
    }
)
"""Keys that follow from who asks."""

REGION, OWNER = "aws:requestedregion", "aws:resourceaccount"
OF_RESOURCE: Final = frozenset({REGION, OWNER})
"""Keys that follow from the resource, where its ARN has a Region or an account."""

ACCOUNT: Final[tuple[Item, ...]] = (DIGIT,) * 12
PART: Final = Run(NOT_COLON)
START: Final[tuple[Item, ...]] = ("arn:", PART, ":", PART, ":")
"""An ARN as far as its Region."""

HAS_REGION: Final = Shape(joined((*START, NOT_COLON, PART, ":", PART, ":", Run(ANY))))
HAS_ACCOUNT: Final = Shape(joined((*START, PART, ":", *ACCOUNT, ":", Run(ANY))))


def projections(conditions: Iterable[Condition]) -> Iterator[Shape]:
    """The shapes of resource ARNs that conditions on OF_RESOURCE keys tell apart. Raises TooComplex."""
    for condition in conditions:
        before: tuple[Item, ...] = START if condition.key == REGION else (*START, PART, ":")
        after: tuple[Item, ...] = (":", PART, ":", Run(ANY)) if condition.key == REGION else (":", Run(ANY))
        for pattern, ignore_case in _patterns(condition):
            yield Shape(joined((*before, *items(pattern.parts, NOT_COLON), *after)), ignore_case)


def naming(key: str, value: str) -> Shape:
    """The shape of resource ARNs that fix an OF_RESOURCE key at the value."""
    before: tuple[Item, ...] = START if key == REGION else (*START, PART, ":")
    after: tuple[Item, ...] = (":", PART, ":", Run(ANY)) if key == REGION else (":", Run(ANY))
    return Shape(joined((*before, value, *after)))


def _patterns(condition: Condition) -> Iterator[tuple[Pattern, bool]]:
    test = condition.test
    if isinstance(test, StringTest):
        yield from ((pattern, test.ignore_case) for pattern in test.texts.patterns if not _has_colon(pattern))
    elif condition.operator.family is not Family.NULL:
        raise TooComplex(f"{condition.name} is read as {condition.operator.family.value}")


def _has_colon(pattern: Pattern) -> bool:
    return any(isinstance(part, str) and ":" in part for part in pattern.parts)


def accounts(conditions: Iterable[Condition], apart: Iterable[str] = ()) -> Sequence[str]:
    """Account ids that stand for all others, over conditions on a key that has one. Raises TooComplex."""
    shapes = [Shape(ACCOUNT), *(Shape((each,)) for each in apart)]
    for condition in conditions:
        shapes += [Shape.of(pattern.parts, ignore_case=ignore_case) for pattern, ignore_case in _patterns(condition)]
    return texts_of(shapes, "accounts", Wanted(all_of=(0,)))


KINDS: Final = {
    PrincipalKind.USER: (":user/", NOT_SLASH, Run(ANY)),
    PrincipalKind.ROLE: (":role/", NOT_SLASH, Run(ANY)),
    PrincipalKind.ROOT: (":root",),
}
"""By kind of principal the end of its ARN, after the account."""

BEGINNING: Final[tuple[Item, ...]] = ("arn:aws", PART, ":iam::")


def principals(
    conditions: Iterable[Condition],
    kinds: Iterable[PrincipalKind],
    accounts_apart: Iterable[str] = (),
    apart: Iterable[str] = (),
) -> list[tuple[str, bool]]:
    """ARNs of principals that stand for all others of these kinds, over conditions on OF_PRINCIPAL keys.

    With each, whether it stands for itself only. `apart` are ARNs that are to be told apart, and `accounts_apart`
    accounts. Raises TooComplex.
    """
    shapes = [*_shapes_of_principals(conditions), *(Shape((arn,)) for arn in apart)]
    alone = Literals.of(shapes).exact
    shapes += [Shape(joined((*BEGINNING, account, ":", Run(ANY)))) for account in accounts_apart]
    found: list[str] = []
    for kind in kinds:
        universe = Shape(joined((*BEGINNING, *ACCOUNT, *KINDS[kind])))
        found += texts_of([universe, *dict.fromkeys(shapes)], "principals", Wanted(all_of=(0,)))
    return [(arn, arn in alone) for arn in found]


def _shapes_of_principals(conditions: Iterable[Condition]) -> Iterator[Shape]:
    for condition in conditions:
        if condition.key == PRINCIPAL_ARN:
            if condition.operator.family not in (Family.STRING, Family.ARN, Family.NULL):
                raise TooComplex(f"{condition.name} is read as {condition.operator.family.value}")
            yield from shapes_of(condition.test)
        elif condition.key == PRINCIPAL_ACCOUNT:
            for pattern, ignore_case in _patterns(condition):
                account = items(pattern.parts, NOT_COLON)
                yield Shape(joined((*BEGINNING, *account, ":", Run(ANY))), ignore_case)
        elif condition.key == USERNAME:
            for pattern, ignore_case in _patterns_of_names(condition):
                name = tuple(items(pattern.parts, NOT_SLASH))
                yield Shape(joined((*BEGINNING, *ACCOUNT, ":user/", *name)), ignore_case)
                yield Shape(joined((*BEGINNING, *ACCOUNT, ":user/", Run(ANY), "/", *name)), ignore_case)


def _patterns_of_names(condition: Condition) -> Iterator[tuple[Pattern, bool]]:
    test = condition.test
    if isinstance(test, StringTest):
        slashed = (
            any(isinstance(part, str) and "/" in part for part in pattern.parts) for pattern in test.texts.patterns
        )
        pairs = zip(test.texts.patterns, slashed, strict=True)
        yield from ((pattern, test.ignore_case) for pattern, has_slash in pairs if not has_slash)
    elif condition.operator.family is not Family.NULL:
        raise TooComplex(f"{condition.name} is read as {condition.operator.family.value}")
