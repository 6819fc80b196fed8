"""The formats: each is well-formed, holds what was found, and nothing from an input is more than text in it."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from signout.review.findings import RULES
from signout.review.reports import markdown as as_markdown
from signout.review.reports.escape import markdown, mermaid, plain
from tests.review.reviewing import FOLDER, PLANS, allow, policy, reported, review, written
from tests.review.test_terraform import change, plan

SARIF = json.loads((FOLDER / "schemas" / "sarif-schema-2.1.0.json").read_text())
REVIEW = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "review.schema.json").read_text())
EVERY = sorted(path.stem for path in PLANS.glob("*.json"))


@pytest.mark.parametrize("name", EVERY)
def test_json_is_as_published(name):
    """The JSON report keeps to its published schema."""
    jsonschema.validate(reported(PLANS / f"{name}.json")[1], REVIEW)


@pytest.mark.parametrize("name", ["hostile-name", "new-pool", "unchanged", "trust-to-anyone"])
def test_sarif_is_valid(name):
    """The SARIF report keeps to the standard's schema, and each result has a place."""
    _, out, _ = review(PLANS / f"{name}.json", "--format", "sarif")
    log = json.loads(out)

    jsonschema.Draft7Validator(SARIF).validate(log)
    results = log["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == [
        each["rule"] for each in reported(PLANS / f"{name}.json")[1]["findings"]
    ]
    assert all(each["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1 for each in results)
    assert [each["id"] for each in log["runs"][0]["tool"]["driver"]["rules"]] == list(RULES)


def test_sarif_fingerprints_stay(tmp_path):
    """A finding that moves to another line of the program keeps its fingerprint."""
    text = (PLANS / "widened-resource.json").read_text()
    moved = written(tmp_path, "moved.json", re.sub(r"__main__\.py#\d+", "__main__.py#1", text).encode())

    def fingerprints(path):
        results = json.loads(review(path, "--format", "sarif")[1])["runs"][0]["results"]
        return [each["partialFingerprints"] for each in results]

    assert fingerprints(moved) == fingerprints(PLANS / "widened-resource.json")


HOSTILE = '<img src=x onerror=alert(1)>|`"]; click A href "javascript:alert(1)"'


def test_hostile_names_are_text_in_markdown():
    """A resource's name brings neither HTML nor a cell nor a line of a drawing into the comment."""
    _, out, _ = review(PLANS / "hostile-name.json", "--format", "markdown")

    assert "<img" not in out
    assert not [line for line in out.splitlines() if line.strip().startswith("click")]
    cells = [line.replace("&#124;", "").count("|") for line in out.splitlines() if line.startswith("| ")]
    assert set(cells) == {8}


ESCAPED = [
    # what                 text                        in Markdown
    ("a mention", "@octocat", "&#64;&#8203;octocat"),
    ("an issue", "#12", "&#35;&#8203;12"),
    ("a link", "https://evil.example", "https&#58;&#47;&#47;evil.example"),
    ("an entity", "&#60;b>", "&#38;&#35;&#8203;60;b&#62;"),
    ("markup", "**x** `y` [z](u)", "&#42;&#42;x&#42;&#42; &#96;y&#96; &#91;z&#93;(u)"),
    ("a new line", "a\n# b", "a&#92;u000a&#35;&#8203; b"),
]


@pytest.mark.parametrize(("text", "escaped"), [case[1:] for case in ESCAPED], ids=[case[0] for case in ESCAPED])
def test_markdown_escapes(text, escaped):
    """What would be markup stands as character references."""
    assert markdown(text) == escaped


def test_mermaid_escapes():
    """A label cannot end itself, begin a directive, or be read as one."""
    assert set(mermaid(HOSTILE + "%%{init}%%\n")) & set('"[]()<>{}%`|\n') == set()


def test_terminal_codes_are_shown():
    """Neither terminal codes nor marks of direction reach a terminal."""
    assert plain("a\x1b[31mb\u202e\x07") == "a\\u001b[31mb\\u202e\\u0007"


def test_no_terminal_codes_from_a_name(tmp_path):
    """A resource's name with terminal codes is printed as text."""
    text = (PLANS / "user-policy.json").read_text().replace("::bob", "::bob\\u001b[2J")
    _, out, _ = review(written(tmp_path, "plan.json", text.encode()))

    assert "\x1b" not in out
    assert "bob\\u001b[2J" in out


def test_secrets_are_not_shown():
    """Of a policy that is a secret nothing is said but that it is there."""
    for format_ in ("text", "markdown", "json", "sarif"):
        _, out, _ = review(PLANS / "secret-policy.json", "--format", format_)
        assert "hidden" in out
        assert "the-hidden-bucket" not in out


def test_a_comment_keeps_its_size(tmp_path):
    """A comment that would be too long is cut at a section, and says what is left out."""
    many = policy(*(allow(f"s3:Get{'x' * 200}{index}", f"arn:aws:s3:::b{index}") for index in range(400)))
    _, out, _ = review(written(tmp_path, "policy.json", many), "--format", "markdown")

    assert len(out) <= as_markdown.LIMIT
    shown = out.count("- **medium**")
    assert f"Left out for want of room: {400 - shown} findings" in out
    assert shown > 10
    assert out.startswith(as_markdown.MARK)


def test_several_formats_at_once(tmp_path):
    """--output writes a format into a file, as often as it is given."""
    sarif, comment = tmp_path / "r.sarif", tmp_path / "c.md"
    code, out, _ = review(PLANS / "new-role.json", "--output", f"sarif={sarif}", "--output", f"markdown={comment}")

    assert code == 1
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert comment.read_text().startswith(as_markdown.MARK)
    assert out.startswith("a Pulumi preview")


def settings(tmp_path, expires, resource):
    """A settings file with an exception for what `user-policy` adds."""
    exception = {"resource": resource, "rule": "sign-out-added", "reason": "agreed", "owner": "identity team"}
    content = {"severity": {"access-added": "low"}, "exceptions": [{**exception, "expires": expires.isoformat()}]}
    return written(tmp_path, "settings.json", content)


BOB = "urn:pulumi:test::review::aws:iam/user:User::bob"
DAY = timedelta(days=1)
TODAY = datetime.now(UTC).date()
EXCEPTIONS = [
    ("valid", TODAY + DAY, BOB, 0),
    ("expired", TODAY - 2 * DAY, BOB, 1),
    ("of another", TODAY + DAY, f"{BOB}by", 1),
]


@pytest.mark.parametrize(("expires", "resource", "code"), [e[1:] for e in EXCEPTIONS], ids=[e[0] for e in EXCEPTIONS])
def test_exceptions(tmp_path, expires, resource, code):
    """An exception covers its finding until its day; a severity from the settings takes the place of the rule's."""
    given = settings(tmp_path, expires, resource)
    found, report = reported(PLANS / "user-policy.json", "--settings", given)

    assert found == code
    assert len(report["exempted"]) == (1 if code == 0 else 0)
    assert {e["severity"] for e in report["findings"] if e["rule"] == "access-added"} == {"low"}


@pytest.mark.parametrize(("level", "code"), [("low", 1), ("critical", 1), ("never", 0)])
def test_fail_on(level, code):
    """--fail-on says from which severity on a finding fails."""
    assert reported(PLANS / "user-policy.json", "--fail-on", level)[0] == code


def test_a_name_is_no_link_in_sarif(tmp_path):
    """What would be a link in a message of SARIF's is none."""
    trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"})
    values = {"name": "x", "assume_role_policy": json.dumps(trust)}
    made = change('aws_iam_role.x["[click](https://example.com)"]', ["create"], None, values)
    _, out, _ = review(written(tmp_path, "plan.json", plan(made)), "--format", "sarif")
    [message] = [each["message"]["text"] for each in json.loads(out)["runs"][0]["results"]]

    assert "[click] (https://example.com)" in message
