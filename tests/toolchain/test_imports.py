"""Who may import whom: the contracts in pyproject.toml, held against a small copy of the house."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "components.directory",
    "policies.grants",
    "signout.cli.main",
    "signout.cognito.operations",
    "signout.findings",
    "signout.iam.decide",
    "signout.review.changes",
    "signout.runbook.handler",
    "signout.sandbox.provider.server",
    "signout.sandbox.server",
)

ALLOWED = [
    ("signout.iam.decide", "signout.cognito.operations"),
    ("signout.review.changes", "signout.cognito.operations"),
    ("signout.review.changes", "signout.findings"),
    ("signout.review.changes", "signout.iam.decide"),
    ("policies.grants", "pulumi_policy"),
    ("policies.grants", "signout.cognito.operations"),
    ("policies.grants", "signout.findings"),
    ("policies.grants", "signout.iam.decide"),
    ("components.directory", "pulumi_aws"),
    ("components.directory", "signout.cognito.operations"),
    ("signout.sandbox.server", "moto"),
    ("signout.sandbox.server", "signout.cognito.operations"),
    ("signout.sandbox.server", "signout.iam.decide"),
    ("signout.sandbox.provider.server", "pulumi"),
    ("signout.cli.main", "signout.iam.decide"),
    ("signout.cli.main", "signout.review.changes"),
    ("signout.cli.main", "signout.sandbox.server"),
]

REFUSED = [
    ("signout.cognito.operations", "signout.iam.decide"),
    ("signout.cognito.operations", "signout.runbook.handler"),
    ("signout.runbook.handler", "signout.cognito.operations"),
    ("signout.runbook.handler", "signout.iam.decide"),
    ("signout.findings", "signout.iam.decide"),
    ("signout.findings", "signout.cognito.operations"),
    ("signout.iam.decide", "signout.findings"),
    ("signout.iam.decide", "signout.sandbox.server"),
    ("signout.review.changes", "signout.runbook.handler"),
    ("signout.review.changes", "signout.sandbox.server"),
    ("signout.sandbox.server", "signout.cli.main"),
    ("signout.sandbox.server", "signout.findings"),
    ("signout.sandbox.server", "signout.runbook.handler"),
    ("components.directory", "policies.grants"),
    ("components.directory", "signout.iam.decide"),
    ("components.directory", "signout.runbook.handler"),
    ("policies.grants", "components.directory"),
    ("policies.grants", "signout.review.changes"),
    ("policies.grants", "signout.runbook.handler"),
    ("policies.grants", "signout.sandbox.server"),
    ("signout.cli.main", "components.directory"),
    ("signout.cli.main", "moto"),
    ("signout.iam.decide", "moto"),
    ("policies.grants", "moto"),
    ("signout.cli.main", "pulumi"),
    ("signout.iam.decide", "pulumi"),
    ("signout.runbook.handler", "pulumi"),
    ("signout.sandbox.server", "pulumi_aws"),
]


# Lints each case in turn, in one process, since starting the linter takes longer than its work.
LINT = """
import contextlib, io, json, sys
from pathlib import Path
from importlinter.cli import lint_imports

sys.path.insert(0, ".")
modules, cases = json.load(sys.stdin)
answers = []
for imports in cases:
    for module in modules:
        path = Path(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"import {imported}\\n" for importer, imported in imports if importer == module))
        for folder in path.parents[:-1]:
            (folder / "__init__.py").touch()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = lint_imports(no_cache=True)
    answers.append([code, said.getvalue()])
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> list[tuple[int, str]]:
    """What the linter says to a house with all allowed imports, and then to one with each refused import alone."""
    house = tmp_path_factory.mktemp("house")
    (house / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    given = json.dumps([MODULES, [ALLOWED, *([pair] for pair in REFUSED)]])
    command = [sys.executable, "-P", "-c", LINT]
    done = subprocess.run(command, cwd=house, input=given, capture_output=True, text=True, check=True)
    return [tuple(answer) for answer in json.loads(done.stdout)]


def test_allowed(answers):
    """Everything that the house allows is allowed by the contracts."""
    code, said = answers[0]

    assert 0 == code, said
    assert "0 broken" in said


@pytest.mark.parametrize(
    "case", range(len(REFUSED)), ids=[f"{importer} -> {imported}" for importer, imported in REFUSED]
)
def test_refused(answers, case):
    """Every import that the house forbids breaks a contract, which names it."""
    importer, imported = REFUSED[case]
    code, said = answers[1 + case]

    assert 1 == code, said
    assert f"{importer} -> {imported}" in said
