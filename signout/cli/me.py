"""`signout me`: GlobalSignOut with one's own access token. No AWS credentials, no IAM."""

from __future__ import annotations

import argparse
import json

from signout.cli.aws import add_connection, add_output, add_token, aws_errors, client, read_access_token, region_of

EXAMPLES = """
examples:
  signout me --token-file access-token.txt
  get-my-token | signout me --output json

The call is not signed: the access token authorizes it. It has to carry the scope aws.cognito.signin.user.admin. The
Region is the token's own where none is given.

exit code: 0 signed out, 2 refused
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    add_token(parser, "the access token")
    add_output(parser)
    add_connection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Signs the token's user out everywhere."""
    token = read_access_token(arguments.token_file)
    cognito = client(arguments, "cognito-idp", signed=False, region=region_of(token))
    with aws_errors("GlobalSignOut"):
        answer = cognito.global_sign_out(AccessToken=token)
    request = answer["ResponseMetadata"].get("RequestId")
    if arguments.output == "json":
        print(json.dumps({"outcome": "signed-out", "requestId": request}))
    else:
        print(f"signed out everywhere (request {request or 'none'})")
    return 0
