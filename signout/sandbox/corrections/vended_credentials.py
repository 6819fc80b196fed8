"""An identity pool vends credentials of its role, to the identity's owner, if the role trusts the pool.

Cognito: GetCredentialsForIdentity checks the login tokens and assumes the pool's role for signed-in users, for an hour;
a role that is missing or does not trust the pool is a wrong configuration. GetOpenIdToken, for pools with the classic
flow, gives a token valid for 10 minutes. moto: gives everybody the same fixed keys, and a token that is no token.
Refused here: guests, who get less than their role by rules that are not public, and roles chosen by a mapping.
Source: API reference, GetCredentialsForIdentity, GetOpenIdToken; developer guide, "IAM roles"; the wordings as users of
Cognito report them.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from moto.cognitoidentity.models import CognitoIdentityPool
from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.exceptions import InvalidParameterException, NotAuthorizedError
from moto.core.exceptions import JsonRESTError
from moto.iam.models import Role, iam_backends
from moto.utilities.utils import get_partition

from signout.iam import Effect, IamError, Kind, Layers, Request, decide, parse

from ..sessions import SESSIONS, Session, new_credentials
from . import tokens
from .directory import pools
from .identities import owners
from .identity_pool_roles import roles
from .identity_pool_settings import allows_classic_flow
from .identity_pools import identity_pool_with
from .logins import Login, verified
from .refusals import NotSimulated
from .seams import Call, answer_operation

_PROVIDER: Final = "cognito-identity.amazonaws.com"
_SESSION_NAME: Final = "CognitoIdentityCredentials"
_SESSION_SECONDS: Final = 3600
_TOKEN_SECONDS: Final = 600


def apply() -> None:
    """Answer both operations here."""
    answer_operation(CognitoIdentityResponse, "GetCredentialsForIdentity", _get_credentials)
    answer_operation(CognitoIdentityResponse, "GetOpenIdToken", _get_token)


def _get_credentials(call: Call) -> Mapping[str, Any]:
    identity_id = call.parameters["IdentityId"]
    if "CustomRoleArn" in call.parameters:
        raise NotSimulated("a choice of role with CustomRoleArn")
    pool = identity_pool_with(call.account, identity_id)
    logins = _owner(pool, call)
    role = _trusting_role(pool, call, _claims(pool, identity_id, logins))
    now = datetime.now(UTC)
    credentials = new_credentials(_SESSION_SECONDS, now)
    SESSIONS.add(Session(credentials, now, role.arn, _SESSION_NAME, identity_id=role.id))
    return {
        "IdentityId": identity_id,
        "Credentials": {
            "AccessKeyId": credentials.access_key_id,
            "SecretKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
            "Expiration": credentials.expires.timestamp(),
        },
    }


def _get_token(call: Call) -> Mapping[str, Any]:
    identity_id = call.parameters["IdentityId"]
    pool = identity_pool_with(call.account, identity_id)
    if not allows_classic_flow(pool):
        raise InvalidParameterException("Basic (classic) flow is not enabled, please use enhanced flow.")
    now = int(time.time())
    claims = {
        **_claims(pool, identity_id, _owner(pool, call)),
        "iss": f"https://{_PROVIDER}",
        "iat": now,
        "exp": now + _TOKEN_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    signer = pools(call.account)[0]  # moto has one key for all pools; for identity pools it has none.
    return {"IdentityId": identity_id, "Token": tokens.sign(signer, claims)}


def _owner(pool: CognitoIdentityPool, call: Call) -> tuple[Login, ...]:
    """The logins by which a call shows that it is for the identity that it names."""
    logins = verified(pool, call)
    if not logins and call.parameters["IdentityId"] not in owners(pool).values():
        raise NotSimulated("credentials for guests of an identity pool")
    if not any(owners(pool).get(login) == call.parameters["IdentityId"] for login in logins):
        raise NotAuthorizedError(
            "Logins don't match. Please include at least one valid login for this identity or identity pool."
        )
    return logins


def _claims(pool: CognitoIdentityPool, identity_id: str, logins: tuple[Login, ...]) -> dict[str, Any]:
    """What the pool's own token says about an identity."""
    means = [f"{login.provider}:CognitoSignIn:{login.sub}" for login in logins]
    providers = [login.provider for login in logins]
    return {"sub": identity_id, "aud": pool.identity_pool_id, "amr": ["authenticated", *providers, *means]}


def _trusting_role(pool: CognitoIdentityPool, call: Call, claims: Mapping[str, Any]) -> Role:
    """The pool's role for signed-in users, which its trust policy has to let the pool assume."""
    if roles(pool)["RoleMappings"]:
        raise NotSimulated("roles chosen by RoleMappings")
    arn = roles(pool)["Roles"].get("authenticated", "")
    partition = get_partition(call.region)
    known = tuple(iam_backends[call.account][partition].roles.values())
    role = next((role for role in known if role.arn == arn), None)
    if role is None or not _trusts(role, claims):
        raise JsonRESTError(
            "InvalidIdentityPoolConfigurationException",
            "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        )
    return role


def _trusts(role: Role, claims: Mapping[str, Any]) -> bool:
    context = {f"{_PROVIDER}:{name}": value for name, value in claims.items()}
    request = Request(_PROVIDER, "sts:AssumeRoleWithWebIdentity", role.arn, context)
    try:
        trust = parse(role.assume_role_policy_document, origin=f"role/{role.name}", kind=Kind.TRUST)
        decision = decide(request, Layers(resource_policy=trust))
    except IamError:
        return False
    if decision.effect is Effect.DEPENDS:
        keys = ", ".join(decision.depends_on) or decision.undetermined
        raise NotSimulated(f"the condition key {keys}, on which the trust policy of {role.name} depends")
    return decision.effect is Effect.ALLOWED
