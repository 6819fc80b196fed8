"""`signout review`: what does a change let anyone do that they could not do before?"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from signout.cli.errors import CommandError
from signout.cli.files import read_bytes
from signout.findings import Severity
from signout.iam import Kind
from signout.review.assess import Review, assess, together
from signout.review.errors import InputError
from signout.review.settings import SEVERITIES, Settings, read_settings
from signout.review.sources import NOT_IN_ANY, Input, read, read_since
from signout.review.sources.reading import loads

EXAMPLES = """
examples:
  pulumi preview --json --show-sames > plan.json && signout review plan.json
  pulumi stack export > new-state.json && signout review --before old-state.json --after new-state.json
  terraform show -json plan.bin > plan.json && signout review plan.json --output markdown=comment.md
  signout review policy.json --limit allowed.json
  signout review policies/ --since origin/main --output sarif=review.sarif

It reads Pulumi previews and states, Terraform plans, the authorization details of accounts, and policy documents, told
by their content. Nothing is fetched and nothing from an input is executed.

exit code: 0 nothing at or above --fail-on; 1 findings; 2 bad input or usage; 3 undetermined, with
--fail-on-undetermined
"""

FORMATS = ("text", "markdown", "json", "sarif")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "input",
        metavar="FILE",
        nargs="*",
        help="a plan, or what is new; - for standard input; with --since, folders too",
    )
    parser.add_argument("--before", metavar="FILE", help="what was there before, for inputs that have one side")
    parser.add_argument("--after", metavar="FILE", help="what is new, in place of FILE")
    parser.add_argument(
        "--since", metavar="REVISION", help="of git: report what changed in policy documents since, one report for all"
    )
    parser.add_argument("--limit", metavar="FILE", help="a policy: report what FILE allows beyond it")
    parser.add_argument("--kind", choices=[kind.value for kind in Kind], help="of policy documents; default: told")
    parser.add_argument("--format", choices=FORMATS, default="text", help="on standard output; default: text")
    parser.add_argument(
        "--output", metavar="FORMAT=FILE", action="append", default=[], help="write a format into a file; repeatable"
    )
    parser.add_argument("--fail-on", choices=(*SEVERITIES, "never"), default="medium", help="default: medium")
    parser.add_argument("--fail-on-undetermined", action="store_true", help="exit 3 where something is not known yet")
    parser.add_argument("--settings", metavar="FILE", help="severities and exceptions, as JSON; see docs/review.md")
    parser.add_argument("--allow-empty", action="store_true", help="accept an input with nothing to review in it")


def run(arguments: argparse.Namespace) -> int:
    """Prints the review, or one for each of several files."""
    outputs = [_output(each) for each in arguments.output]
    new = [*arguments.input, *([arguments.after] if arguments.after else [])]
    if not new or (arguments.after and arguments.input):
        raise CommandError("expected one FILE, or --before FILE --after FILE")
    if arguments.limit and arguments.before:
        raise CommandError("--limit and --before: expected one of them: a limit is what is compared with")
    if arguments.since is not None and (arguments.before or arguments.after or arguments.limit or "-" in new):
        raise CommandError("--since: expected it with files and folders only: the revision has the other side")
    if len(new) > 1 and arguments.since is None and (outputs or arguments.before or arguments.format != "text"):
        raise CommandError("several files: expected them alone or with --limit, for reports as text")
    settings = Settings()
    old = arguments.limit or arguments.before
    try:
        if arguments.settings:
            settings = read_settings(loads(read_bytes(arguments.settings), arguments.settings), arguments.settings)
        if arguments.since is not None:
            return _since(new, settings, outputs, arguments)
        before = None if old is None else (old, read_bytes(old))
        codes = [_one((path, read_bytes(path)), before, settings, outputs, arguments) for path in new]
    except InputError as error:
        raise CommandError(str(error)) from None
    return next((code for code in (1, 3) if code in codes), 0)


def _one(
    after: Input,
    before: Input | None,
    settings: Settings,
    outputs: list[tuple[str, str]],
    arguments: argparse.Namespace,
) -> int:
    """Reads, assesses and reports on one input; the exit code that it comes to. Raises InputError."""
    reading = read(after, before, Kind(arguments.kind) if arguments.kind else None)
    if reading.before.found + reading.after.found == 0 and not arguments.allow_empty:
        raise InputError(
            f"{after[0]}: is {reading.what} with nothing in it to review; expected roles, users or policies"
            " (--allow-empty accepts that)"
        )
    if len(arguments.input) > 1:
        print(f"{after[0]}:")
    return _report(assess(reading, settings, NOT_IN_ANY, _today()), after[0], outputs, arguments)


def _since(paths: list[str], settings: Settings, outputs: list[tuple[str, str]], arguments: argparse.Namespace) -> int:
    """One report on every policy document under the paths; the exit code. Raises InputError."""
    reading, each = read_since(paths, arguments.since, Kind(arguments.kind) if arguments.kind else None)
    if not each and not arguments.allow_empty:
        raise InputError(
            f"{', '.join(paths)}: no file there is a policy document, or was one at {arguments.since}; expected .json"
            " files with policies (--allow-empty accepts that)"
        )
    review = together(reading, [assess(one, settings, NOT_IN_ANY, _today()) for one in each], NOT_IN_ANY)
    return _report(review, paths[0], outputs, arguments)


def _today() -> date:
    return datetime.now(UTC).date()


def _report(review: Review, artifact: str, outputs: list[tuple[str, str]], arguments: argparse.Namespace) -> int:
    """Writes every format that was asked for; the exit code that the review comes to."""
    for format_, path in outputs:
        _write(path, rendered(review, format_, artifact))
    sys.stdout.write(rendered(review, arguments.format, artifact, sys.stdout.isatty()))
    sys.stdout.flush()
    return exit_code(review, arguments.fail_on, arguments.fail_on_undetermined)


def exit_code(review: Review, fail_on: str, fail_on_undetermined: bool) -> int:
    """What the review comes to for whoever waits for it."""
    worst = review.worst()
    if worst is not None and fail_on != "never" and worst >= Severity(SEVERITIES[fail_on]):
        return 1
    return 3 if fail_on_undetermined and review.undetermined else 0


def _output(text: str) -> tuple[str, str]:
    format_, equals, path = text.partition("=")
    if format_ not in FORMATS or not equals or not path:
        raise CommandError(f'--output: is "{text}"; expected FORMAT=FILE with one of {", ".join(FORMATS)}')
    return format_, path


def rendered(review: Review, format_: str, artifact: str, terminal: bool = False) -> str:
    """The report; the module of a format is loaded when it is asked for."""
    if format_ == "json":
        from signout.review.reports import as_json

        return as_json.render(review)
    if format_ == "markdown":
        from signout.review.reports import markdown

        return markdown.render(review)
    if format_ == "sarif":
        from signout.review.reports import sarif

        return sarif.render(review, artifact)
    from signout.review.reports import text

    return text.render(review, _width() if terminal else 100, terminal and "NO_COLOR" not in os.environ)


def _width() -> int:
    import shutil  # takes long to load, and few reports are for a terminal

    return shutil.get_terminal_size().columns


def _write(path: str, content: str) -> None:
    try:
        Path(path).write_text(content, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}; expected a file that can be written") from None
