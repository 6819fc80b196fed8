"""`signout verify`: does Cognito still accept a token?"""

from __future__ import annotations

import argparse
import json
from typing import Any

from signout.cli.aws import add_connection, add_output, add_token, client, described, read_token, region_of
from signout.cli.errors import CommandError

EXAMPLES = """
examples:
  signout verify --token-file access-token.txt
  signout verify --refresh --client-id 1example23456789 --token-file refresh-token.txt --region eu-west-1

An access token is tried with GetUser, which changes nothing. A refresh token is tried only with --refresh, by using it:
where it still works, that mints tokens, which are thrown away; with rotation, it also replaces the refresh token.
An API that checks tokens offline does not ask Cognito: this says nothing about it, `signout exposure` does.

exit code: 0 refused, as after a sign-out; 1 still accepted; 2 it could not be told
"""

REFUSED = frozenset({"NotAuthorizedException", "UserNotFoundException", "RefreshTokenReuseException"})


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
    token = read_token(arguments.token_file)
    cognito = client(arguments, "cognito-idp", signed=False, region=region_of(token))
    try:
        said = _refresh(cognito, arguments.client_id, token) if arguments.refresh else _get_user(cognito, token)
    except ClientError as error:
        if error.response["Error"].get("Code") not in REFUSED:
            raise CommandError(f"it could not be told: {described(error)}") from None
        return _tell(arguments, False, described(error))
    except BotoCoreError as error:
        raise CommandError(f"it could not be told: {error}") from None
    return _tell(arguments, True, said)


def _get_user(cognito: Any, token: str) -> str:
    cognito.get_user(AccessToken=token)
    return "GetUser answers"


def _refresh(cognito: Any, client_id: str, token: str) -> str:
    """By the flow that the app client has: an operation of its own with rotation, a sign-in flow without."""
    try:
        cognito.get_tokens_from_refresh_token(ClientId=client_id, RefreshToken=token)
        return "GetTokensFromRefreshToken answers with new tokens"
    except cognito.exceptions.NotAuthorizedException as error:
        refused = error
    try:
        cognito.initiate_auth(
            ClientId=client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}
        )
        return "REFRESH_TOKEN_AUTH answers with new tokens"
    except (cognito.exceptions.NotAuthorizedException, cognito.exceptions.InvalidParameterException):
        raise refused from None


def _tell(arguments: argparse.Namespace, accepted: bool, said: str) -> int:
    if arguments.output == "json":
        print(json.dumps({"accepted": accepted, "because": said}))
    else:
        print(f"{'still accepted' if accepted else 'refused'}: {said}")
    return 1 if accepted else 0
