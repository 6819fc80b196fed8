"""The API models that the installed botocore carries, read as data: botocore itself is not imported."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

REFRESH = "run `make model` and commit what it changes"


def botocore_version() -> str:
    """The version that is installed."""
    return version("botocore")


def services() -> Iterator[str]:
    """The names of all services, as boto3 takes them."""
    return (path.name for path in sorted(_data().iterdir()) if any(path.glob("*/service-2.json.gz")))


def model(service: str) -> Mapping[str, Any]:
    """A service's description (service-2.json), the newest of its API versions."""
    newest = max(_data().glob(f"{service}/*/service-2.json.gz"))
    description: Mapping[str, Any] = json.loads(gzip.decompress(newest.read_bytes()))
    return description


def _data() -> Path:
    spec = find_spec("botocore")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("error: botocore is not installed; expected it in the environment that `make setup` prepares")
    return Path(spec.submodule_search_locations[0], "data")
