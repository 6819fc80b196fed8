"""The stored files are what the installed API model gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from signout.cognito import build_model
from signout.cognito.botocore_models import REFRESH, botocore_version, model
from signout.cognito.derive_operations import UndecidedOperation, derive_operations
from signout.cognito.operations import Credential, Governed, Guide, Operation, operation
from signout.cognito.stored import load


def test_stored_files_are_current() -> None:
    """What is stored, the page in docs included, is derived from the botocore that is installed."""
    differing = [str(path.relative_to(build_model.ROOT)) for path in build_model.stale()]

    assert differing == [], f"not what botocore {botocore_version()} gives: {REFRESH}"


def test_check_names_what_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--check`` changes nothing, names the file, says how to refresh it and exits 1."""
    page = tmp_path / "operations.md"
    page.write_text("old")
    monkeypatch.setattr(build_model, "ROOT", tmp_path)
    monkeypatch.setattr(build_model, "PAGE", page)

    code = build_model.main(["--check"])

    output = capsys.readouterr()
    assert code == 1
    assert output.out == "differs: operations.md\n"
    assert "make model" in output.err
    assert page.read_text() == "old"


def test_date_stays_while_nothing_else_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Running the program again without a change of botocore leaves the files as they are."""
    stored = tmp_path / "operations.json"
    content = json.loads(build_model.OPERATIONS.read_text())
    stored.write_text(json.dumps({**content, "derived": "2001-02-03"}))
    monkeypatch.setattr(build_model, "OPERATIONS", stored)

    assert json.loads(build_model.build()[stored])["derived"] == "2001-02-03"


def test_date_moves_with_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of another botocore gets a new date with its new content."""
    stored = tmp_path / "operations.json"
    content = json.loads(build_model.OPERATIONS.read_text())
    stored.write_text(json.dumps({**content, "derived": "2001-02-03", "botocore": "1.2.3"}))
    monkeypatch.setattr(build_model, "OPERATIONS", stored)

    assert json.loads(build_model.build()[stored])["derived"] != "2001-02-03"


@pytest.mark.parametrize("service", ["cognito-idp", "cognito-identity"])
def test_every_operation_of_the_model_is_stored(service: str) -> None:
    """No operation of the installed model is missing, and none that it leaves unsigned counts as governed by IAM."""
    for name, description in model(service)["operations"].items():
        stored = operation(f"{service}:{name}")
        assert stored is not None, name
        if description.get("authtype") == "none":
            assert stored.governed is Governed.NOT_IAM, name


def test_guide_lists_only_known_operations() -> None:
    """The list taken from the Developer Guide has its 49 + 28 + 6 + 25 operations, each once, all of them known."""
    groups = load("developer_guide.json")["groups"]
    names = [name for group in groups.values() for name in group]

    assert {Guide(group) for group in groups} == set(Guide) - {Guide.ABSENT}
    assert len(names) == len(set(names)) == 49 + 28 + 6 + 25
    assert [name for name in names if operation(f"cognito-idp:{name}") is None] == []


def derive(*, guide: Guide = Guide.ABSENT, authtype: str | None = None, prose: str = "", **members: bool) -> Operation:
    """One operation from a model of its own; ``members`` are the request's, True for required ones."""
    shape = {
        "members": {name: {"shape": "Text", "documentation": "<p>The refresh token.</p>"} for name in members},
        "required": [name for name, required in members.items() if required],
    }
    description = {"documentation": f"<p>{prose}</p>", "input": {"shape": "Request"}}
    if authtype:
        description["authtype"] = authtype
    own = {"operations": {"Do": description}, "shapes": {"Request": shape}}
    return derive_operations("cognito-idp", own, {"Do": guide})[0]


EVALUATED = "Amazon Cognito evaluates Identity and Access Management (IAM) policies in requests."
NOT_EVALUATED = "Amazon Cognito doesn't evaluate Identity and Access Management (IAM) policies in requests."
DERIVED = [
    # name, operation, credentials, governed, number of conflicts
    ("signed", derive(), [Credential.IAM], Governed.IAM, 0),
    ("signed, prose agrees", derive(prose=EVALUATED), [Credential.IAM], Governed.IAM, 0),
    (
        "signed, prose disagrees",
        derive(prose=NOT_EVALUATED, ClientId=True, Secret=True),
        [Credential.CLIENT],
        Governed.DISPUTED,
        1,
    ),
    (
        "signed, guide disagrees",
        derive(guide=Guide.ACCESS_TOKEN, AccessToken=True),
        [Credential.IAM],
        Governed.DISPUTED,
        1,
    ),
    (
        "unsigned, prose disagrees",
        derive(authtype="none", prose=EVALUATED, AccessToken=True),
        [Credential.ACCESS_TOKEN],
        Governed.DISPUTED,
        1,
    ),
    ("access token", derive(authtype="none", AccessToken=True), [Credential.ACCESS_TOKEN], Governed.NOT_IAM, 0),
    (
        "either token",
        derive(authtype="none", AccessToken=False, Session=False),
        [Credential.ACCESS_TOKEN, Credential.SESSION],
        Governed.NOT_IAM,
        0,
    ),
    (
        "access token, with a session as an extra",
        derive(authtype="none", AccessToken=True, Session=False),
        [Credential.ACCESS_TOKEN],
        Governed.NOT_IAM,
        0,
    ),
    ("refresh token", derive(authtype="none", Token=True), [Credential.REFRESH_TOKEN], Governed.NOT_IAM, 0),
    (
        "session by the guide",
        derive(authtype="none", guide=Guide.SESSION, ClientId=True, Session=False),
        [Credential.SESSION],
        Governed.NOT_IAM,
        0,
    ),
    (
        "session as an extra",
        derive(authtype="none", guide=Guide.UNAUTHENTICATED, ClientId=True, Session=False),
        [Credential.NOTHING],
        Governed.NOT_IAM,
        0,
    ),
    (
        "guide names a member that is not there",
        derive(authtype="none", guide=Guide.SESSION, FeedbackToken=True),
        [Credential.FEEDBACK_TOKEN],
        Governed.NOT_IAM,
        1,
    ),
    (
        "logins or nothing",
        derive(authtype="none", Logins=False),
        [Credential.LOGINS, Credential.NOTHING],
        Governed.NOT_IAM,
        0,
    ),
]


@pytest.mark.parametrize(
    ("derived", "by", "governed", "conflicts"), [row[1:] for row in DERIVED], ids=[row[0] for row in DERIVED]
)
def test_derivation(derived: Operation, by: list[Credential], governed: Governed, conflicts: int) -> None:
    """What authorizes an operation follows from signature, prose, guide and request; disagreement stays visible."""
    assert list(derived.authorized_by) == by
    assert derived.governed is governed
    assert len(derived.conflicts) == conflicts


def test_undecided_operation_stops_the_build() -> None:
    """An unsigned operation of which no source says what authorizes it is an error that says what to do."""
    with pytest.raises(UndecidedOperation, match=r"cognito-idp:Do is not signed.*developer_guide\.json"):
        derive(authtype="none", ClientId=True)
