"""Roles that may sign users of one pool out, or ask the runbook to, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .account import Account
from .grants import Grant, as_inputs, policy_document
from .trust import Trust, trust_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutAccessArgs:
    """What SignOutAccess needs. A role is made for each kind of trust that is given.

    IAM has no condition key for a single user, group or app client of a pool: whoever may sign out one of its users
    may sign out all of them.
    """

    account: Account
    """Where the roles are made."""
    user_pool_arn: pulumi.Input[str]
    """The pool, this stack's or any other one of the account."""
    operator_trust: Trust | None = None
    """Who may call AdminUserGlobalSignOut on the pool."""
    responder_trust: Trust | None = None
    """Who may invoke the runbook."""
    runbook_alias_arn: pulumi.Input[str] | None = None
    """The alias that responders invoke; needed with ``responder_trust``."""
    require_source_identity: bool = False
    """Whether a session has to carry a source identity."""
    session_seconds: int = 3600
    """The longest session, 3,600 to 43,200. AWS allows no more than 3,600 to a session that assumes a role from the
    session of another one, as those of IAM Identity Center do."""
    permissions_boundary: pulumi.Input[str] | None = None
    """ARN of a managed policy that bounds both roles."""

    def __post_init__(self) -> None:
        if self.responder_trust is not None and self.runbook_alias_arn is None:
            raise ValueError("SignOutAccess: responder_trust is given without runbook_alias_arn, the alias to invoke")


class SignOutAccess(pulumi.ComponentResource):
    """Up to two roles: an operator, who signs users out, and a responder, who asks the runbook to.

    Outputs: ``operator_role_arn`` and ``responder_role_arn``; None where the role was not asked for.
    """

    operator_role_arn: pulumi.Output[str] | None
    responder_role_arn: pulumi.Output[str] | None

    def __init__(self, name: str, args: SignOutAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        operator, responder = _grants(name, args)
        given = [grant for grant in (operator, responder) if grant is not None]
        super().__init__("signout:cognito:SignOutAccess", name, {"grants": as_inputs(given)}, opts)
        self.operator_role_arn = self._role(operator, args.operator_trust, args)
        self.responder_role_arn = self._role(responder, args.responder_trust, args)
        self.register_outputs({"operatorRoleArn": self.operator_role_arn, "responderRoleArn": self.responder_role_arn})

    def _role(self, grant: Grant | None, trust: Trust | None, args: SignOutAccessArgs) -> pulumi.Output[str] | None:
        if grant is None or trust is None:
            return None
        mine = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            grant.role,
            description=f"May do no more than {', '.join(grant.actions)}",
            assume_role_policy=trust_policy(trust, args.account, args.require_source_identity),
            max_session_duration=args.session_seconds,
            permissions_boundary=args.permissions_boundary,
            opts=mine,
        )
        aws.iam.RolePolicy(grant.role, role=role.name, policy=policy_document([grant]), opts=mine)
        arn: pulumi.Output[str] = role.arn
        return arn


def _grants(name: str, args: SignOutAccessArgs) -> tuple[Grant | None, Grant | None]:
    operator = responder = None
    if args.operator_trust is not None:
        operator = Grant(f"{name}-operator", ("cognito-idp:AdminUserGlobalSignOut",), (args.user_pool_arn,))
    if args.responder_trust is not None and args.runbook_alias_arn is not None:
        responder = Grant(f"{name}-responder", ("lambda:InvokeFunction",), (args.runbook_alias_arn,))
    return operator, responder
