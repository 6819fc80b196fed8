"""Known ways by which a permission becomes more permission: what it takes, what it leads to, and where it is described.

The ways are public knowledge since 2018; what AWS itself says of the actions is in the sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial

from signout.iam import Effect, Layers, Request, verdict
from signout.iam.account import Holder
from signout.iam.compare.surroundings import delegation
from signout.review.estate import Estate, Function, Member
from signout.review.sign_out import INVOKE

_REFERENCE = "Service Authorization Reference, "
_GUIDE = "IAM User Guide, "
_RHINO = "Rhino Security Labs, AWS IAM Privilege Escalation (2018)"


class Target(Enum):
    """What an action of a way has to be allowed on."""

    ROLE = "a role that signs users out"
    RUNBOOK = "a function that signs users out"
    ANY_ROLE = "a role that nobody named"
    ANY_USER = "a user that nobody named"
    ANY_POLICY = "a managed policy that nobody named"
    ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Way:
    """Actions that together lead to permissions that were not granted."""

    name: str
    needs: tuple[tuple[str, Target], ...]
    leads_to: str
    source: str
    to_sign_out: bool = False
    """Does it lead to signing users out in particular?"""
    passed_to: str = ""
    """The service to which a role is passed."""


def _passing(service: str, action: str, *more: str) -> tuple[Way, Way]:
    """Passing a role to a service that then works for whoever passed it: a role that signs out, or any."""
    needs = tuple((each, Target.ANYTHING) for each in (action, *more))
    host = f"{service}.amazonaws.com"
    source = f"{_GUIDE}Grant a user permissions to pass a role to an AWS service; {_RHINO}"
    return (
        Way(
            f"iam:PassRole with {action}",
            (("iam:PassRole", Target.ROLE), *needs),
            "have a service sign users out under a role that may",
            source,
            to_sign_out=True,
            passed_to=host,
        ),
        Way(
            f"iam:PassRole with {action}",
            (("iam:PassRole", Target.ANY_ROLE), *needs),
            "have a service work under any role that trusts it",
            source,
            passed_to=host,
        ),
    )


def _alone(
    action: str, target: Target, leads_to: str, source: str = _GUIDE + "Delegating access", out: bool = False
) -> Way:
    return Way(action, ((action, target),), leads_to, f"{source}; {_RHINO}", to_sign_out=out)


_POLICIES = _GUIDE + "Adding and removing IAM identity permissions"
_VERSIONS = _GUIDE + "Versioning IAM policies"
_TRUST = _GUIDE + "Update a role trust policy"
_BOUNDARIES = _GUIDE + "Permissions boundaries for IAM entities"
_CODE = _REFERENCE + "AWS Lambda"

WAYS: tuple[Way, ...] = (
    _alone("lambda:UpdateFunctionCode", Target.RUNBOOK, "run code of its own as the runbook", _CODE, True),
    _alone("lambda:UpdateFunctionConfiguration", Target.RUNBOOK, "put a layer into the runbook", _CODE, True),
    *_passing("lambda", "lambda:CreateFunction", INVOKE),
    *_passing("ec2", "ec2:RunInstances"),
    *_passing("cloudformation", "cloudformation:CreateStack"),
    *_passing("states", "states:CreateStateMachine", "states:StartExecution"),
    *_passing("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    *_passing("glue", "glue:CreateJob", "glue:StartJobRun"),
    *_passing("codebuild", "codebuild:CreateProject", "codebuild:StartBuild"),
    *_passing("sagemaker", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    *(
        _alone(action, target, leads_to, _POLICIES, out)
        for action in ("iam:PutRolePolicy", "iam:AttachRolePolicy")
        for target, leads_to, out in (
            (Target.ROLE, "give a role that signs users out any permission", True),
            (Target.ANY_ROLE, "give any role any permission", False),
        )
    ),
    *(
        _alone(action, target, leads_to, _TRUST, out)
        for action in ("iam:UpdateAssumeRolePolicy",)
        for target, leads_to, out in (
            (Target.ROLE, "let itself into a role that signs users out", True),
            (Target.ANY_ROLE, "let itself into any role", False),
        )
    ),
    _alone("iam:PutUserPolicy", Target.ANY_USER, "give any user any permission", _POLICIES),
    _alone("iam:AttachUserPolicy", Target.ANY_USER, "give any user any permission", _POLICIES),
    _alone("iam:PutGroupPolicy", Target.ANYTHING, "give any group any permission", _POLICIES),
    _alone("iam:AttachGroupPolicy", Target.ANYTHING, "give any group any permission", _POLICIES),
    _alone("iam:AddUserToGroup", Target.ANYTHING, "put itself into any group", _GUIDE + "IAM user groups"),
    _alone("iam:CreatePolicyVersion", Target.ANY_POLICY, "rewrite any managed policy", _VERSIONS),
    _alone("iam:SetDefaultPolicyVersion", Target.ANY_POLICY, "bring back older versions of policies", _VERSIONS),
    _alone("iam:CreateAccessKey", Target.ANY_USER, "act as any user", _GUIDE + "Manage access keys for IAM users"),
    _alone("iam:CreateLoginProfile", Target.ANY_USER, "sign in as any user without a password", _GUIDE + "Passwords"),
    _alone("iam:UpdateLoginProfile", Target.ANY_USER, "sign in as any user", _GUIDE + "Passwords"),
    _alone("iam:DeleteRolePermissionsBoundary", Target.ANY_ROLE, "lift any role's limits", _BOUNDARIES),
    _alone("iam:DeleteUserPermissionsBoundary", Target.ANY_USER, "lift any user's limits", _BOUNDARIES),
    Way(
        "sts:AssumeRole on any role",
        (("sts:AssumeRole", Target.ANY_ROLE),),
        "become every role whose trust policy leaves that to the account",
        f"{_GUIDE}Granting permissions to switch roles; {_RHINO}",
    ),
)
"""Every way that is looked for. One of several actions has to be allowed on each of its targets at once."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A way that is open to a principal now and was not before."""

    member: Member
    way: Way
    on: str
    """The role or function that it is about; empty where it is about any."""
    depends: bool
    """Does it hang on conditions?"""


@dataclass(frozen=True, slots=True)
class Aims:
    """What is worth reaching: who can sign users out, and the functions that do."""

    roles: tuple[str, ...]
    functions: tuple[Function, ...]


def _lets_in(estate: Estate, role: str, service: str) -> bool:
    """Can a service to which the role is passed work under it? Yes where its trust policy is not known."""
    member = estate.members.get(role)
    if member is None or member.trust is None or member.trust.policy is None:
        return True
    request = Request(service, "sts:AssumeRole", role)
    return verdict(request, Layers(resource_policy=member.trust.policy)) in (Effect.ALLOWED, Effect.DEPENDS)


def opened(before: Estate, after: Estate, changed: Iterable[str], aims: Aims) -> Iterator[Opened]:
    """The ways that the change opens to the principals with these ARNs."""
    lets_in = cache(partial(_lets_in, after))
    for arn in dict.fromkeys(changed):
        member = after.members.get(arn)
        if member is None or member.is_group or not _has_escalating(member):
            continue
        old = before.members.get(arn)
        then, now = None if old is None else old.holder(), member.holder()
        for way in WAYS:
            for on, targets in _instances(way, member, aims):
                if on.startswith("arn:") and way.passed_to and not lets_in(on, way.passed_to):
                    continue
                effect = _open(way, now, targets)
                if effect is not None and (then is None or _open(way, then, targets) is None):
                    yield Opened(member, way, on, effect is Effect.DEPENDS)


def _has_escalating(member: Member) -> bool:
    """A filter: does it allow any action of the table at all?"""
    actions = {action.lower() for way in WAYS for action, _ in way.needs}
    return any(
        statement.actions.matches(action) is not statement.negated_actions
        for document in member.documents()
        if document.policy is not None
        for statement in document.policy.statements
        if not statement.denies
        for action in actions
    )


def _instances(way: Way, member: Member, aims: Aims) -> Iterator[tuple[str, dict[Target, str]]]:
    """The way with each thing that it can be about, except the principal itself."""
    account = member.arn.split(":")[4]
    anybody = {
        Target.ANY_ROLE: f"arn:aws:iam::{account}:role/AnyOtherRole0",
        Target.ANY_USER: f"arn:aws:iam::{account}:user/AnyOtherUser0",
        Target.ANY_POLICY: f"arn:aws:iam::{account}:policy/AnyOtherPolicy0",
        Target.ANYTHING: "*",
    }
    wanted = {target for _, target in way.needs}
    if Target.ROLE in wanted:
        for role in aims.roles:
            if role != member.arn and ":role/" in role:
                yield role, {**anybody, Target.ROLE: role}
    elif Target.RUNBOOK in wanted:
        for function in aims.functions:
            yield function.label, {**anybody, Target.RUNBOOK: function.arns[0]}
    else:
        yield "", anybody


def _open(way: Way, holder: Holder, targets: dict[Target, str]) -> Effect | None:
    """ALLOWED or DEPENDS where all that the way needs may be; None where something is refused."""
    depends = False
    for action, target in way.needs:
        context = {"iam:PassedToService": way.passed_to} if action == "iam:PassRole" and way.passed_to else None
        # A trust policy that leaves it to the account is what a role that nobody named is taken to have.
        trust = delegation(holder.principal.account or "") if action == "sts:AssumeRole" else None
        layers = Layers(identity=holder.identity, boundary=holder.boundary, resource_policy=trust)
        effect = verdict(Request(holder.principal, action, targets[target], context), layers)
        if effect not in (Effect.ALLOWED, Effect.DEPENDS):
            return None
        depends |= effect is Effect.DEPENDS
    return Effect.DEPENDS if depends else Effect.ALLOWED
