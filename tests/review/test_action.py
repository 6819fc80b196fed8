"""The GitHub Action and the example workflows: well-formed, without injection, and the action's own script at work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.review.reviewing import PLANS, allow, policy, written
from tests.review.test_since import commit, git

PROJECT = Path(__file__).parents[2]
ACTION = yaml.safe_load((PROJECT / "action.yml").read_text())
EXAMPLES = sorted((PROJECT / "docs" / "examples").glob("*.yml"))
US = "OWNER/cognito-signout@COMMIT"
LINTER = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7"
needs_actionlint = pytest.mark.skipif(
    shutil.which("actionlint") is None, reason=f"NOT CHECKED: actionlint is not there; go install {LINTER}"
)


def steps(content):
    """Every step of a workflow, or of the action."""
    jobs = content["jobs"].values() if "jobs" in content else [content["runs"]]
    return [step for job in jobs for step in job["steps"]]


@needs_actionlint
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_actionlint(tmp_path, example):
    """An example is a workflow without faults, and gives the action only inputs that it has."""
    git(tmp_path, "init", "--quiet")
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / example.name).write_text(example.read_text().replace(US, "./"))
    shutil.copy(PROJECT / "action.yml", tmp_path)
    done = subprocess.run(["actionlint", "-no-color"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_examples(example):
    """An example uses the action as it is, names what is to be filled in, and never runs with a fork's program."""
    content = yaml.safe_load(example.read_text())
    [mine] = [step for step in steps(content) if step.get("uses") == US]

    assert set(mine["with"]) <= set(ACTION["inputs"])
    assert list(content[True]) == ["pull_request"]  # YAML reads the key `on` as a boolean
    assert content["permissions"]["contents"] == "read"


@pytest.mark.parametrize("path", [PROJECT / "action.yml", *EXAMPLES], ids=lambda path: path.stem)
def test_nothing_is_put_into_scripts(path):
    """Values reach a script as variables: put into its text, a branch's name could be a command."""
    assert [step["name"] for step in steps(yaml.safe_load(path.read_text())) if "${{" in step.get("run", "")] == []


def act(folder, **variables):
    """Runs the action's step `Review` in the folder: what it printed, the code that it hands on, the summary."""
    command = folder / "temp" / "signout" / "bin" / "signout"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m signout.cli.main "$@"\n')
    command.chmod(0o755)
    [step] = [each for each in ACTION["runs"]["steps"] if each["name"] == "Review"]
    output, summary = folder / "output", folder / "summary"
    given = dict.fromkeys(step["env"], "") | {"FAIL_ON": ACTION["inputs"]["fail-on"]["default"]} | variables
    runner = {"RUNNER_TEMP": str(folder / "temp"), "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, **given, **runner, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done, output.read_text().strip(), summary.read_text() if summary.exists() else ""


def test_the_action_reviews_a_plan(tmp_path):
    """A plan: findings fail the job only in the last step, after the comment and the upload."""
    done, handed_on, summary = act(tmp_path, PLAN=str(PLANS / "user-policy.json"))

    assert handed_on == "code=1"
    assert summary.startswith("<!-- signout review -->")
    assert "sign-out-added" in done.stdout
    assert (tmp_path / "temp" / "review.sarif").exists()


def test_the_action_reviews_since(tmp_path):
    """A folder of policy documents since a revision."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "policies").mkdir()
    written(tmp_path, "policies/ci.json", policy(allow("s3:Get*")))
    commit(tmp_path)
    written(tmp_path, "policies/ci.json", policy(allow("s3:*")))
    _, handed_on, summary = act(tmp_path, PLAN="policies", SINCE="main")

    assert handed_on == "code=1"
    assert "access-added" in summary


def test_the_action_on_bad_input(tmp_path):
    """A file that is not there is handed on as what it is; there is no report to comment with."""
    done, handed_on, summary = act(tmp_path, PLAN="missing.json")

    assert (handed_on, summary) == ("code=2", "")
    assert "missing.json: No such file" in done.stderr


def test_hooks(tmp_path):
    """The hooks for pre-commit run as they are written, with the names of changed files."""
    hooks = {each["id"]: each for each in yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())}
    git(tmp_path, "init", "--quiet")
    (tmp_path / "policies").mkdir()
    written(tmp_path, "policies/ci.json", policy(allow("s3:Get*")))
    written(tmp_path, "policies/limit.json", policy(allow("s3:*")))
    commit(tmp_path)

    def code(name, *arguments):
        program, *rest = hooks[name]["entry"].split()
        assert program == "signout"
        command = [sys.executable, "-m", "signout.cli.main", *rest, *arguments, "policies/ci.json"]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False).returncode

    assert code("signout-review-since") == 0
    written(tmp_path, "policies/ci.json", policy(allow("s3:Put*")))
    assert code("signout-review-since") == 1
    assert code("signout-review-policy", "--limit", "policies/limit.json") == 0
    written(tmp_path, "policies/ci.json", policy(allow("sqs:*")))
    assert code("signout-review-policy", "--limit", "policies/limit.json") == 1
