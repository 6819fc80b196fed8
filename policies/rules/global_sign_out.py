"""GlobalSignOut needs no IAM, AdminUserGlobalSignOut does.

An identity policy that names an operation which a token authorizes, or nothing, grants nothing and denies nothing. In
VPC endpoint policies and resource control policies such a statement does count, so these are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from signout.cognito.operations import PREFIXES, Credential, Governed, Operation, operations
from signout.findings import Severity
from signout.iam import Effect, Kind, Layers, Policy, Request, verdict
from signout.iam.pattern import Pattern
from signout.iam.policy import Statement

from ..able import accesses
from ..documents import PLACES, Document, documents_of
from ..grants import SIGN_OUT_RUNBOOK
from ..pools import pools_of
from ..principals import principals_of
from ..rule import Level, Outcome, Rule, Violation
from ..settings import NoSettings
from ..stack import Awaited, Resource, Stack

TYPES = frozenset(type_ for type_, places in PLACES.items() if any(each.kind is Kind.IDENTITY for each in places))

_ANYBODY = "arn:aws:iam::000000000000:role/anybody"
"""Whose policy it is makes no difference to whether IAM governs an operation."""


@dataclass(frozen=True, slots=True)
class Named:
    """What one statement names in vain."""

    statement: Statement
    operations: tuple[Operation, ...]
    disputed: bool
    """The sources disagree on some of them whether IAM governs it."""


def named_in_vain(policy: Policy) -> Iterator[Named]:
    """The statements of an identity policy that name operations which no identity policy governs.

    A wildcard that covers other actions too names none of them.
    """
    for statement in policy.statements:
        if statement.negated_actions:
            continue
        found: dict[str, Operation] = {}
        for pattern in statement.actions.patterns:
            found.update((operation.action, operation) for operation in _in_vain(pattern, policy))
        if found:
            disputed = any(operation.governed is Governed.DISPUTED for operation in found.values())
            yield Named(statement, tuple(found.values()), disputed)


def _in_vain(pattern: Pattern, policy: Policy) -> list[Operation]:
    """The operations that the pattern covers, if all that it covers are such; else none."""
    prefix = pattern.source.partition(":")[0].lower()
    if prefix not in PREFIXES and not {"*", "?"} & set(prefix):
        return []
    covered = [operation for action, operation in operations().items() if pattern.matches(action)]
    if not covered or (prefix not in PREFIXES and _covers_others(pattern)):
        return []
    return covered if all(_without_say(operation, policy) for operation in covered) else []


def _covers_others(pattern: Pattern) -> bool:
    from signout.iam.catalogue import expand  # only for a pattern with a wildcard in its service

    return any(action.name.partition(":")[0] not in PREFIXES for action in expand(pattern.source))


def _without_say(operation: Operation, policy: Policy) -> bool:
    if operation.governed is Governed.DISPUTED:
        return True
    effect = verdict(Request(_ANYBODY, operation.action, assume_unknown="absent"), Layers(identity=(policy,)))
    return effect is Effect.NOT_IAM


def _check(resource: Resource, stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    for document in documents_of(resource):
        if document.kind is not Kind.IDENTITY:
            continue
        if document.awaited:
            yield Awaited(resource, document.path)
        if document.policy is not None:
            for named in named_in_vain(document.policy):
                yield _violation(document, named)


def _violation(document: Document, named: Named) -> Violation:
    allows = "denies" if named.statement.denies else "allows"
    actions = ", ".join(operation.action for operation in named.operations)
    credentials = {credential for operation in named.operations for credential in operation.authorized_by}
    fact = f"{named.statement.place} {allows} {actions}, to no effect: {_authorized_by(credentials)}, not IAM."
    if named.disputed:
        sentences = (sentence for operation in named.operations for sentence in operation.conflicts)
        fact = f"{named.statement.place} {allows} {actions}, most likely to no effect. {' '.join(sentences)}"
    level = Level.ADVISORY if named.disputed else None
    return Violation(document.resource, fact, _change(named), level)


_PHRASES = {
    Credential.ACCESS_TOKEN: "the user's access token",
    Credential.REFRESH_TOKEN: "the refresh token",
    Credential.SESSION: "the session of a sign-in under way",
    Credential.FEEDBACK_TOKEN: "the one-time token of a message",
    Credential.LOGINS: "the identity provider's token",
    Credential.CLIENT: "the app client's id and secret",
}


def _authorized_by(credentials: set[Credential]) -> str:
    phrases = [phrase for credential, phrase in _PHRASES.items() if credential in credentials]
    if not phrases:
        return "anyone may call it"
    return f"{' or '.join(phrases)} authorizes it"


_ADMINISTRATORS = {
    "RevokeToken": "AdminUserGlobalSignOut",
    "ChangePassword": "AdminSetUserPassword",
    "ForgotPassword": "AdminResetUserPassword",
    "SignUp": "AdminCreateUser",
}
"""What an administrator calls instead, where the name does not tell."""


def administrators(operation: Operation) -> Operation | None:
    """The operation with which an administrator does the same to a user, and which IAM does govern."""
    known = operations()
    for name in (_ADMINISTRATORS.get(operation.name), f"Admin{operation.name}", f"AdminUser{operation.name}"):
        found = known.get(f"{operation.service}:{name}".lower())
        if found is not None and found.governed is Governed.IAM:
            return found
    return None


def _change(named: Named) -> str:
    if named.statement.denies:
        return "Remove it. A VPC endpoint policy or a resource control policy can deny these operations."
    wanted = dict.fromkeys(found.action for each in named.operations if (found := administrators(each)) is not None)
    if not wanted:
        return "Remove it."
    return f"Remove it, or, if an administrator is meant, allow {', '.join(wanted)} on the user pool's ARN."


GRANT_WITHOUT_EFFECT = Rule(
    name="grant-without-effect",
    description="No identity policy names an operation that a token or nothing authorizes, such as GlobalSignOut.",
    why="Such a statement grants nothing and denies nothing, whatever its author and its reviewers believe.",
    change="Remove it.",
    severity=Severity.MEDIUM,
    settings=NoSettings,
    types=TYPES,
    of_resource=_check,
)


ADMIN_SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"


def _permitted(stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    """Somebody in a stack with a runbook may sign users out of some pool."""
    runbooks = list(stack.of_type(SIGN_OUT_RUNBOOK))
    if not runbooks:
        return
    principals = principals_of(stack)
    pools = pools_of(stack, principals, [ADMIN_SIGN_OUT])
    if any(accesses(stack, ADMIN_SIGN_OUT, pool.arn) for pool in pools):
        return
    awaited = [each for member in principals.everybody for each in member.all_awaited()]
    if awaited:
        yield from awaited
        return
    for runbook in runbooks:
        yield Violation(runbook, f"{runbook.label}: nobody in this stack may call {ADMIN_SIGN_OUT} on a user pool.")


SIGN_OUT_PERMITTED = Rule(
    name="sign-out-permitted",
    description="Where there is a runbook, somebody is allowed AdminUserGlobalSignOut.",
    why="That operation does need IAM: without a grant every order fails with AccessDeniedException.",
    change="Allow it on the user pool's ARN to the runbook's execution role.",
    severity=Severity.HIGH,
    settings=NoSettings,
    of_stack=_permitted,
)


RULES = (GRANT_WITHOUT_EFFECT, SIGN_OUT_PERMITTED)
