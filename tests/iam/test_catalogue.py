"""The catalogue of known actions."""

from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signout.cognito.botocore_models import REFRESH, model
from signout.cognito.operations import operations
from signout.iam import build_catalogue
from signout.iam.catalogue import Action, Origin, actions, expand, known, prefixes, real_action


def test_stored_file_is_current() -> None:
    """The stored catalogue is what the installed policyuniverse and botocore give."""
    assert not build_catalogue.is_stale(), f"signout/iam/catalogue.txt is not current: {REFRESH}"


def test_check_says_how_to_refresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--check`` changes nothing and exits 1 where the file differs; without it the file is written."""
    stored = tmp_path / "catalogue.txt"
    monkeypatch.setattr(build_catalogue, "CATALOGUE", stored)

    assert build_catalogue.main(["--check"]) == 1
    assert "make model" in capsys.readouterr().err
    assert not stored.exists()
    assert build_catalogue.main([]) == 0
    assert build_catalogue.main(["--check"]) == 0


def exceptions() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(build_catalogue.EXCEPTIONS.read_text())
    return content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e["prefixes"]["services"].update({"gone": "x"}), "botocore has no service 'gone'"),
        (lambda e: e["without_actions"].update({"gone": "why"}), "botocore has no service 'gone'"),
        (
            lambda e: e["operations"][0]["actions"].update({"s3:GetObject": ["s3:GetObject"]}),
            "s3:GetObject is not an operation that only botocore has",
        ),
        (
            lambda e: e["operations"][0]["actions"].update({"s3:Gone": ["s3:GetObject"]}),
            "s3:Gone is not an operation that only botocore has",
        ),
        (
            lambda e: e["operations"][0]["actions"].update({"s3:HeadBucket": ["s3:Gone"]}),
            "policyuniverse does not have s3:Gone",
        ),
    ],
    ids=["prefix", "service without actions", "operation that is an action", "no operation", "no action"],
)
def test_exception_that_is_not_true_stops_the_build(
    change: Any, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry of the table by hand that the installed packages contradict is an error that names it."""
    content = exceptions()
    change(content)
    table = tmp_path / "operation_actions.json"
    table.write_text(json.dumps(content))
    monkeypatch.setattr(build_catalogue, "EXCEPTIONS", table)

    with pytest.raises(build_catalogue.StaleException, match=message):
        build_catalogue.build()


@pytest.mark.parametrize(("service", "prefix"), list(exceptions()["prefixes"]["services"].items()))
def test_exceptional_prefix_is_the_services(service: str, prefix: str) -> None:
    """Most operations of a service whose prefix is set by hand are actions of that prefix in the reference."""
    names = list(model(service)["operations"])
    in_reference = [name for name in names if known(f"{prefix}:{name}") is Origin.BOTH]

    assert len(in_reference) > len(names) / 2


KNOWN = [
    # action, origin
    ("cognito-idp:AdminUserGlobalSignOut", Origin.BOTH),
    ("COGNITO-IDP:adminuserglobalsignout", Origin.BOTH),
    ("cognito-idp:GlobalSignOut", Origin.BOTH),
    ("cognito-idp:AssociateWebACL", Origin.POLICYUNIVERSE),
    ("cognito-idp:AdminRevokeUserSession", Origin.BOTOCORE),
    ("lambda:InvokeFunction", Origin.POLICYUNIVERSE),
    ("lambda:Invoke", None),
    ("s3:ListBucket", Origin.POLICYUNIVERSE),
    ("s3:ListObjectsV2", None),
    ("cloudwatch:PutMetricData", Origin.BOTH),
    ("monitoring:PutMetricData", None),
    ("tag:GetResources", Origin.BOTH),
    ("execute-api:ManageConnections", Origin.POLICYUNIVERSE),
    ("apigateway:GET", Origin.POLICYUNIVERSE),
    ("apigateway:CreateRestApi", None),
    ("states:StartExecution", Origin.BOTH),
    ("cognito-idp:NoSuchThing", None),
    ("nowhere:GetObject", None),
    ("cognito-idp", None),
    ("*", None),
    ("", None),
]


@pytest.mark.parametrize(("action", "origin"), KNOWN)
def test_origin(action: str, origin: Origin | None) -> None:
    """An action says which source has it; the names of operations that are not actions are not known."""
    assert known(action) is origin


def test_every_operation_of_cognito_is_known() -> None:
    """No operation of the services that this project is about is missing."""
    assert [name for name in operations() if known(name) in (None, Origin.POLICYUNIVERSE)] == []


EXPANSIONS = [
    # pattern, names
    ("cognito-idp:AdminUserGlobalSignOut", ["cognito-idp:AdminUserGlobalSignOut"]),
    ("Cognito-IDP:*signout", ["cognito-idp:AdminUserGlobalSignOut", "cognito-idp:GlobalSignOut"]),
    ("cognito-i??:GlobalSignOut", ["cognito-idp:GlobalSignOut"]),
    ("cognito-*:*GlobalSignOut", ["cognito-idp:AdminUserGlobalSignOut", "cognito-idp:GlobalSignOut"]),
    ("*SignOut", ["cognito-idp:AdminUserGlobalSignOut", "cognito-idp:GlobalSignOut"]),
    ("lambda:invoke*", ["lambda:InvokeAsync", "lambda:InvokeFunction", "lambda:InvokeFunctionUrl"]),
    ("kms:ReEncrypt*", ["kms:ReEncryptFrom", "kms:ReEncryptTo"]),
    ("s3:Get?bject", ["s3:GetObject"]),
    ("nowhere:*", []),
    ("cognito-idp:", []),
    ("cognito-idp", []),
    ("", []),
]


@pytest.mark.parametrize(("pattern", "names"), EXPANSIONS)
def test_expansion(pattern: str, names: list[str]) -> None:
    """A pattern lists the real actions that it covers, ignoring case, in order, as they are spelled."""
    assert [action.name for action in expand(pattern)] == names


def test_expansion_marks_what_one_source_knows() -> None:
    """Each action of an expansion carries its origin."""
    assert expand("cognito-idp:*RevokeUserSession") == (
        Action("cognito-idp:AdminRevokeUserSession", Origin.BOTOCORE),
        Action("cognito-idp:RevokeUserSession", Origin.BOTOCORE),
    )


def test_star_is_everything() -> None:
    """``*`` covers every action of every prefix, once each."""
    everything = expand("*")

    assert len(everything) == len({action.name.lower() for action in everything}) > 20_000
    assert everything == tuple(action for prefix in prefixes() for action in actions(prefix))


PATTERNS = st.text("aAdDmMiInN*?:-", max_size=8).map(lambda tail: "cognito-i" + tail)


@given(PATTERNS)
def test_expansion_agrees_with_fnmatch(pattern: str) -> None:
    """What a pattern covers is what the standard library's wildcard matching covers, for all of Cognito's actions."""
    names = [action.name for prefix in ("cognito-identity", "cognito-idp") for action in actions(prefix)]
    want = {name for name in names if fnmatchcase(name.lower(), pattern.lower())}

    assert {action.name for action in expand(pattern)} == want


def test_real_action_prefers_what_the_reference_has() -> None:
    """A name of the reference comes before one of botocore alone, and a preferred prefix before others."""
    assert real_action(lambda name: name.endswith(":TagResource"), prefer=["cognito-idp"]) == Action(
        "cognito-idp:TagResource", Origin.BOTH
    )
    assert real_action(lambda name: name in {"cognito-idp:AdminRevokeUserSession", "s3:GetObject"}) == Action(
        "s3:GetObject", Origin.BOTH
    )


def test_real_action_falls_back() -> None:
    """Where only botocore has a name it is given, with that origin; where nobody has one, there is none."""
    only = "cognito-idp:AdminRevokeUserSession"

    assert real_action(lambda name: name == only) == Action(only, Origin.BOTOCORE)
    assert real_action(lambda name: False) is None


def test_asking_takes_neither_package() -> None:
    """The catalogue answers without botocore or policyuniverse."""
    program = """
import sys
from signout.iam.catalogue import expand
assert expand("cognito-idp:*")
print([name for name in ("botocore", "boto3", "policyuniverse") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"
