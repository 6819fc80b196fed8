"""Amazon Cognito: user pools, their clients and domains, identity pools and their roles."""

from __future__ import annotations

from typing import Any, Final

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.names import parameters, state
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.types.caller import account, partition
from signout.sandbox.provider.wire import Props

_POOL_NAMES: Final = {
    "name": "PoolName UserPoolName Name",
    "passwordPolicy": "Policies.PasswordPolicy",
    "signInPolicy": "Policies.SignInPolicy",
    "schemas": "SchemaAttributes Schema",
    "tags": "UserPoolTags",
    "emailConfiguration.fromEmailAddress": "From",
}
_SECOND_FACTORS: Final = ("emailMfaConfiguration", "softwareTokenMfaConfiguration", "webAuthnConfiguration")
_MFA: Final = ("mfaConfiguration", "smsConfiguration", "smsAuthenticationMessage", *_SECOND_FACTORS)
_NOT_SAID: Final = {"developerOnlyAttribute": False, "mutable": False, "required": False}
# Each of these is set in two places, so that repeating what AWS chose for the one would overrule the other.
_MESSAGES: Final = ("emailVerificationMessage", "emailVerificationSubject", "smsVerificationMessage")


def _create_pool(aws: Aws, inputs: Props) -> str:
    client = aws("cognito-idp")
    # MFA is set afterwards: CreateUserPool knows text messages alone as a second factor.
    first = {name: value for name, value in inputs.items() if name != "mfaConfiguration"}
    first |= {"schemas": _in_full(inputs["schemas"])} if "schemas" in inputs else {}
    id: str = client.create_user_pool(**parameters(client, "CreateUserPool", first, _POOL_NAMES))["UserPool"]["Id"]
    return id


def _settle_pool(aws: Aws, id: str, inputs: Props) -> None:
    if inputs.get("mfaConfiguration", "OFF") != "OFF" or any(name in inputs for name in _SECOND_FACTORS):
        _set_mfa(aws, id, inputs)


def _set_mfa(aws: Aws, id: str, inputs: Props) -> None:
    client = aws("cognito-idp")
    sms = {
        "SmsAuthenticationMessage": inputs.get("smsAuthenticationMessage"),
        "SmsConfiguration": parameters(client, "CreateUserPool", inputs).get("SmsConfiguration"),
    }
    wanted = parameters(client, "SetUserPoolMfaConfig", inputs)
    if sms["SmsConfiguration"]:
        wanted["SmsMfaConfiguration"] = {name: value for name, value in sms.items() if value}
    client.set_user_pool_mfa_config(UserPoolId=id, **wanted)


def _read_pool(aws: Aws, id: str, known: Props) -> Props:
    client = aws("cognito-idp")
    pool = client.describe_user_pool(UserPoolId=id)["UserPool"]
    mfa = client.get_user_pool_mfa_config(UserPoolId=id)
    found = state("aws:cognito/userPool:UserPool", {**mfa, **pool}, _POOL_NAMES)
    found["endpoint"] = f"cognito-idp.{id.partition('_')[0]}.amazonaws.com/{id}"
    found["schemas"] = _own_attributes(found.get("schemas", []), {each["name"] for each in known.get("schemas", [])})
    return found


def _own_attributes(live: list[Props], named: set[str]) -> list[Props]:
    """The pool's attributes without the standard ones that every pool has, unless the program speaks of them."""
    own = []
    for attribute in live:
        name = attribute["name"].removeprefix("dev:").removeprefix("custom:")
        if name != attribute["name"] or name in named:
            own.append(attribute | {"name": name})
    return own


def _update_pool(aws: Aws, id: str, update: Update) -> None:
    client = aws("cognito-idp")
    if "schemas" in update.changed:
        client.add_custom_attributes(UserPoolId=id, CustomAttributes=_added_attributes(client, update))
    if update.touches(*_MFA):
        _set_mfa(aws, id, update.new)
    chosen = {name: value for name, value in update.chosen.items() if name not in _MESSAGES}
    everything = parameters(client, "UpdateUserPool", chosen | {"tags": {}} | update.new, _POOL_NAMES)
    client.update_user_pool(UserPoolId=id, **everything)  # it resets whatever it is not given


def _added_attributes(client: Any, update: Update) -> list[Props]:
    before = {each["name"]: each for each in update.old.get("schemas", [])}
    after = {each["name"]: each for each in update.new.get("schemas", [])}
    added = [each for name, each in after.items() if name not in before]
    if not added or not before.keys() <= after.keys():
        raise Failure("schemas: an attribute of a user pool cannot be changed or removed; only others can be added")
    shaped: list[Props] = parameters(client, "CreateUserPool", {"schemas": _in_full(added)}, _POOL_NAMES)["Schema"]
    return shaped


def _in_full(attributes: list[Props]) -> list[Props]:
    """What is not said is false, as the real provider has it; Cognito would make the attribute mutable."""
    return [{**_NOT_SAID, **attribute} for attribute in attributes]


USER_POOL = Type(
    token="aws:cognito/userPool:UserPool",
    cloudformation="AWS::Cognito::UserPool",
    names=_POOL_NAMES,
    carries=(
        "accountRecoverySetting",
        "adminCreateUserConfig",
        "aliasAttributes",
        "autoVerifiedAttributes",
        "deletionProtection",
        "deviceConfiguration",
        "emailConfiguration",
        "emailMfaConfiguration",
        "emailVerificationMessage",
        "emailVerificationSubject",
        "lambdaConfig",
        "mfaConfiguration",
        "name",
        "passwordPolicy",
        "schemas",
        "signInPolicy",
        "smsAuthenticationMessage",
        "smsConfiguration",
        "smsVerificationMessage",
        "softwareTokenMfaConfiguration",
        "tags",
        "userAttributeUpdateSettings",
        "userPoolAddOns",
        "userPoolTier",
        "usernameAttributes",
        "usernameConfiguration",
        "verificationMessageTemplate",
        "webAuthnConfiguration",
    ),
    autoname=Autoname(longest=128),
    defaults={"deletionProtection": "INACTIVE", "mfaConfiguration": "OFF"},
    chosen=frozenset(
        {
            *_MESSAGES,
            "accountRecoverySetting",
            "adminCreateUserConfig",
            "adminCreateUserConfig.inviteMessageTemplate",
            "emailConfiguration",
            "emailConfiguration.emailSendingAccount",
            "lambdaConfig.preTokenGeneration",
            "lambdaConfig.preTokenGenerationConfig",
            "passwordPolicy",
            "passwordPolicy.temporaryPasswordValidityDays",
            "schemas.numberAttributeConstraints",
            "schemas.stringAttributeConstraints",
            "signInPolicy",
            "smsConfiguration",
            "smsConfiguration.snsRegion",
            "userPoolTier",
            "verificationMessageTemplate",
            "verificationMessageTemplate.defaultEmailOption",
            "verificationMessageTemplate.emailMessage",
            "verificationMessageTemplate.emailSubject",
            "verificationMessageTemplate.smsMessage",
            "webAuthnConfiguration.userVerification",
        }
    ),
    # CloudFormation's schema of the pool says nothing about replacement.
    replaces=frozenset({"aliasAttributes", "name", "usernameAttributes", "usernameConfiguration"}),
    create=_create_pool,
    settle=_settle_pool,
    read=_read_pool,
    update=_update_pool,
    delete=lambda aws, id, known: aws("cognito-idp").delete_user_pool(UserPoolId=id),
)

_CLIENT_NAMES: Final = {"name": "ClientName"}
_CLIENT_SETTINGS: Final = (
    "accessTokenValidity",
    "allowedOauthFlows",
    "allowedOauthFlowsUserPoolClient",
    "allowedOauthScopes",
    "authSessionValidity",
    "callbackUrls",
    "defaultRedirectUri",
    "enablePropagateAdditionalUserContextData",
    "enableTokenRevocation",
    "explicitAuthFlows",
    "idTokenValidity",
    "logoutUrls",
    "preventUserExistenceErrors",
    "readAttributes",
    "refreshTokenRotation",
    "refreshTokenValidity",
    "supportedIdentityProviders",
    "tokenValidityUnits",
    "writeAttributes",
)


def _create_client(aws: Aws, inputs: Props) -> str:
    client = aws("cognito-idp")
    made = client.create_user_pool_client(**parameters(client, "CreateUserPoolClient", inputs, _CLIENT_NAMES))
    id: str = made["UserPoolClient"]["ClientId"]
    return id


def _read_client(aws: Aws, id: str, known: Props) -> Props:
    answer = aws("cognito-idp").describe_user_pool_client(UserPoolId=known["userPoolId"], ClientId=id)
    found = state("aws:cognito/userPoolClient:UserPoolClient", answer["UserPoolClient"], _CLIENT_NAMES)
    return found | {
        "clientSecret": found.get("clientSecret", ""),
        "generateSecret": bool(found.get("clientSecret")),
    }


def _update_client(aws: Aws, id: str, update: Update) -> None:
    client = aws("cognito-idp")
    everything = parameters(client, "UpdateUserPoolClient", update.chosen | update.new, _CLIENT_NAMES)
    client.update_user_pool_client(ClientId=id, **everything)  # it resets whatever it is not given


def _delete_client(aws: Aws, id: str, known: Props) -> None:
    aws("cognito-idp").delete_user_pool_client(UserPoolId=known["userPoolId"], ClientId=id)


def _identify_client(aws: Aws, given: str) -> tuple[str, Props]:
    pool, slash, client = given.partition("/")
    if not slash:
        raise Failure(f"cannot import {given!r}; expected <user pool id>/<client id>")
    return client, {"userPoolId": pool}


USER_POOL_CLIENT = Type(
    token="aws:cognito/userPoolClient:UserPoolClient",
    cloudformation="AWS::Cognito::UserPoolClient",
    names=_CLIENT_NAMES,
    carries=("generateSecret", "name", "userPoolId", *_CLIENT_SETTINGS),
    autoname=Autoname(longest=128),
    chosen=frozenset(
        {
            *_CLIENT_SETTINGS,
            "tokenValidityUnits.accessToken",
            "tokenValidityUnits.idToken",
            "tokenValidityUnits.refreshToken",
            "refreshTokenRotation.retryGracePeriodSeconds",
        }
    ),
    create=_create_client,
    read=_read_client,
    update=_update_client,
    delete=_delete_client,
    identify=_identify_client,
)

_CLOUDFRONT_ZONE: Final = "Z2FDTNDATAQYW2"
"""The hosted zone of every CloudFront distribution."""


def _create_domain(aws: Aws, inputs: Props) -> str:
    client = aws("cognito-idp")
    client.create_user_pool_domain(**parameters(client, "CreateUserPoolDomain", inputs))
    return str(inputs["domain"])


def _read_domain(aws: Aws, id: str, known: Props) -> Props | None:
    answer = aws("cognito-idp").describe_user_pool_domain(Domain=id)["DomainDescription"]
    if not answer:
        return None
    found = state("aws:cognito/userPoolDomain:UserPoolDomain", answer)
    return found | {
        "cloudfrontDistributionArn": found.get("cloudfrontDistribution"),
        "cloudfrontDistributionZoneId": _CLOUDFRONT_ZONE,
    }


def _update_domain(aws: Aws, id: str, update: Update) -> None:
    client = aws("cognito-idp")
    client.update_user_pool_domain(**parameters(client, "UpdateUserPoolDomain", update.new))


USER_POOL_DOMAIN = Type(
    token="aws:cognito/userPoolDomain:UserPoolDomain",
    cloudformation="AWS::Cognito::UserPoolDomain",
    carries=("domain", "managedLoginVersion", "userPoolId"),
    chosen=frozenset({"managedLoginVersion"}),
    create=_create_domain,
    read=_read_domain,
    update=_update_domain,
    delete=lambda aws, id, known: aws("cognito-idp").delete_user_pool_domain(Domain=id, UserPoolId=known["userPoolId"]),
)

_IDENTITY_NAMES: Final = {"tags": "IdentityPoolTags"}


def _create_identity_pool(aws: Aws, inputs: Props) -> str:
    client = aws("cognito-identity")
    made = client.create_identity_pool(**parameters(client, "CreateIdentityPool", inputs, _IDENTITY_NAMES))
    return str(made["IdentityPoolId"])


def _read_identity_pool(aws: Aws, id: str, known: Props) -> Props:
    answer = aws("cognito-identity").describe_identity_pool(IdentityPoolId=id)
    region = id.partition(":")[0]
    arn = f"arn:{partition(aws)}:cognito-identity:{region}:{account(aws)}:identitypool/{id}"
    return state("aws:cognito/identityPool:IdentityPool", answer, _IDENTITY_NAMES) | {"arn": arn}


def _update_identity_pool(aws: Aws, id: str, update: Update) -> None:
    client = aws("cognito-identity")
    emptied: Props = {
        name: [] if isinstance(value, list) else {}
        for name, value in update.old.items()
        if name not in update.new and isinstance(value, (list, dict))
    }
    everything = parameters(client, "UpdateIdentityPool", emptied | update.new, _IDENTITY_NAMES)
    client.update_identity_pool(IdentityPoolId=id, **everything)
    if update.dropped_tags:  # an update that has no tags leaves those that there are
        client.untag_resource(ResourceArn=update.old["arn"], TagKeys=update.dropped_tags)


IDENTITY_POOL = Type(
    token="aws:cognito/identityPool:IdentityPool",
    cloudformation="AWS::Cognito::IdentityPool",
    names=_IDENTITY_NAMES,
    carries=(
        "allowClassicFlow",
        "allowUnauthenticatedIdentities",
        "cognitoIdentityProviders",
        "developerProviderName",
        "identityPoolName",
        "openidConnectProviderArns",
        "samlProviderArns",
        "supportedLoginProviders",
        "tags",
    ),
    defaults={"allowClassicFlow": False, "allowUnauthenticatedIdentities": False},
    replaces=frozenset({"developerProviderName"}),
    create=_create_identity_pool,
    read=_read_identity_pool,
    update=_update_identity_pool,
    delete=lambda aws, id, known: aws("cognito-identity").delete_identity_pool(IdentityPoolId=id),
)


def _set_roles(aws: Aws, pool: str, roles: dict[str, str]) -> None:
    aws("cognito-identity").set_identity_pool_roles(IdentityPoolId=pool, Roles=roles)


def _attach_roles(aws: Aws, inputs: Props) -> str:
    _set_roles(aws, inputs["identityPoolId"], inputs["roles"])
    return str(inputs["identityPoolId"])


def _read_roles(aws: Aws, id: str, known: Props) -> Props | None:
    roles = aws("cognito-identity").get_identity_pool_roles(IdentityPoolId=id).get("Roles")
    return {"identityPoolId": id, "roles": roles} if roles else None


IDENTITY_POOL_ROLE_ATTACHMENT = Type(
    token="aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
    cloudformation="AWS::Cognito::IdentityPoolRoleAttachment",
    carries=("identityPoolId", "roles"),
    create=_attach_roles,
    read=_read_roles,
    update=lambda aws, id, update: _set_roles(aws, id, update.new["roles"]),
    delete=lambda aws, id, known: _set_roles(aws, id, {}),
)
