"""`signout verify`: does Cognito still accept a token?"""

from __future__ import annotations

import argparse
import json
from typing import Any

from signout.cli.aws import (
    add_connection,
    add_output,
    add_token,
    client,
    described,
    in_a_line,
    read_access_token,
    read_token,
    region_of,
)
from signout.cli.errors import CommandError

EXAMPLES = """
examples:
  signout verify --token-file access-token.txt
  signout verify --refresh --client-id 1example23456789 --token-file refresh-token.txt --region eu-west-1

An access token is tried with GetUser, which changes nothing. A refresh token is tried only with --refresh, by using it:
where it still works, that mints tokens, which are thrown away; with rotation, it also replaces the refresh token.
An API that checks tokens offline does not ask Cognito: this says nothing about it, `signout exposure` does.

"Refused" is said of a token that was revoked or has expired, or whose user is disabled or gone. Everything else that
Cognito has against a call leaves it open: a token that is damaged, another kind's or another app client's, an access
token without the scope aws.cognito.signin.user.admin, a refresh token of an app client with a secret.

exit code: 0 refused, as after a sign-out; 1 still accepted; 2 it could not be told
"""

REFUSED = frozenset({"UserNotFoundException", "RefreshTokenReuseException"})
"""Errors that are about the token itself, whatever their message."""
WORDS = ("has been revoked", "has expired", "is disabled")
"""NotAuthorizedException is also the answer to a call that is wrong in itself. With these words it is about the token.

Source: Cognito API Reference, GlobalSignOut, for the first; the others are not in the reference.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    add_token(parser, "the token")
    parser.add_argument("--refresh", action="store_true", help="it is a refresh token: use it, which mints tokens")
    parser.add_argument("--client-id", metavar="ID", help="the app client of the refresh token")
    add_output(parser)
    add_connection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Tries the token."""
    from botocore.exceptions import BotoCoreError, ClientError

    if arguments.refresh and not arguments.client_id:
        raise CommandError("--refresh: expected --client-id with it")
    token = (read_token if arguments.refresh else read_access_token)(arguments.token_file)
    cognito = client(arguments, "cognito-idp", signed=False, region=region_of(token))
    try:
        said = _refresh(cognito, arguments.client_id, token) if arguments.refresh else _get_user(cognito, token)
    except ClientError as error:
        if not is_refusal(error):
            raise CommandError(f"it could not be told: {described(error)}") from None
        return _tell(arguments, False, described(error))
    except BotoCoreError as error:
        raise CommandError(f"it could not be told: {in_a_line(error)}") from None
    return _tell(arguments, True, said)


def is_refusal(error: Any) -> bool:
    """Does this ClientError say that Cognito does not accept the token, and not that something else is wrong?"""
    said = error.response["Error"]
    if said.get("Code") == "NotAuthorizedException":
        return any(words in said.get("Message", "") for words in WORDS)
    return said.get("Code") in REFUSED


def _get_user(cognito: Any, token: str) -> str:
    cognito.get_user(AccessToken=token)
    return "GetUser answers"


def _refresh(cognito: Any, client_id: str, token: str) -> str:
    """By the flow that the app client has: an operation of its own with rotation, a sign-in flow without."""
    try:
        cognito.get_tokens_from_refresh_token(ClientId=client_id, RefreshToken=token)
        return "GetTokensFromRefreshToken answers with new tokens"
    except cognito.exceptions.NotAuthorizedException as error:
        if is_refusal(error):
            raise
        refused = error
    try:
        cognito.initiate_auth(
            ClientId=client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}
        )
        return "REFRESH_TOKEN_AUTH answers with new tokens"
    except (cognito.exceptions.NotAuthorizedException, cognito.exceptions.InvalidParameterException) as error:
        raise (error if is_refusal(error) else refused) from None


def _tell(arguments: argparse.Namespace, accepted: bool, said: str) -> int:
    if arguments.output == "json":
        print(json.dumps({"accepted": accepted, "because": said}))
    else:
        print(f"{'still accepted' if accepted else 'refused'}: {said}")
    return 1 if accepted else 0
