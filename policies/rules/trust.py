"""Who may become a role: nobody unknown, and whoever can sign users out then, only under a condition.

What a trust policy demands is not read off its text but asked: may somebody without a second factor, with no external
id, with another audience become the role? What nobody is refused for lacking is not demanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from signout.findings import Severity
from signout.iam import Effect, IamError, Kind, Layers, Policy, Request, parse, verdict
from signout.iam.pattern import Pattern
from signout.iam.principal import account_of, parse_principal
from signout.resource_types import ROLE

from ..able import able
from ..documents import Document, documents_of
from ..rule import Outcome, Rule, Violation
from ..settings import NoSettings, setting
from ..stack import Awaited, Resource, Stack


class Guard(StrEnum):
    """What a trust policy can demand of whoever becomes the role, beyond being who they are."""

    MFA = "mfa"
    """A session that was opened with a second factor."""
    PERMISSION_SET = "permission-set"
    """A session of IAM Identity Center, where a second factor is asked for."""
    EXTERNAL_ID = "external-id"
    """The id that was agreed on with a tool outside the account."""


_LACKING: Mapping[Guard, tuple[Mapping[str, object], ...]] = {
    Guard.MFA: ({"aws:MultiFactorAuthPresent": []}, {"aws:MultiFactorAuthPresent": "false"}),
    Guard.EXTERNAL_ID: ({"sts:ExternalId": []}, {"sts:ExternalId": "somebody-else"}),
}
"""Contexts of somebody who does not have it."""
_NO_SOURCE_IDENTITY: tuple[Mapping[str, object], ...] = ({"sts:SourceIdentity": []},)

_STRANGER = "arn:aws:iam::000000000001:role/somebody"
_STRANGERS_PROVIDER = "arn:aws:iam::000000000001:oidc-provider/somebody.example"
_STRANGERS_CONTEXT: Mapping[str, object] = {
    "aws:SecureTransport": "true",
    "aws:MultiFactorAuthPresent": "true",
    "aws:MultiFactorAuthAge": "1",
    "aws:SourceIp": "198.51.100.1",
    "aws:PrincipalOrgID": "o-somebody",
    "aws:PrincipalIsAWSService": "false",
    "aws:ViaAWSService": "false",
    "sts:ExternalId": "somebody",
    "sts:RoleSessionName": "somebody",
    "sts:SourceIdentity": "somebody",
}
"""What somebody in an account of their own brings along: a second factor there, say, but not the organization's id."""
_IDENTITY_CENTER = ":role/aws-reserved/sso.amazonaws.com/"
_OIDC = ":oidc-provider/"
_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"

_NOBODYS_SUBJECTS = (
    "somebody-else",
    "repo:somebody-else/project:ref:refs/heads/main",
    "project_path:somebody-else/project:ref_type:branch:ref:main",
    "system:serviceaccount:somebody-else:default",
)
"""Subjects as identity providers of well-known services make them, of somebody whom no policy means."""
_NOBODYS_AUDIENCES = ("somebody-else", "https://somebody-else.example")
_WHOEVER = re.compile(r"[*?][^@]*|(repo|project_path|organization|repository_owner):[^:/]*[*?].*", re.DOTALL)
"""A pattern for subjects, at a provider that serves everybody, that leaves open whose they are."""

_KEYS: Mapping[str, tuple[str, str]] = {
    "cognito-identity.amazonaws.com": ("aud", "amr"),
    "www.amazon.com": ("app_id", "user_id"),
    "graph.facebook.com": ("app_id", "id"),
}
"""Of providers whose keys for audience and subject are not called aud and sub. For an identity pool, whether its user
has signed in stands in for the subject. Source: IAM User Guide, "AWS OIDC federation condition context keys"."""

_EVERYTHING = parse({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "any")


def _become(policy: Policy, principal: str, action: str, context: Mapping[str, object]) -> Effect:
    """What comes of somebody's trying to become the role, somebody whose own policies allow everything."""
    account = principal.split(":")[4] if principal.startswith("arn:") else ""
    role = f"arn:aws:iam::{account or '000000000000'}:role/the-role"
    layers = Layers(identity=(_EVERYTHING,), resource_policy=policy)
    return verdict(Request(principal, action, role, context), layers)


def _refused(policy: Policy, principal: str, action: str, contexts: tuple[Mapping[str, object], ...]) -> bool:
    """Is somebody refused in each of these contexts, whatever the rest of the context is?"""
    denied = (Effect.EXPLICITLY_DENIED, Effect.IMPLICITLY_DENIED)
    return all(_become(policy, principal, action, context) in denied for context in contexts)


def _trust_of(resource: Resource) -> Iterator[Document]:
    return (document for document in documents_of(resource) if document.kind is Kind.TRUST)


def _named(policy: Policy, *types: str) -> Iterator[str]:
    """The principals of these types that Allow statements name, each once."""
    entries = (
        entry
        for statement in policy.statements
        if not statement.denies and not statement.negated_principals and statement.principals is not None
        for entry in statement.principals.entries
    )
    yield from dict.fromkeys(value for kind, value in entries if kind in types and value != "*")


def _public(resource: Resource, stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    for document in _trust_of(resource):
        if document.awaited:
            yield Awaited(resource, document.path)
        elif document.policy is not None and _public_by(document.policy, stack.today):
            yield Violation(resource, f"{resource.label} can be assumed by everyone in every AWS account.")


def _public_by(policy: Policy, today: date) -> bool:
    """May anybody become the role, by themselves or by a provider of theirs? A condition that they meet is none.

    In their own account they tag their roles as they like.
    """
    tags = {key: value for key, value in _conditions(policy) if key.startswith("aws:principaltag/")}
    context = {**_STRANGERS_CONTEXT, **tags, "aws:CurrentTime": f"{today}T12:00:00Z"}
    ways = [(_STRANGERS_PROVIDER, _WEB_IDENTITY)]
    ways += [(principal, "sts:AssumeRole") for principal in (_STRANGER, *_strangers(policy))]
    return any(_become(policy, principal, action, context) is Effect.ALLOWED for principal, action in ways)


def _strangers(policy: Policy) -> Iterator[str]:
    """Principals of a stranger's account that the policy's own patterns match: any account can have a role/deploy."""
    account = _STRANGER.split(":")[4]
    for value in (value for key, value in _conditions(policy) if key == "aws:principalarn"):
        parts = value.split(":", 5)
        if len(parts) == 6 and Pattern.of(parts[4]).matches(account):
            name = parts[5].replace("*", "somebody").replace("?", "x")
            if _is_principal(stranger := f"arn:aws:iam::{account}:{name}"):
                yield stranger


def _open(policy: Policy, principal: str) -> bool:
    """Without any condition, that is; where there is one, it depends."""
    return _become(policy, principal, "sts:AssumeRole", {}) is Effect.ALLOWED


PUBLIC_TRUST = Rule(
    name="public-trust",
    description="No role can be assumed by everyone.",
    why="Whoever has an AWS account could become it.",
    change="Name the principals that may assume it.",
    severity=Severity.CRITICAL,
    settings=NoSettings,
    types=frozenset({ROLE}),
    of_resource=_public,
)


def _federated(resource: Resource, stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    for document in _trust_of(resource):
        if document.awaited:
            yield Awaited(resource, document.path)
        elif document.policy is not None:
            for provider in _named(document.policy, "Federated"):
                yield from _unbound(resource, document, document.policy, provider)


def _unbound(resource: Resource, document: Document, policy: Policy, provider: str) -> Iterator[Outcome]:
    issuer = provider.partition(_OIDC)[2] or provider
    if issuer.startswith("arn:"):
        return  # a SAML provider
    if not _is_principal(provider):
        yield Awaited(resource, document.path, "an identity provider: one that it names is none")
        return
    audience, subject = (f"{issuer}:{key}" for key in _KEYS.get(issuer, ("aud", "sub")))
    subjects = (*_NOBODYS_SUBJECTS, *_somebody_elses(policy, subject))
    for key, others in ((audience, _NOBODYS_AUDIENCES), (subject, subjects)):
        contexts = tuple({key: value} for value in ([], *others))
        if not _refused(policy, provider, _WEB_IDENTITY, contexts):
            shown = "the provider's audience or subject" if document.secret else key
            yield Violation(resource, f"{resource.label} can be assumed with any {shown} at an identity provider.")


def _somebody_elses(policy: Policy, subject: str) -> Iterator[str]:
    """Subjects of somebody else that the policy's own patterns match: "repo:*/shop:*" is not only one's own shop."""
    for value in (value for key, value in _conditions(policy) if key == subject.lower()):
        if _WHOEVER.fullmatch(value):
            yield value.replace("*", "somebody-else").replace("?", "x")


def _conditions(policy: Policy) -> Iterator[tuple[str, str]]:
    """Each key of the policy's conditions, in lower case, with each value that it is compared with."""
    for statement in policy.statements:
        for condition in statement.conditions:
            for value in condition.values:
                yield condition.key, value


def _is_principal(name: str) -> bool:
    try:
        parse_principal(name)
    except IamError:
        return False
    return True


FEDERATED_TRUST = Rule(
    name="federated-trust",
    description="A role for users of an OIDC provider is bound to an audience and to subjects.",
    why="The provider has other customers, whose users hold valid tokens as well.",
    change="Demand both with StringEquals, the subject as narrowly as it is known.",
    severity=Severity.CRITICAL,
    settings=NoSettings,
    types=frozenset({ROLE}),
    of_resource=_federated,
)


@dataclass(frozen=True, slots=True)
class Guards:
    """What is demanded of whoever becomes a role that can sign users out."""

    any_of: tuple[str, ...] = setting(
        tuple(guard.value for guard in Guard),
        "At least one of these has to be demanded; with an empty list none has to.",
        items={"type": "string", "enum": [guard.value for guard in Guard]},
    )
    source_identity: bool = setting(
        False, "Whether a source identity has to be demanded too, so that CloudTrail names who is behind a session."
    )


def _guarded(stack: Stack, settings: Guards) -> Iterator[Outcome]:
    """Services are left out: they demand nothing of people."""
    for member in able(stack):
        document = member.trust
        if document is None:
            continue
        if document.awaited:
            yield Awaited(document.resource, document.path)
        elif document.policy is not None:
            for principal in _named(document.policy, "AWS"):
                yield from _unguarded(document, document.policy, principal, settings)


def _unguarded(document: Document, policy: Policy, named: str, settings: Guards) -> Iterator[Outcome]:
    account = account_of(named)
    principal = f"arn:aws:iam::{account}:role/somebody" if account else named
    who = "a principal" if document.secret else f"every principal of account {account}" if account else named
    label = document.resource.label
    if account and _open(policy, principal):
        change = "Name the principals, or add a condition that only they meet."
        yield Violation(document.resource, f"{label} can sign users out, and {who} can assume it.", change)
        return
    guards = [Guard(each) for each in settings.any_of]
    if guards and not any(_demands(policy, principal, guard) for guard in guards):
        wanted = " or ".join(_WORDS[guard] for guard in guards)
        yield Violation(document.resource, f"{label} can sign users out, and {who} can assume it without {wanted}.")
    if settings.source_identity and not _refused(policy, principal, "sts:AssumeRole", _NO_SOURCE_IDENTITY):
        fact = f"{label} can sign users out, and {who} can assume it without a source identity."
        yield Violation(document.resource, fact, "Demand sts:SourceIdentity in its trust policy.")


_WORDS = {
    Guard.MFA: "a second factor",
    Guard.PERMISSION_SET: "a permission set of IAM Identity Center",
    Guard.EXTERNAL_ID: "the external id",
}


def _demands(policy: Policy, principal: str, guard: Guard) -> bool:
    if guard is Guard.PERMISSION_SET:
        return _IDENTITY_CENTER in principal or _refused(policy, principal, "sts:AssumeRole", ({},))
    return _refused(policy, principal, "sts:AssumeRole", _LACKING[guard])


GUARDED_TRUST = Rule(
    name="guarded-trust",
    description="A role that can sign users out lets nobody in without a condition.",
    why="A stolen access key would be enough to sign every user of the pool out.",
    change="Demand it with a condition in the role's trust policy.",
    severity=Severity.HIGH,
    settings=Guards,
    of_stack=_guarded,
)

RULES = (PUBLIC_TRUST, FEDERATED_TRUST, GUARDED_TRUST)
