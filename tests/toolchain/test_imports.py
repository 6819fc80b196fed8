"""Who may import whom: the contracts in pyproject.toml, held against a small copy of the house."""

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


@pytest.fixture
def lint(tmp_path):
    """Builds the house with the given imports, and holds it against the contracts; returns what the linter says."""

    def run(imports: list[tuple[str, str]]) -> subprocess.CompletedProcess[str]:
        (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
        for module in MODULES:
            path = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"import {imported}\n" for importer, imported in imports if importer == module))
            for folder in path.relative_to(tmp_path).parents[:-1]:
                (tmp_path / folder / "__init__.py").touch()
        program = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()"
        command = [sys.executable, "-P", "-c", program, "--no-cache"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_allowed(lint):
    """Everything that the house allows is allowed by the contracts."""
    done = lint(ALLOWED)

    assert 0 == done.returncode, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(("importer", "imported"), REFUSED, ids=[f"{a} -> {b}" for a, b in REFUSED])
def test_refused(lint, importer, imported):
    """Every import that the house forbids breaks a contract, which names it."""
    done = lint([(importer, imported)])

    assert 1 == done.returncode, done.stdout
    assert (
        f"{importer} -> {imported}" in done.stdout or f"{importer} is not allowed to import {imported}" in done.stdout
    )
