"""Derives the stored catalogue of actions from policyuniverse and botocore; ``make model`` runs it.

    python -m signout.iam.build_catalogue          write the file if it differs
    python -m signout.iam.build_catalogue --check  exit 1 if it does

operation_actions.json has what neither package says: the prefix of some services, and the actions of operations that
are named otherwise. Each entry of it is held against both packages, so that one that is no longer true stops the build.
Both packages are read as data, not imported.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from signout.cognito.botocore_models import REFRESH, botocore_version, model, services

CATALOGUE = Path(__file__).with_name("catalogue.txt")
EXCEPTIONS = Path(__file__).with_name("operation_actions.json")

_Names = dict[str, dict[str, str]]
"""By prefix: names as they are spelled, by the same in lower case."""


class StaleException(ValueError):
    """An entry of operation_actions.json is not, or no longer, true of the installed packages."""


def build() -> str:
    """What the stored file has to contain: a line a prefix, with the names both packages have, those only
    policyuniverse has, and those only botocore has. Raises StaleException.
    """
    exceptions = json.loads(EXCEPTIONS.read_text("utf-8"))
    reference = _reference()
    operations = _operations(reference, exceptions)
    _rename(operations, reference, exceptions)
    lines = [
        f"# policyuniverse {version('policyuniverse')}, botocore {botocore_version()}",
        "# By `make model`: prefix, names in both, in policyuniverse only, in botocore only; tabs between them.",
    ]
    for prefix in sorted(reference.keys() | operations.keys()):
        known, found = reference.get(prefix, {}), operations.get(prefix, {})
        groups = (
            [known[name] for name in known.keys() & found.keys()],
            [known[name] for name in known.keys() - found.keys()],
            [found[name] for name in found.keys() - known.keys()],
        )
        lines.append("\t".join([prefix, *(" ".join(sorted(group)) for group in groups)]))
    return "\n".join(lines) + "\n"


def is_stale() -> bool:
    """Whether the stored file differs from what the installed packages give."""
    return not CATALOGUE.exists() or CATALOGUE.read_text("ascii") != build()


def main(arguments: list[str] | None = None) -> int:
    """Exit 0: current, or written. 1: ``--check`` found a difference."""
    parser = argparse.ArgumentParser(prog="python -m signout.iam.build_catalogue")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the stored file is not current")
    check = parser.parse_args(arguments).check
    if not is_stale():
        return 0
    if check:
        print(f"signout/iam/{CATALOGUE.name} is not what the installed packages give: {REFRESH}", file=sys.stderr)
        return 1
    CATALOGUE.write_text(build(), "ascii")
    print(f"written: signout/iam/{CATALOGUE.name}")
    return 0


def _reference() -> _Names:
    """The actions of policyuniverse's data file."""
    spec = find_spec("policyuniverse")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("error: policyuniverse is not installed; expected it in the environment of `make setup`")
    data = json.loads(Path(spec.submodule_search_locations[0], "data.json").read_text("utf-8"))
    names: _Names = defaultdict(dict)
    for service in data.values():
        names[service["prefix"].lower()] |= {name.lower(): name for name in service["actions"]}
    return names


@cache
def _services() -> Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]:
    """Of each of botocore's services the model's metadata and the names of its operations."""
    described = ((service, model(service)) for service in services())
    return {name: (found["metadata"], {op.lower(): op for op in found["operations"]}) for name, found in described}


def _operations(reference: _Names, exceptions: Mapping[str, Any]) -> _Names:
    """The operations of botocore's services under the prefixes that their actions have."""
    names: _Names = defaultdict(dict)
    special = exceptions["prefixes"]["services"]
    without = exceptions["without_actions"]
    for service in (*special, *without):
        if service not in _services():
            raise StaleException(f"operation_actions.json: botocore has no service {service!r}; take it out")
    for service, (metadata, own) in _services().items():
        if service not in without:
            names[special.get(service) or _prefix(service, metadata, own, reference)] |= own
    return names


def _prefix(service: str, metadata: Mapping[str, str], own: Mapping[str, str], reference: _Names) -> str:
    """The prefix that most of a service's operations have in policyuniverse, out of the names that the service goes by;
    for one that policyuniverse does not know, the name that its requests are signed with.
    """
    signing = metadata.get("signingName", metadata["endpointPrefix"]).lower()
    candidates = [name for name in (signing, metadata["endpointPrefix"], service) if name in reference]
    return max(candidates, key=lambda name: len(own.keys() & reference[name].keys()), default=signing)


def _rename(operations: _Names, reference: _Names, exceptions: Mapping[str, Any]) -> None:
    """Take out the operations whose actions are documented under other names."""
    for group in exceptions["operations"]:
        for operation, actions in group["actions"].items():
            prefix, _, name = operation.lower().partition(":")
            if operations[prefix].pop(name, None) is None or name in reference[prefix]:
                raise StaleException(
                    f"operation_actions.json: {operation} is not an operation that only botocore has; take it out"
                )
            for action in actions:
                prefix, _, name = action.partition(":")
                if reference[prefix].get(name.lower()) != name:
                    raise StaleException(f"operation_actions.json: policyuniverse does not have {action}; correct it")


if __name__ == "__main__":
    sys.exit(main())
