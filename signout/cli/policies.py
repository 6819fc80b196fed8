"""`signout policies`: where the policy pack is, and what it says of a stack's state, offline."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import signout
from signout.cli.errors import CommandError
from signout.cli.extras import require_extra
from signout.cli.files import read_bytes

EXAMPLES = """
examples:
  pulumi up --policy-pack "$(signout policies path)"
  pulumi stack export | signout policies check --stack -
  signout policies check --stack state.json --settings production.json --format json

`check` asks the same rules as the policy pack, about what has been deployed. Secrets are not needed: a policy document
that is encrypted in the state is reported as undecided; `pulumi stack export --show-secrets` has it in plain text.

exit code: 0 nothing mandatory, 1 mandatory findings, 2 input that cannot be read, or without any resource
"""

PACKAGE = "signout_policies"
"""The name under which the pack is loaded; in the repository its folder is called otherwise."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    verbs = parser.add_subparsers(dest="verb", metavar="path|check", required=True)
    verbs.add_parser("path", help="print the folder of the pack, for --policy-pack")
    check = verbs.add_parser("check", help="ask the rules about a stack's state")
    check.add_argument("--stack", required=True, metavar="FILE", help="what `pulumi stack export` prints; - for stdin")
    check.add_argument("--settings", metavar="FILE", help="the file that --policy-pack-config takes")
    check.add_argument("--format", "--output", choices=("text", "json"), default="text", help="default: text")


def run(arguments: argparse.Namespace) -> int:
    """Prints the folder, or what the rules say."""
    folder = pack_folder()
    if arguments.verb == "path":
        try:
            require_extra("deploy", "the pack")
        except CommandError as error:
            print(f"warning: {error}", file=sys.stderr)
        print(folder)
        return 0
    load(folder)
    state, settings = _json(arguments.stack), _settings(arguments.settings)
    reports = check(state, arguments.stack, settings, datetime.now(UTC).date())
    print(as_json(reports) if arguments.format == "json" else as_text(reports))
    return 1 if any(report.level == "mandatory" for report in reports) else 0


def pack_folder() -> Path:
    """The pack: in the wheel beside this package, in the repository under its own name."""
    beside = Path(signout.__file__).resolve().parent.parent
    for name in (PACKAGE, "policies"):
        if (beside / name / "PulumiPolicy.yaml").is_file():
            return beside / name
    raise CommandError(f"the policy pack is not in {beside}; expected it there, so install cognito-signout anew")


def load(folder: Path) -> None:
    """Makes the pack importable under its own name, whatever its folder is called."""
    spec = spec_from_file_location(PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise CommandError(f"{folder} is no package; install cognito-signout anew")
    package = sys.modules[PACKAGE] = module_from_spec(spec)
    spec.loader.exec_module(package)


def _module(name: str) -> Any:
    return import_module(f"{PACKAGE}.{name}")


def check(state: Any, origin: str, settings: dict[str, Any], today: date) -> Sequence[Any]:
    """What the rules report about a state, mandatory findings first."""
    pack, stack = _module("pack"), _module("stack")
    try:
        configuration = _module("configuration").read_configuration(pack.RULES, settings)
    except ValueError as error:
        raise CommandError(f"settings: {error}") from None
    try:
        resources = list(_module("state").read_state(state))
    except ValueError as error:
        raise CommandError(f"{origin}: {error}") from None
    if not resources:
        raise CommandError(f"{origin}: has no resources, so there is nothing to check; expected a stack's state")
    reports = _module("inspection").Inspection(pack.RULES, configuration, today).stack(stack.Stack(today, resources))
    return sorted(reports, key=lambda each: (each.level != "mandatory", -each.finding.severity, each.finding.resource))


def as_json(reports: Sequence[Any]) -> str:
    """The reports as the published JSON."""
    return json.dumps(
        [
            {
                "rule": report.finding.rule,
                "level": str(report.level),
                "severity": report.finding.severity.word,
                "resource": report.finding.resource,
                "fact": report.finding.fact,
                "why": report.finding.why,
                "change": report.finding.change,
            }
            for report in reports
        ],
        indent=2,
    )


def as_text(reports: Sequence[Any]) -> str:
    """The reports for a terminal."""
    if not reports:
        return "nothing found"
    lines = []
    for report in reports:
        finding = report.finding
        lines += [
            f"{report.level} {finding.rule} ({finding.severity.word}): {finding.resource or 'the stack'}",
            f"  {finding.message}",
        ]
    return "\n".join(map(printable, lines))


def printable(text: str) -> str:
    """The text without what a terminal would take for a command: names of resources may hold anything."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def _settings(path: str | None) -> dict[str, Any]:
    content = {} if path is None else _json(path)
    if not isinstance(content, dict):
        raise CommandError(f"{path}: is no JSON object; expected settings by the names of rules")
    return content


def _json(path: str) -> Any:
    try:
        return json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path}: is no JSON: {error}") from None
