"""`signout who-can`: the details of an account in, who can do something out, and through which roles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.command import Ran, signout

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "who-can.schema.json"
IAM = "arn:aws:iam::111122223333"
POOL = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbCdEfGhI"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
ADMINISTRATOR, BOUNDARY = "arn:aws:iam::aws:policy/AdministratorAccess", f"{IAM}:policy/boundary"


def allow(action: Any, resource: Any = "*") -> dict[str, Any]:
    """A policy with one statement."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


def trust(principal: Any, action: str = "sts:AssumeRole", **condition: Any) -> dict[str, Any]:
    """A trust policy."""
    statement = {"Effect": "Allow", "Action": action, "Principal": principal, "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def attached(*arns: str) -> list[dict[str, str]]:
    """Managed policies as a user, group or role lists them."""
    return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns]


def inline(*policies: Any) -> list[dict[str, Any]]:
    """Policies of its own, likewise."""
    return [{"PolicyName": f"p{number}", "PolicyDocument": policy} for number, policy in enumerate(policies)]


def managed(arn: str, document: Any) -> dict[str, Any]:
    """A managed policy, whose first version, which is no longer in force, allowed nothing."""
    versions = [("v1", allow("s3:None"), False), ("v2", document, True)]
    listed = [{"VersionId": name, "Document": each, "IsDefaultVersion": default} for name, each, default in versions]
    return {"PolicyName": arn.rpartition("/")[2], "Arn": arn, "DefaultVersionId": "v2", "PolicyVersionList": listed}


def role(name: str, trusted: Any, *policies: Any, path: str = "/", **more: Any) -> dict[str, Any]:
    """A role, with the instance profile that a role for EC2 has."""
    arn = f"{IAM}:role{path}{name}"
    profile = {"InstanceProfileName": name, "Arn": f"{IAM}:instance-profile/{name}", "Roles": [{"Arn": arn}]}
    found = {"Path": path, "RoleName": name, "RoleId": "AROAEXAMPLEEXAMPLE12", "Arn": arn, "Tags": []}
    found |= {
        "AssumeRolePolicyDocument": trusted,
        "InstanceProfileList": [profile],
        "RolePolicyList": inline(*policies),
    }
    return {**found, "AttachedManagedPolicies": [], **more}


LIMITED = {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY}}
PROVIDER = f"{IAM}:oidc-provider/token.actions.githubusercontent.com"
ACCOUNT = {
    "UserDetailList": [
        {"Arn": f"{IAM}:user/team/ann", "UserName": "ann", "GroupList": ["admins"], "AttachedManagedPolicies": []},
        {"Arn": f"{IAM}:user/bob", "GroupList": ["admins"], "AttachedManagedPolicies": [], **LIMITED},
        {"Arn": f"{IAM}:user/eve", "UserPolicyList": inline(allow("sts:AssumeRole", f"{IAM}:role/first"))},
    ],
    "GroupDetailList": [{"GroupName": "admins", "AttachedManagedPolicies": attached(ADMINISTRATOR)}],
    "RoleDetailList": [
        role("web", trust({"Service": "ec2.amazonaws.com"}), allow("cognito-idp:Admin*", POOL)),
        role("first", trust({"AWS": "111122223333"}), allow("sts:AssumeRole", f"{IAM}:role/second")),
        role("second", trust({"AWS": [f"{IAM}:role/first", f"{IAM}:role/third"]}), allow("sts:AssumeRole")),
        role("third", trust({"AWS": f"{IAM}:role/second"}), allow("sts:AssumeRole"), allow(SIGN_OUT, POOL)),
        role("gone", trust({"AWS": "AROAEXAMPLEEXAMPLE12"}), allow("cognito-idp:Describe*")),
        role(
            "pipeline",
            trust({"Federated": PROVIDER}, "sts:AssumeRoleWithWebIdentity", StringLike={"x:sub": "repo:o/*"}),
            allow("cognito-idp:*"),
        ),
        role(
            "AWSServiceRoleForSupport",
            trust({"Service": "support.amazonaws.com"}),
            path="/aws-service-role/support.amazonaws.com/",
            AttachedManagedPolicies=attached(ADMINISTRATOR),
            **LIMITED,
        ),
    ],
    "Policies": [managed(ADMINISTRATOR, allow("*")), managed(BOUNDARY, allow(["s3:*", "ec2:*"]))],
}


def ask(folder: Path, *asked: str, details: Any = ACCOUNT) -> Ran:
    """Runs the command on the details of an account."""
    (folder / "details.json").write_text(json.dumps(details))
    return signout("who-can", *asked, "--account", str(folder / "details.json"))


def answer(folder: Path, *asked: str) -> dict[str, Any]:
    """The answer in JSON, after the published schema."""
    ran = ask(folder, *asked, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    jsonschema.validate(found, json.loads(SCHEMA.read_text()))
    return found


def test_an_account(tmp_path: Path) -> None:
    """Everyone who can is listed with the chain of roles, the sure ones first; the unknown layers are named."""
    found = answer(tmp_path, SIGN_OUT, POOL)
    short = [
        (each["principal"].removeprefix(f"{IAM}:"), [arn.rpartition("/")[2] for arn in each["via"]], each["depends_on"])
        for each in found["can"]
    ]

    assert short == [
        ("role/pipeline", [], []),
        ("role/third", [], []),
        ("role/web", [], []),
        ("user/team/ann", [], []),
        ("role/second", ["third"], []),
        ("ec2.amazonaws.com", ["web"], []),
        ("role/first", ["second", "third"], []),
        ("user/eve", ["first", "second", "third"], []),
        ("oidc-provider/token.actions.githubusercontent.com", ["pipeline"], ["x:sub"]),
    ]
    assert {each["decision"] for each in found["can"] if each["depends_on"]} == {"depends"}
    assert found["not_iam"] is None
    assert any("SCP" in layer for layer in found["not_given"])


def test_for_people(tmp_path: Path) -> None:
    """The text has a line for each, with the roles in the order in which they are assumed."""
    said = ask(tmp_path, SIGN_OUT, POOL).out

    assert f"  {IAM}:user/eve -> {IAM}:role/first -> {IAM}:role/second -> {IAM}:role/third\n" in said
    assert f"  {PROVIDER} -> {IAM}:role/pipeline  if x:sub allows it\n" in said


def test_what_is_not_iams(tmp_path: Path) -> None:
    """Where no identity policy governs the operation, nobody is listed, and what authorizes it is told."""
    found = answer(tmp_path, "cognito-idp:GlobalSignOut", "*")

    assert (found["can"], found["not_iam"]["decision"]) == ([], "not-iam")
    assert "access-token" in ask(tmp_path, "cognito-idp:GlobalSignOut", "*").out


BAD = [
    # name, action, details, what is said
    ("a wildcard", "cognito-idp:*", ACCOUNT, "a request names one action"),
    ("no account", SIGN_OUT, [], "is no JSON object"),
    ("another command's output", SIGN_OUT, {"Users": []}, "has the keys ['Users']"),
    ("one page", SIGN_OUT, {**ACCOUNT, "IsTruncated": True, "Marker": "m"}, "is one page of several"),
    (
        "a broken policy",
        SIGN_OUT,
        {"RoleDetailList": [role("r", trust("*"), {"Statement": []})]},
        "Statement: is empty",
    ),
]


@pytest.mark.parametrize(("action", "details", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input(tmp_path: Path, action: str, details: Any, said: str) -> None:
    """What cannot be answered is one line on standard error and exit code 2, never an account of nobody."""
    ran = ask(tmp_path, action, POOL, details=details)

    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert said in ran.err
