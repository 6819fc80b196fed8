"""Clients of the sandbox: on loopback, with credentials from the environment, and nothing else of the user's."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.config
import botocore.loaders
import botocore.session

from signout.sandbox.account import A_REGION, is_region
from signout.sandbox.provider.wire import UNKNOWN, Props

Aws = Callable[[str], Any]
"""boto3's client of a service, by the service's name, in one Region."""

# Asked of the provider, taken, and without effect here: they are about checks that need the real AWS.
WITHOUT_EFFECT: Final = frozenset(
    {
        "s3UsePathStyle",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "version",
    }
)
CONFIGURATION: Final = frozenset({"defaultTags", "endpoints", "region"}) | WITHOUT_EFFECT

# boto3's names of services whose name in `endpoints` is another.
ENDPOINT_NAMES: Final = {"cognito-idp": "cognitoidp", "cognito-identity": "cognitoidentity"}


class Misconfigured(ValueError):
    """The provider cannot be used as it is configured; `key` is the setting or environment variable at fault."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


@dataclass(frozen=True, slots=True)
class Settings:
    """What a configured provider works with."""

    region: str
    endpoint: str
    endpoints: Mapping[str, str]
    access_key: str
    secret_key: str
    session_token: str | None
    default_tags: Mapping[str, str]


def settings(config: Props, environment: Mapping[str, str]) -> Settings:
    """The settings that a provider's configuration and the environment make together. Raises Misconfigured."""
    for key in config.keys() - CONFIGURATION:
        raise Misconfigured(
            f"aws:{key}", f"is not carried out here; expected one of {', '.join(sorted(CONFIGURATION))}"
        )
    config = {key: value for key, value in config.items() if value is not UNKNOWN}  # of a provider at a preview
    endpoints = _endpoints(_decoded("endpoints", config.get("endpoints", [])))
    region = config.get("region") or environment.get("AWS_REGION") or _required(environment, "AWS_DEFAULT_REGION")
    if not isinstance(region, str) or not is_region(region):
        raise Misconfigured("aws:region", f"is {region!r}; expected {A_REGION}")
    return Settings(
        region=region,
        endpoint=loopback("AWS_ENDPOINT_URL", _required(environment, "AWS_ENDPOINT_URL")),
        endpoints=endpoints,
        access_key=_required(environment, "AWS_ACCESS_KEY_ID"),
        secret_key=_required(environment, "AWS_SECRET_ACCESS_KEY"),
        session_token=environment.get("AWS_SESSION_TOKEN"),
        default_tags=_default_tags(_decoded("defaultTags", config.get("defaultTags", {}))),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    if not environment.get(name):
        raise Misconfigured(name, "is not set; the stand-in provider takes it from the environment alone")
    return environment[name]


def _decoded(key: str, value: Any) -> Any:
    """SDKs send a provider's nested settings as JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise Misconfigured(f"aws:{key}", f"is no JSON: {error}") from error


def _default_tags(value: Any) -> dict[str, str]:
    match value:
        case {"tags": tags} if len(value) == 1 and _is_texts(tags or {}):
            return dict(tags or {})
        case _ if value:
            raise Misconfigured("aws:defaultTags", 'is not what is expected, which is {"tags": {NAME: TEXT, ...}}')
    return {}


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _endpoints(value: Any) -> dict[str, str]:
    groups = value if isinstance(value, list) else [value]
    if not all(map(_is_texts, groups)):
        raise Misconfigured("aws:endpoints", "is not what is expected, which is [{SERVICE: URL, ...}]")
    return {
        service: loopback(f"aws:endpoints.{service}", url)
        for group in groups
        for service, url in group.items()
        if url  # the SDKs send an empty text for each service that has none
    }


def loopback(key: str, url: str) -> str:
    """The URL, if it leads to this machine and nowhere else. Raises Misconfigured."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Misconfigured(key, f"is {url!r}, which is no URL: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise Misconfigured(key, f"is {url!r}; expected a URL as http://127.0.0.1:5000")
    if parts.username is not None or not _addresses(host) or not all(each.is_loopback for each in _addresses(host)):
        raise Misconfigured(key, f"is {url!r}; the stand-in provider works on 127.0.0.1 only, never on the real AWS")
    return url


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """All that a host stands for. Of names only `localhost` is looked up: any other may mean something else later."""
    if host == "localhost":
        return [ipaddress.ip_address(info[4][0]) for info in socket.getaddrinfo(host, None)]
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        return []


def isolate() -> dict[str, str]:
    """Takes every AWS_ variable out of this process, and the user's AWS files out of its reach.

    Returns the environment as it was, for `settings`. botocore would otherwise read profiles, credentials and models
    of the user's.
    """
    before = dict(os.environ)
    for name in before:
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    return before


class Clients:
    """One client a service and Region, made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = botocore.session.Session()
        loader = botocore.loaders.Loader(
            extra_search_paths=[botocore.loaders.Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
        )  # the default paths include ~/.aws/models
        self._session.register_component("data_loader", loader)
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Any] = {}

    @property
    def settings(self) -> Settings:
        return self._settings

    def at(self, region: str | None = None) -> Aws:
        """The clients of one Region, by default the provider's own."""
        return lambda service: self._client(service, region or self._settings.region)

    def _client(self, service: str, region: str) -> Any:
        with self._lock:  # botocore makes clients one at a time
            if (service, region) not in self._made:
                self._made[service, region] = self._make(service, region)
            return self._made[service, region]

    def _make(self, service: str, region: str) -> Any:
        own = self._settings.endpoints.get(ENDPOINT_NAMES.get(service, service))
        return self._session.create_client(
            service,
            region_name=region,
            endpoint_url=own or self._settings.endpoint,
            aws_access_key_id=self._settings.access_key,
            aws_secret_access_key=self._settings.secret_key,
            aws_session_token=self._settings.session_token,
            config=botocore.config.Config(
                proxies={},  # a proxy of the environment's would carry the calls off this machine
                inject_host_prefix=False,
                connect_timeout=5,
                read_timeout=120,
                retries={"total_max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path"},
                max_pool_connections=32,
            ),
        )
