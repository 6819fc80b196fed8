"""Who a request is by, told from one text; what is no principal is refused."""

from __future__ import annotations

import pytest

from signout.iam import RequestError
from signout.iam.principal import PrincipalKind, parse_principal

IAM, STS = "arn:aws:iam::111122223333", "arn:aws:sts::111122223333"

KINDS = [
    (f"{IAM}:root", PrincipalKind.ROOT),
    (f"{IAM}:user/team/ann", PrincipalKind.USER),
    ("arn:aws-cn:iam::111122223333:role/ops", PrincipalKind.ROLE),
    (f"{STS}:assumed-role/ops/ann@example.com", PrincipalKind.SESSION),
    (f"{STS}:federated-user/bob", PrincipalKind.FEDERATED_USER),
    (f"{IAM}:saml-provider/corp.amazon.com", PrincipalKind.FEDERATED),
    (f"{IAM}:oidc-provider/token.actions.githubusercontent.com", PrincipalKind.FEDERATED),
    ("cognito-identity.amazonaws.com", PrincipalKind.FEDERATED),
    ("www.amazon.com", PrincipalKind.FEDERATED),
    ("token.actions.githubusercontent.com", PrincipalKind.FEDERATED),
    ("oidc.eks.eu-west-1.amazonaws.com/id/A", PrincipalKind.FEDERATED),
    ("login.notamazon.com", PrincipalKind.FEDERATED),
    ("lambda.amazonaws.com", PrincipalKind.SERVICE),
    ("ec2.amazonaws.com.cn", PrincipalKind.SERVICE),
    ("ec2.c2s.ic.gov", PrincipalKind.SERVICE),
    ("alexa-appkit.amazon.com", PrincipalKind.SERVICE),
    ("states.eu-west-1.amazonaws.com", PrincipalKind.SERVICE),
    ("anonymous", PrincipalKind.ANONYMOUS),
]


@pytest.mark.parametrize(("text", "kind"), KINDS, ids=[text for text, _ in KINDS])
def test_kind(text: str, kind: PrincipalKind) -> None:
    """Every form in which AWS names who asks is known."""
    principal = parse_principal(text)

    assert (principal.kind, principal.name) == (kind, text)


REFUSED = [
    "",
    "ann",
    "*",
    "*.amazonaws.com",
    "lambda?.amazonaws.com",
    "lambda .amazonaws.com",
    "https://token.actions.githubusercontent.com",
    "AROAEXAMPLEEXAMPLE12",
    "111122223333",
    f"{IAM}:group/admins",
    f"{IAM}:user/",
    f"{IAM}:root/x",
    f"{STS}:assumed-role/ops",
    f"{STS}:assumed-role/team/ops/ann",
    f"{STS}:assumed-role//ann",
    "arn:aws:iam::1111:user/ann",
    "arn:aws:s3:::bucket.amazonaws.com",
]


@pytest.mark.parametrize("text", REFUSED)
def test_no_principal(text: str) -> None:
    """What nobody asks as is an error, never somebody without rights."""
    with pytest.raises(RequestError, match="is no principal"):
        parse_principal(text)
