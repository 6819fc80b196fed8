"""Talking to AWS: the options that every tool has, credentials and Region as boto3 finds them, errors in one line."""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from signout.cli.errors import CommandError

if TYPE_CHECKING:
    from botocore.client import BaseClient


def add_connection(parser: argparse.ArgumentParser) -> None:
    """--profile, --region, --endpoint-url."""
    group = parser.add_argument_group("connection, as with the AWS CLI")
    group.add_argument("--profile", metavar="NAME", help="a profile of the AWS configuration")
    group.add_argument("--region", metavar="REGION", help="the Region of the user pool")
    group.add_argument("--endpoint-url", metavar="URL", help="another endpoint, such as a sandbox's")
    group.add_argument("--debug", action="store_true", help="say on stderr what is sent where; never what is in it")


def client(
    arguments: argparse.Namespace,
    service: str,
    *,
    signed: bool = True,
    region: str | None = None,
    read_timeout: int = 60,
) -> BaseClient:
    """A client for the service. `signed=False`: its calls carry no credentials, and none are looked for.

    `region` is used where neither the option nor the AWS configuration names one; `read_timeout` is in seconds.
    Retries are boto3's standard ones.
    """
    import boto3  # not for `--help`
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    options: dict[str, Any] = {"retries": {"mode": "standard"}, "read_timeout": read_timeout}
    if not signed:
        options["signature_version"] = UNSIGNED
    try:
        session = boto3.Session(profile_name=arguments.profile, region_name=arguments.region)
        where = session.region_name or region
        if where is None:
            raise CommandError("no Region; expected --region, AWS_DEFAULT_REGION, or one in the AWS configuration")
        made = session.client(service, region_name=where, endpoint_url=arguments.endpoint_url, config=Config(**options))
        _ = urlsplit(made.meta.endpoint_url).port  # raises where it is none, at which boto3 fails only when it calls
    except BotoCoreError as error:
        raise CommandError(in_a_line(error)) from None
    except ValueError as error:
        raise CommandError(
            f"an option or the AWS configuration: {in_a_line(error)}; expected what boto3 takes"
        ) from None
    if arguments.debug:
        _say_what_is_sent(made)
    _take_no_others_answer(made)
    return made


def _take_no_others_answer(made: BaseClient) -> None:
    """An answer without AWS's request id raises a BotoCoreError.

    boto3 takes any 200 for a success, and a sign-out has an empty answer: a proxy's page would count as one.
    """
    from botocore.exceptions import BotoCoreError

    class NotFromAws(BotoCoreError):  # type: ignore[misc] # botocore has no types
        fmt = "what answers has no request id, so is no AWS service; expected one at {endpoint}"

    def look(response_dict: dict[str, Any], **_: Any) -> None:
        if response_dict["status_code"] < 300 and not response_dict["headers"].get("x-amzn-requestid"):
            raise NotFromAws(endpoint=made.meta.endpoint_url)

    made.meta.events.register("before-parse", look)


def _say_what_is_sent(made: BaseClient) -> None:
    """A line for each request and each answer: operation, place, signed or not, status, request id.

    boto3's own debug log is not used: it has request bodies in it, and with them tokens.
    """

    def sent(request: Any, **_: Any) -> None:
        signed = "signed" if "Authorization" in request.headers else "not signed"
        address = _CREDENTIALS.sub("://", request.url.partition("?")[0])
        print(f"debug: {request.method} {address}, {signed}", file=sys.stderr)

    def answered(http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        metadata = parsed.get("ResponseMetadata", {})
        said = parsed.get("Error", {}).get("Code", "done")
        request, retries = metadata.get("RequestId", "none"), metadata.get("RetryAttempts", 0)
        print(
            f"debug: {model.name}: HTTP {http_response.status_code}, {said}, request {request}, {retries} retries",
            file=sys.stderr,
        )

    made.meta.events.register("before-send", sent)
    made.meta.events.register("after-call", answered)


@contextmanager
def aws_errors(what: str) -> Iterator[None]:
    """Turns what AWS or the way to it refuses into one line that begins with what was tried."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise CommandError(f"{what}: {described(error)}") from None
    except BotoCoreError as error:
        raise CommandError(f"{what}: {in_a_line(error)}") from None


def described(error: Any) -> str:
    """A ClientError as people read it: code, message, AWS's request id."""
    answer = error.response
    request = answer.get("ResponseMetadata", {}).get("RequestId", "none")
    message = " ".join(str(answer["Error"].get("Message")).split())
    return f"{answer['Error'].get('Code')}: {message} (request {request})"


_CREDENTIALS = re.compile(r"://[^/\s@]*@")
"""A user and a password, as an address may have them."""


def in_a_line(error: Exception) -> str:
    """What botocore says of its own errors, which may take several lines, with an address and its password in them."""
    return _CREDENTIALS.sub("://", " ".join(str(error).split()))


_TOKEN = re.compile(r"[A-Za-z0-9-_=.]+")
"""The pattern of every token in Cognito's API model."""
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""The mark with which text files of Windows begin."""


def read_token(path: str | None) -> str:
    """A token from a file, or from standard input: never from an argument, which others on the machine can see."""
    if path == "":
        raise CommandError("--token-file: is empty; expected the name of a file, or - for standard input")
    try:
        text = _typed() if path in (None, "-") else Path(str(path)).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{_place(path)}: {error.strerror}; expected a file with a token") from None
    except ValueError:
        raise CommandError(f"{_place(path)}: is no ASCII text; expected a token") from None
    token = text.removeprefix(_MARK).strip()
    if not token:
        raise CommandError(f"{_place(path)}: is empty; expected a token")
    if not token.isascii():
        raise CommandError(f"{_place(path)}: is no ASCII text; expected a token")
    if not _TOKEN.fullmatch(token):
        raise CommandError(f"{_place(path)}: expected one token, and nothing else")
    return token


def read_access_token(path: str | None) -> str:
    """The same, unless the token says of itself that it is of another kind."""
    token = read_token(path)
    use = claims_of(token).get("token_use", "access")
    if use != "access":
        raise CommandError(f"{_place(path)}: its token_use is {use!r}; expected an access token")
    return token


def _place(path: str | None) -> str:
    return "standard input" if path in (None, "-") else str(path)


def _typed() -> str:
    """What is on standard input; on a terminal it is asked for, and not shown while it is pasted."""
    if not sys.stdin.isatty():
        return sys.stdin.read()
    from getpass import getpass  # not for scripts

    try:
        return getpass("token (not shown): ", sys.stderr)
    except EOFError:
        return ""


def claims_of(token: str) -> dict[str, Any]:
    """What an access token says of itself, unverified; empty where it is no JWT."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


def region_of(token: str) -> str | None:
    """The Region of the pool that issued the token, from its issuer."""
    host = str(claims_of(token).get("iss", "")).partition("://")[2].partition("/")[0].split(".")
    return host[1] if len(host) > 2 and host[0] == "cognito-idp" else None


def add_token(parser: argparse.ArgumentParser, what: str) -> None:
    """--token-file."""
    parser.add_argument(
        "--token-file", metavar="FILE", help=f"file with {what}; default: standard input. Never as an argument"
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """--output."""
    parser.add_argument("--output", choices=("text", "json"), default="text", help="default: text")
