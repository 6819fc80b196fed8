"""The provider speaks to this machine only, with the credentials that it was given."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from signout.sandbox.provider.clients import Misconfigured, loopback, settings
from signout.sandbox.provider.wire import UNKNOWN

HERE = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
    "AWS_ACCESS_KEY_ID": "AKIA",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
}

LOOPBACK = ("http://127.0.0.1:5000", "http://127.1.2.3", "http://[::1]:80/path", "http://localhost:4566")
ELSEWHERE = (
    "https://cognito-idp.us-east-1.amazonaws.com",
    "http://192.168.1.1:5000",
    "http://0.0.0.0:5000",
    "http://[::]:5000",
    "http://127.0.0.1@example.com",
    "http://user@127.0.0.1",
    "http://localhost.example.com",
    "http://127.0.0.1.nip.io",
    "http://2130706433/",
    "ftp://127.0.0.1",
    "127.0.0.1:5000",
    "http://127.0.0.1:port",
    "http://[",
    "",
)


@pytest.mark.parametrize("url", LOOPBACK)
def test_loopback(url: str) -> None:
    """Addresses of this machine are right, in whichever way they are written."""
    assert url == loopback("AWS_ENDPOINT_URL", url)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_elsewhere(url: str) -> None:
    """Anything else is refused, also what only looks like this machine, or may turn out to be another."""
    with pytest.raises(Misconfigured, match="AWS_ENDPOINT_URL: is "):
        loopback("AWS_ENDPOINT_URL", url)


MISCONFIGURED: list[tuple[str, dict[str, Any], dict[str, str], str]] = [
    ("no endpoint", {}, {**HERE, "AWS_ENDPOINT_URL": ""}, "AWS_ENDPOINT_URL: is not set"),
    ("no key", {}, {**HERE, "AWS_ACCESS_KEY_ID": ""}, "AWS_ACCESS_KEY_ID: is not set"),
    ("no Region", {}, {**HERE, "AWS_REGION": ""}, "AWS_DEFAULT_REGION: is not set"),
    ("profile", {"profile": "work"}, HERE, "aws:profile: is not carried out here"),
    ("access key", {"accessKey": "AKIA"}, HERE, "aws:accessKey: is not carried out here"),
    (
        "endpoint of a service",
        {"endpoints": '[{"sqs": "https://a.example"}]'},
        HERE,
        "aws:endpoints.sqs: is 'https://a",
    ),
    ("no JSON", {"endpoints": "["}, HERE, "aws:endpoints: is no JSON"),
    ("no endpoints", {"endpoints": '["http://127.0.0.1"]'}, HERE, "aws:endpoints: is not what is expected"),
    ("an endpoint that is no text", {"endpoints": '[{"sqs": 1}]'}, HERE, "aws:endpoints: is not what is expected"),
    ("tags that are none", {"defaultTags": '{"tags": "a"}'}, HERE, "aws:defaultTags: is not what is expected"),
    ("tags at the wrong place", {"defaultTags": '{"team": "a"}'}, HERE, "aws:defaultTags: is not what is expected"),
    ("a tag that is no text", {"defaultTags": '{"tags": {"team": 1}}'}, HERE, "aws:defaultTags: is not what is expec"),
    ("no Region of AWS's", {"region": "mars"}, HERE, "aws:region: is 'mars'; expected a Region of the partition aws"),
    ("a Region of another partition", {"region": "us-gov-west-1"}, HERE, "aws:region: is 'us-gov-west-1'; expected"),
    ("in the environment", {}, {**HERE, "AWS_REGION": "mars"}, "aws:region: is 'mars'"),
]


@pytest.mark.parametrize(
    ("config", "environment", "message"), [row[1:] for row in MISCONFIGURED], ids=[row[0] for row in MISCONFIGURED]
)
def test_misconfigured(config: dict[str, Any], environment: dict[str, str], message: str) -> None:
    """A setting that is missing, or would lead elsewhere, is named."""
    with pytest.raises(Misconfigured, match=message):
        settings(config, environment)


def test_settings() -> None:
    """SDKs hand nested settings over as JSON, with an empty text for each service that has no endpoint of its own."""
    found = settings(
        {
            "region": "eu-west-1",
            "endpoints": '[{"sqs": "http://127.0.0.1:1", "sns": ""}]',
            "defaultTags": '{"tags": {"team": "identity"}}',
            "skipMetadataApiCheck": "true",
        },
        HERE,
    )

    assert (found.region, found.endpoints) == ("eu-west-1", {"sqs": "http://127.0.0.1:1"})
    assert found.default_tags == {"team": "identity"}


def test_settings_that_are_not_known_yet() -> None:
    """At a preview a provider's settings may hang on what is still to be made."""
    found = settings({"region": UNKNOWN, "endpoints": UNKNOWN, "defaultTags": UNKNOWN}, HERE)

    assert (found.region, found.endpoints, found.default_tags) == ("us-east-1", {}, {})


ISOLATED = """
from signout.sandbox.provider.clients import Clients, isolate, settings
made = Clients(settings({}, isolate())).at()("sqs")
print(made.meta.endpoint_url, made.meta.config.proxies, made._request_signer._credentials.access_key)
"""


def test_isolate(tmp_path: Path) -> None:
    """The user's AWS files, profile, proxy and other endpoints have no say in where a call goes, and as whom."""
    (tmp_path / ".aws" / "models" / "sqs" / "2012-11-05").mkdir(parents=True)
    (tmp_path / ".aws" / "models" / "sqs" / "2012-11-05" / "service-2.json").write_text("[broken")
    for name in ("config", "credentials"):
        (tmp_path / ".aws" / name).write_text("[broken")
    users = {
        "HOME": str(tmp_path),
        "AWS_PROFILE": "work",
        "AWS_ENDPOINT_URL_SQS": "https://elsewhere.example",
        "HTTP_PROXY": "http://elsewhere.example:3128",
    }

    command = [sys.executable, "-c", ISOLATED]
    done = subprocess.run(command, env=os.environ | HERE | users, capture_output=True, text=True, check=False)

    assert done.stdout.split() == ["http://127.0.0.1:5000", "{}", "AKIA"], done.stderr
