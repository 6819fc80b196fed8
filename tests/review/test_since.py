"""Policy documents since a revision of a git repository, with real repositories."""

import json
import os
import subprocess

import pytest

from tests.review.reviewing import allow, policy, reported, review, rules, written

GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
READ, WRITE = allow("s3:Get*"), allow("s3:Put*")
TRUST = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}


def git(folder, *arguments):
    """Runs git in the folder."""
    subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    """A repository with one policy document and something else, committed."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "policies").mkdir()
    written(tmp_path / "policies", "ci.json", policy(READ))
    written(tmp_path / "policies", "limits.json", {"retries": 3})
    commit(tmp_path)
    return tmp_path


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a change")


def rename(folder):
    (folder / "policies/ci.json").rename(folder / "policies/deploy.json")


CHANGES = [
    # what, what is done, whose access grew, the rules that report it
    ("nothing", lambda folder: None, set(), []),
    ("changed", lambda f: written(f, "policies/ci.json", policy(READ, WRITE)), {"policies/ci.json"}, ["access-added"]),
    ("added", lambda f: written(f, "policies/a/b.json", policy(WRITE)), {"policies/a/b.json"}, ["access-added"]),
    ("removed", lambda f: (f / "policies/ci.json").unlink(), set(), []),
    ("narrowed", lambda f: written(f, "policies/ci.json", policy(allow("s3:GetObject"))), set(), []),
    ("renamed", rename, set(), ["policy-renamed"]),
    (
        "of another kind",
        lambda f: written(f, "policies/ci.json", policy(TRUST)),
        {"policies/ci.json"},
        ["trust-opened-wide"],
    ),
    ("outside of the folder", lambda f: written(f, "other.json", policy(WRITE)), set(), []),
]


@pytest.mark.parametrize(("change", "gained", "found"), [case[1:] for case in CHANGES], ids=[c[0] for c in CHANGES])
def test_what_changed_since(repository, change, gained, found):
    """Each file of the folder is held against itself at the revision, under its name in the repository."""
    (repository / "policies/a").mkdir()
    change(repository)
    _, report = reported(repository / "policies", "--since", "main")

    assert {each["resource"] for each in report["changes"] if each["added"]} == gained
    assert [each["rule"] for each in report["findings"]] == found
    assert report["reviewed"] == "policy documents since main"


def test_removed_and_widened(repository):
    """What is gone, what grew and what is new stand in one report, each at its file."""
    written(repository, "policies/old.json", policy(allow("sqs:*")))
    commit(repository)
    (repository / "policies/old.json").unlink()
    written(repository, "policies/ci.json", policy(READ, WRITE))
    written(repository, "policies/new.json", policy(allow("cognito-idp:AdminUserGlobalSignOut")))
    code, report = reported(repository / "policies", "--since", "HEAD")

    assert code == 1
    assert {(each["resource"], each["in_words"]) for each in report["changes"]} == {
        ("policies/ci.json", "widened"),
        ("policies/new.json", "new"),
        ("policies/old.json", "gone"),
    }
    assert [each["rule"] for each in report["findings"]] == ["sign-out-added", "access-added", "access-added"]
    assert {each["location"]["file"] for each in report["findings"]} == {"policies/ci.json", "policies/new.json"}


def test_renamed_and_widened(repository):
    """A renamed file is held against what it was; what it gained is all that counts as new."""
    written(repository, "policies/ci.json", json.dumps(policy(READ, allow("sqs:*")), indent=1).encode())
    commit(repository)
    rename(repository)
    written(repository, "policies/deploy.json", json.dumps(policy(READ, allow("sqs:*"), WRITE), indent=1).encode())
    _, report = reported(repository / "policies", "--since", "HEAD")

    [change] = report["changes"]
    assert [each["actions"] for each in change["added"]] == [["s3:Put*"]]
    assert [each["rule"] for each in report["findings"]] == ["access-added", "policy-renamed"]


def test_another_file_is_no_renamed_one(repository):
    """A new file that has little of one that is gone counts as new in full."""
    (repository / "policies/ci.json").unlink()
    written(repository, "policies/deploy.json", json.dumps(policy(WRITE), indent=1).encode())
    _, report = reported(repository / "policies", "--since", "HEAD")

    assert [each["rule"] for each in report["findings"]] == ["access-added"]


def test_what_is_not_read_is_named(repository):
    """JSON that is no policy document is named."""
    _, report = reported(repository / "policies", "--since", "HEAD")

    assert "files without a policy document in them: policies/limits.json" in report["not_given"]


def test_one_file(repository):
    """A file can be named in place of a folder, also one that is gone."""
    (repository / "policies/ci.json").unlink()
    _, report = reported(repository / "policies/ci.json", "--since", "HEAD")

    assert [(each["resource"], each["in_words"]) for each in report["changes"]] == [("policies/ci.json", "gone")]


def test_every_format(repository, tmp_path):
    """One report in each format for all files, with places that exist in the repository."""
    written(repository, "policies/ci.json", policy(READ, WRITE))
    sarif = tmp_path / "review.sarif"
    code, out, _ = review(
        repository / "policies", "--since", "HEAD", "--format", "markdown", "--output", f"sarif={sarif}"
    )

    assert code == 1
    assert "whoever has policies" in out
    [result] = json.loads(sarif.read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "policies/ci.json"


def test_a_limit_that_went(repository):
    """A service control policy that is no more lets through what it kept out."""
    (repository / "scps").mkdir()
    written(repository, "scps/region.json", policy(READ))
    commit(repository)
    (repository / "scps/region.json").unlink()
    _, report = reported(repository / "scps", "--since", "HEAD", "--kind", "scp")

    assert [(each["layer"], bool(each["added"])) for each in report["changes"]] == [("service control policy", True)]


def test_a_document_that_was_broken(repository):
    """What could not be read at the revision counts as absent, so that putting it right can be reviewed."""
    written(repository, "policies/ci.json", b'{"Version": ')
    commit(repository)
    written(repository, "policies/ci.json", policy(READ))
    _, report = reported(repository / "policies", "--since", "HEAD")

    assert [each["rule"] for each in report["findings"]] == ["access-added"]
    assert any("policies/ci.json at HEAD" in each for each in report["not_given"])


def test_links_are_not_followed(repository, tmp_path_factory):
    """A link in the folder leads to nothing that is read."""
    elsewhere = written(tmp_path_factory.mktemp("elsewhere"), "secret.json", policy(allow("*")))
    os.symlink(elsewhere, repository / "policies/link.json")
    commit(repository)
    _, report = reported(repository / "policies", "--since", "HEAD~1")

    assert report["findings"] == []


def test_nothing_of_the_repository_is_run(repository):
    """Filters and drivers that a repository's own settings name are not started."""
    ran = repository / "ran"
    for key in ("filter.f.smudge", "filter.f.clean", "diff.f.textconv", "diff.f.command", "core.fsmonitor"):
        git(repository, "config", key, f"touch {ran};cat")
    (repository / ".gitattributes").write_text("*.json filter=f diff=f\n")
    written(repository, "policies/ci.json", policy(READ, WRITE))

    assert reported(repository / "policies", "--since", "HEAD")[0] == 1
    assert not ran.exists()


WRONG = [
    # what                     revision                 said
    ("unknown", "no-such-branch", "has no revision no-such-branch"),
    ("an option", "--output=x", "expected a revision"),
    ("a file in a revision", "HEAD:policies", "expected a revision"),
    ("nothing", "", "expected a revision"),
    ("a tree", "HEAD^{tree}", "has no revision"),
]


@pytest.mark.parametrize(("revision", "said"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_wrong_revisions(repository, revision, said):
    """What is no revision is said to be that, in one line, and is no option of git's either."""
    code, _, err = review(repository / "policies", f"--since={revision}")

    assert code == 2
    assert said in err
    assert err.count("\n") == 1


def test_within_a_hook(repository, monkeypatch):
    """In a hook of git's, which names the repository relative to its own folder, the same is found."""
    monkeypatch.chdir(repository)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    written(repository, "policies/ci.json", policy(READ, WRITE))

    assert rules("policies", "--since", "HEAD") == ["access-added"]


def test_a_repository_without_commits(tmp_path):
    """A repository in which nothing was committed has no revision to hold anything against."""
    git(tmp_path, "init", "--quiet")
    written(tmp_path, "ci.json", policy(READ))
    code, _, err = review(tmp_path, "--since", "HEAD")

    assert code == 2
    assert "has no revision HEAD" in err


def test_names_of_all_kinds(repository):
    """Names with spaces, quotes, new lines and letters of any script are what they are."""
    name = 'policies/a "b"\n\u00e9.json'
    written(repository, name, policy(READ))
    commit(repository)
    written(repository, name, policy(READ, WRITE))
    _, report = reported(repository / "policies", "--since", "HEAD")

    assert [(each["resource"], each["in_words"]) for each in report["changes"]] == [(name, "widened")]


def test_no_repository(tmp_path):
    """A folder that is in no repository is an error with the folder's name and git's word for it."""
    written(tmp_path, "ci.json", policy(READ))
    code, _, err = review(tmp_path, "--since", "HEAD")

    assert code == 2
    assert err.startswith(f"error: {tmp_path}: fatal: not a git repository")


@pytest.mark.parametrize("name", ["empty", "missing", "policies/limits.json"])
def test_no_policy_documents(repository, name):
    """A path under which there is no policy, now or then, passes only on request."""
    (repository / "empty").mkdir()
    code, _, err = review(repository / name, "--since", "HEAD")

    assert code == 2
    assert "no file there is a policy document, or was one at HEAD" in err
    assert review(repository / name, "--since", "HEAD", "--allow-empty")[0] == 0


def test_no_git(repository, monkeypatch):
    """Where git is not installed, that is what is said."""
    monkeypatch.setenv("PATH", "")
    code, _, err = review(repository / "policies", "--since", "HEAD")

    assert code == 2
    assert "git is not there" in err


@pytest.mark.parametrize("other", [("--limit", "x"), ("--before", "x"), ("--after", "x")], ids=lambda each: each[0])
def test_other_sides(repository, other):
    """The revision is the other side: no further one goes with it."""
    code, _, err = review(repository / "policies", "--since", "HEAD", *other)

    assert code == 2
    assert "expected" in err
