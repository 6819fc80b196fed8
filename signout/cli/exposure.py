"""`signout exposure`: what a sign-out leaves working, for a pool as it is configured now."""

from __future__ import annotations

import argparse
import json
from typing import Any

from signout.cli.aws import add_connection, add_output, aws_errors, client
from signout.cli.errors import CommandError
from signout.cognito.exposure import AppClient, IdentityPool, Settings, Survivor, survivors
from signout.cognito.validity import Token, duration, validity_seconds

EXAMPLES = """
examples:
  signout exposure eu-west-1_AbCdEfGhI
  signout exposure eu-west-1_AbCdEfGhI --output json

Reads the pool, its app clients, domain and identity providers, and the identity pools of the account and Region; it
takes cognito-idp:Describe*, cognito-idp:List*, cognito-identity:List* and cognito-identity:Describe*. API Gateway and
load balancers are not looked at: what they do is said without times.

exit code: 0, or 2 if the pool cannot be read
"""

PAGE = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument("pool", metavar="POOL", help="id of the user pool")
    add_output(parser)
    add_connection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints what survives."""
    if not arguments.pool:
        raise CommandError("POOL is empty; expected the pool's id")
    cognito, identity = client(arguments, "cognito-idp"), client(arguments, "cognito-identity")
    with aws_errors(arguments.pool):
        settings = read(cognito, identity, arguments.pool)
    found = survivors(settings)
    if arguments.output == "json":
        print(json.dumps({"userPoolId": arguments.pool, "survivors": [as_json(item) for item in found]}, indent=2))
    else:
        print("\n".join(line(item) for item in found))
    return 0


def as_json(item: Survivor) -> dict[str, Any]:
    """A survivor as JSON; `seconds` is null where it is not known."""
    return {
        "kind": item.kind.value,
        "of": item.of,
        "seconds": item.seconds,
        "renewable": item.renewable,
        "sentence": item.sentence,
        "endedBy": item.ended_by,
        "source": item.source,
    }


def line(item: Survivor) -> str:
    """The same for people."""
    how_long = "not known how long" if item.seconds is None else f"up to {duration(item.seconds)}"
    renewed = ", longer if it is used" if item.renewable else ""
    ended = f"\n    ended sooner by: {item.ended_by}" if item.ended_by else ""
    return f"{item.kind.value}{f' of {item.of}' if item.of else ''}: {how_long}{renewed}\n    {item.sentence}{ended}"


def read(cognito: Any, identity: Any, pool: str) -> Settings:
    """The settings of a pool as AWS tells them."""
    described = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    domain = described.get("CustomDomain") or described.get("Domain") or ""
    if domain and "." not in domain:
        domain = f"{domain}.auth.{cognito.meta.region_name}.amazoncognito.com"
    pages = cognito.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool)
    ids = [item["ClientId"] for page in pages for item in page["UserPoolClients"]]
    clients = [cognito.describe_user_pool_client(UserPoolId=pool, ClientId=i)["UserPoolClient"] for i in ids]
    providers = cognito.get_paginator("list_identity_providers").paginate(UserPoolId=pool)
    return Settings(
        clients=tuple(_app_client(item) for item in clients),
        domain=domain,
        identity_pools=_identity_pools(identity, pool, cognito.meta.region_name),
        identity_providers=tuple(item["ProviderName"] for page in providers for item in page["Providers"]),
    )


def _app_client(item: dict[str, Any]) -> AppClient:
    units = item.get("TokenValidityUnits", {})

    def seconds(token: Token, name: str) -> int:
        value = item.get(f"{name}Validity")
        return validity_seconds(token, value or None, units.get(name))

    return AppClient(
        name=item.get("ClientName") or item["ClientId"],
        access_token=seconds(Token.ACCESS, "AccessToken"),
        id_token=seconds(Token.ID, "IdToken"),
        managed_login=bool(item.get("AllowedOAuthFlowsUserPoolClient")),
    )


def _identity_pools(identity: Any, pool: str, region: str) -> tuple[IdentityPool, ...]:
    """Those of the account that take this pool's ID tokens."""
    name = f"cognito-idp.{region}.amazonaws.com/{pool}"
    found = []
    for page in identity.get_paginator("list_identity_pools").paginate(MaxResults=PAGE):
        for item in page["IdentityPools"]:
            described = identity.describe_identity_pool(IdentityPoolId=item["IdentityPoolId"])
            mine = [p for p in described.get("CognitoIdentityProviders", []) if p.get("ProviderName") == name]
            if mine:
                checks = all(provider.get("ServerSideTokenCheck", False) for provider in mine)
                basic = described.get("AllowClassicFlow", False)
                found.append(IdentityPool(item["IdentityPoolName"], checks_sign_out=checks, basic_flow=basic))
    return tuple(found)
