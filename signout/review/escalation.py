"""Known ways by which a permission becomes more permission: what it takes, what it leads to, and where it is described.

The ways are public knowledge, most of them since 2018; what AWS itself says of the actions is in the sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial

from signout.iam import Effect, IamError, Layers, Request, decide
from signout.iam.account import Holder
from signout.iam.compare.surroundings import delegation
from signout.review.estate import Estate, Function, Member
from signout.review.sign_out import INVOKE

_REFERENCE = "Service Authorization Reference, "
_GUIDE = "IAM User Guide, "
_RHINO = "Rhino Security Labs, AWS IAM Privilege Escalation (2018)"
_VULNERABLE = "Bishop Fox, IAM Vulnerable (2021)"


class Target(Enum):
    """What an action of a way has to be allowed on."""

    ROLE = "a role that signs users out"
    RUNBOOK = "a function that signs users out"
    POLICY = "a managed policy of a role that signs users out"
    ITSELF = "the principal itself"
    OWN_POLICY = "a managed policy that the principal has"
    ANY_ROLE = "a role that nobody named"
    ANY_USER = "a user that nobody named"
    ANY_GROUP = "a group that nobody named"
    ANY_POLICY = "a managed policy that nobody named"
    ANY_FUNCTION = "a function that nobody named"
    ANYTHING = "anything"
    """Whatever the principal's policies name: a new function's name, say, keeps nobody from what it does."""


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


def _existing(leads_to: str, source: str, *actions: str) -> Way:
    """Using something that is there already, and works under a role that whoever uses it was not given."""
    return Way(
        " with ".join(actions), tuple((each, Target.ANYTHING) for each in actions), leads_to, f"{source}; {_VULNERABLE}"
    )


_POLICIES = _GUIDE + "Adding and removing IAM identity permissions"
_VERSIONS = _GUIDE + "Versioning IAM policies"
_TRUST = _GUIDE + "Update a role trust policy"
_BOUNDARIES = _GUIDE + "Permissions boundaries for IAM entities"
_CODE = _REFERENCE + "AWS Lambda"

_COMMANDS = _REFERENCE + "AWS Systems Manager"
_SETS = _REFERENCE + "AWS IAM Identity Center"
_OWN_CODE = "run code of its own under any function's role"

WAYS: tuple[Way, ...] = (
    _alone("lambda:UpdateFunctionCode", Target.RUNBOOK, "run code of its own as the runbook", _CODE, True),
    _alone("lambda:UpdateFunctionConfiguration", Target.RUNBOOK, "put a layer into the runbook", _CODE, True),
    _alone("lambda:AddPermission", Target.RUNBOOK, "let itself, or anyone, invoke the runbook", _CODE, True),
    _alone("lambda:UpdateFunctionCode", Target.ANY_FUNCTION, _OWN_CODE, _CODE),
    _alone("lambda:UpdateFunctionConfiguration", Target.ANY_FUNCTION, _OWN_CODE, _CODE),
    *_passing("lambda", "lambda:CreateFunction", INVOKE),
    *_passing("lambda", "lambda:CreateFunction", "lambda:AddPermission"),
    *_passing("lambda", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    *_passing("lambda", "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode"),
    *_passing("ec2", "ec2:RunInstances"),
    *_passing("cloudformation", "cloudformation:CreateStack"),
    *_passing("cloudformation", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    *_passing("states", "states:CreateStateMachine", "states:StartExecution"),
    *_passing("scheduler", "scheduler:CreateSchedule"),
    *_passing("ssm", "ssm:StartAutomationExecution"),
    *_passing("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    *_passing("ecs-tasks", "batch:RegisterJobDefinition", "batch:SubmitJob"),
    *_passing("glue", "glue:CreateJob", "glue:StartJobRun"),
    *_passing("glue", "glue:CreateDevEndpoint"),
    *_passing(
        "datapipeline",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
    ),
    *_passing("codebuild", "codebuild:CreateProject", "codebuild:StartBuild"),
    *_passing("sagemaker", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    *_passing("sagemaker", "sagemaker:CreateTrainingJob"),
    *_passing("sagemaker", "sagemaker:CreateProcessingJob"),
    *(
        _alone(action, target, leads_to, _POLICIES, out)
        for action in ("iam:PutRolePolicy", "iam:AttachRolePolicy")
        for target, leads_to, out in (
            (Target.ROLE, "give a role that signs users out any permission", True),
            (Target.ANY_ROLE, "give any role any permission", False),
            (Target.ITSELF, "give itself any permission", False),
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
    *(
        _alone(action, target, leads_to, _POLICIES)
        for action in ("iam:PutUserPolicy", "iam:AttachUserPolicy")
        for target, leads_to in (
            (Target.ANY_USER, "give any user any permission"),
            (Target.ITSELF, "give itself any permission"),
        )
    ),
    _alone("iam:PutGroupPolicy", Target.ANY_GROUP, "give any group any permission", _POLICIES),
    _alone("iam:AttachGroupPolicy", Target.ANY_GROUP, "give any group any permission", _POLICIES),
    _alone("iam:AddUserToGroup", Target.ANY_GROUP, "put itself into any group", _GUIDE + "IAM user groups"),
    *(
        _alone(action, target, f"{leads_to}{whose}", _VERSIONS, out)
        for action, leads_to in (
            ("iam:CreatePolicyVersion", "rewrite "),
            ("iam:SetDefaultPolicyVersion", "bring back older versions of "),
        )
        for target, whose, out in (
            (Target.POLICY, "a policy of a role that signs users out", True),
            (Target.ANY_POLICY, "any managed policy", False),
            (Target.OWN_POLICY, "a policy that it has itself", False),
        )
    ),
    _alone("iam:CreateAccessKey", Target.ANY_USER, "act as any user", _GUIDE + "Manage access keys for IAM users"),
    _alone("iam:CreateLoginProfile", Target.ANY_USER, "sign in as any user without a password", _GUIDE + "Passwords"),
    _alone("iam:UpdateLoginProfile", Target.ANY_USER, "sign in as any user", _GUIDE + "Passwords"),
    *(
        _alone(f"iam:{change}{kind}PermissionsBoundary", target, leads_to, _BOUNDARIES)
        for change in ("Delete", "Put")
        for kind, target, leads_to in (
            ("Role", Target.ANY_ROLE, "lift any role's limits"),
            ("User", Target.ANY_USER, "lift any user's limits"),
        )
    ),
    *(
        _alone(action, target, "lift its own limits", _BOUNDARIES)
        for action in ("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary")
        for target in (Target.ITSELF,)
    ),
    Way(
        "sts:AssumeRole on any role",
        (("sts:AssumeRole", Target.ANY_ROLE),),
        "become every role whose trust policy leaves that to the account",
        f"{_GUIDE}Granting permissions to switch roles; {_RHINO}",
    ),
    _existing("work under the role of any instance", _COMMANDS, "ssm:SendCommand"),
    _existing("work under the role of any instance", _COMMANDS, "ssm:StartSession"),
    _existing("work under the role of any stack", _REFERENCE + "AWS CloudFormation", "cloudformation:UpdateStack"),
    _existing(
        "work under the role of any build project",
        _REFERENCE + "AWS CodeBuild",
        "codebuild:UpdateProject",
        "codebuild:StartBuild",
    ),
    _existing("work under the role of any development endpoint", _REFERENCE + "AWS Glue", "glue:UpdateDevEndpoint"),
    _existing(
        "work under the role of any state machine",
        _REFERENCE + "AWS Step Functions",
        "states:UpdateStateMachine",
        "states:StartExecution",
    ),
    *(
        _existing(
            "give any permission to whoever has a permission set",
            _SETS,
            action,
            "sso:ProvisionPermissionSet",
        )
        for action in ("sso:PutInlinePolicyToPermissionSet", "sso:AttachManagedPolicyToPermissionSet")
    ),
    _existing("give itself any permission set", _SETS, "sso:CreateAccountAssignment"),
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
    policies: tuple[str, ...] = ()
    """ARNs of the managed policies that these roles have."""


def _lets_in(estate: Estate, role: str, service: str) -> bool:
    """Can a service to which the role is passed work under it? Yes where its trust policy is not known."""
    member = estate.members.get(role)
    if member is None or member.trust is None or member.trust.policy is None:
        return True
    request = Request(service, "sts:AssumeRole", role)
    return decide(request, Layers(resource_policy=member.trust.policy)).may_be_allowed


def opened(before: Estate, after: Estate, changed: Iterable[str], aims: Aims) -> Iterator[Opened]:
    """The ways that the change opens to the principals with these ARNs; what it opens to a group is the group's."""
    lets_in = cache(partial(_lets_in, after))
    for arn in dict.fromkeys(changed):
        member = after.members.get(arn)
        if member is None:
            continue
        found = list(_opened_to(before.members.get(arn), member, aims, lets_in))
        yield from found
        of_group = {(each.way, each.on) for each in found}
        for user in _users_of(member, after):
            theirs = _opened_to(before.members.get(user.arn), user, aims, lets_in)
            yield from (each for each in theirs if (each.way, each.on) not in of_group)


def _users_of(group: Member, estate: Estate) -> Iterator[Member]:
    """Whoever the input knows to be in the group."""
    if group.is_group:
        yield from (each for each in estate.members.values() if group in each.groups)


def _opened_to(old: Member | None, member: Member, aims: Aims, lets_in: Callable[[str, str], bool]) -> Iterator[Opened]:
    if not _has_escalating(member):
        return
    then, now = None if old is None else old.holder(), member.holder()
    anything = _Anything(member)
    on_any: set[str] = set()
    for way in sorted(WAYS, key=lambda way: not _TO_ANY.isdisjoint(target for _, target in way.needs), reverse=True):
        for on, targets in _instances(way, member, aims):
            if on.startswith("arn:") and way.passed_to and not lets_in(on, way.passed_to):
                continue
            effect = _open(way, now, targets, anything)
            if effect is None or (way.name in on_any and _OWN & {target for _, target in way.needs}):
                continue
            if not way.to_sign_out:
                on_any.add(way.name)
            if then is None or _open(way, then, targets, anything) is None:
                yield Opened(member, way, on, effect is Effect.DEPENDS)


_ACTIONS = frozenset(action.lower() for way in WAYS for action, _ in way.needs)


def _has_escalating(member: Member) -> bool:
    """A filter: does it allow any action of the table at all?"""
    return any(
        statement.actions.matches(action) is not statement.negated_actions
        for document in member.documents()
        if document.policy is not None
        for statement in document.policy.statements
        if not statement.denies
        for action in _ACTIONS
    )


_OWN = {Target.ITSELF, Target.OWN_POLICY}
_TO_ANY = {Target.ANY_ROLE, Target.ANY_USER, Target.ANY_POLICY}
"""What includes the principal itself, and need not be said of it once more."""


def _instances(way: Way, member: Member, aims: Aims) -> Iterator[tuple[str, dict[Target, str]]]:
    """The way with each thing that it can be about; of roles that sign users out, each but the principal itself."""
    account = member.arn.split(":")[4]
    anybody = {
        Target.ANY_ROLE: f"arn:aws:iam::{account}:role/AnyOtherRole0",
        Target.ANY_USER: f"arn:aws:iam::{account}:user/AnyOtherUser0",
        Target.ANY_GROUP: f"arn:aws:iam::{account}:group/AnyOtherGroup0",
        Target.ANY_POLICY: f"arn:aws:iam::{account}:policy/AnyOtherPolicy0",
        Target.ANY_FUNCTION: f"arn:aws:lambda:us-east-1:{account}:function:AnyOtherFunction0",
    }
    wanted = {target for _, target in way.needs}
    if Target.ROLE in wanted:
        for role in aims.roles:
            if role != member.arn and ":role/" in role:
                yield role, {**anybody, Target.ROLE: role}
    elif Target.RUNBOOK in wanted:
        for function in aims.functions:
            yield function.label, {**anybody, Target.RUNBOOK: function.arns[0]}
    elif Target.POLICY in wanted:
        for policy in aims.policies:
            yield policy, {**anybody, Target.POLICY: policy}
    elif Target.OWN_POLICY in wanted:
        for policy in dict.fromkeys(each.arn for each in member.documents() if is_own(each.arn)):
            yield policy, {**anybody, Target.OWN_POLICY: policy}
    elif Target.ITSELF in wanted:
        if f":{_KIND_OF[way.name]}/" in member.arn:
            yield "", {**anybody, Target.ITSELF: member.arn}
    else:
        yield "", anybody


def is_own(policy: str) -> bool:
    """Is it the ARN of a managed policy that is an account's own, and not AWS's?"""
    return policy.startswith("arn:") and ":iam::aws:" not in policy


_KIND_OF = {
    way.name: "role" if "Role" in way.name else "user"
    for way in WAYS
    if any(target is Target.ITSELF for _, target in way.needs)
}
"""Whom a way to one's own permissions is for."""


class _Anything:
    """Resources on which an action of a principal may be allowed, for actions whose resource does not matter."""

    def __init__(self, member: Member) -> None:
        self._statements = [
            statement
            for document in member.documents()
            if document.policy is not None
            for statement in document.policy.statements
            if not statement.denies and statement.resources is not None and not statement.negated_resources
        ]

    def of(self, action: str) -> tuple[str, ...]:
        """Everything, and an example of each resource that a statement about the action names."""
        named = (
            pattern.source.replace("*", "any").replace("?", "a")
            for statement in self._statements
            if statement.actions.matches(action.lower()) is not statement.negated_actions
            for pattern in (statement.resources.patterns if statement.resources is not None else ())
            if pattern.source.startswith("arn:") and "$" not in pattern.source
        )
        return tuple(dict.fromkeys(("*", *named)))[:_MOST_TRIED]


_MOST_TRIED = 20


def _open(way: Way, holder: Holder, targets: dict[Target, str], anything: _Anything) -> Effect | None:
    """ALLOWED or DEPENDS where all that the way needs may be; None where something is refused."""
    depends = False
    for action, target in way.needs:
        on = anything.of(action) if target is Target.ANYTHING else (targets[target],)
        effects = {_effect(way, holder, action, resource) for resource in on}
        if Effect.ALLOWED not in effects and Effect.DEPENDS not in effects:
            return None
        depends |= Effect.ALLOWED not in effects
    return Effect.DEPENDS if depends else Effect.ALLOWED


def _effect(way: Way, holder: Holder, action: str, resource: str) -> Effect:
    context = {"iam:PassedToService": way.passed_to} if action == "iam:PassRole" and way.passed_to else None
    # A trust policy that leaves it to the account is what a role that nobody named is taken to have.
    trust = delegation(holder.principal.account or "") if action == "sts:AssumeRole" else None
    layers = Layers(identity=holder.identity, boundary=holder.boundary, resource_policy=trust)
    try:
        decision = decide(Request(holder.principal, action, resource, context), layers)
    except IamError:
        return Effect.IMPLICITLY_DENIED  # an example that is no ARN
    return decision.effect if decision.may_be_allowed else Effect.IMPLICITLY_DENIED
