"""Who asks, and whom a policy's Principal element means."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum

from signout.iam.errors import RequestError, shown


class PrincipalKind(Enum):
    """What kind of identity makes a request."""

    USER = "User"
    ROLE = "Role"
    """A role whose session is not known by name."""
    SESSION = "AssumedRole"
    ROOT = "Account"
    FEDERATED_USER = "FederatedUser"
    SERVICE = "Service"
    FEDERATED = "Federated"
    """An identity provider's user, before the role session begins."""
    ANONYMOUS = "Anonymous"


ACCOUNT_DIGITS = 12


def is_account(text: str) -> bool:
    """Is the text an AWS account id?"""
    return len(text) == ACCOUNT_DIGITS and text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request."""

    kind: PrincipalKind
    name: str
    """The ARN; for a service or an identity provider its name; `anonymous` for an unsigned call."""
    account: str | None = None
    """12 digits; None for a service, an identity provider and an unsigned call."""
    identity: str = ""
    """What its identity policies are attached to, as an ARN: for a session the role, for a federated user the user."""

    @property
    def is_service_linked_role(self) -> bool:
        """Service-linked roles are beyond the reach of SCPs and RCPs."""
        if self.kind not in (PrincipalKind.ROLE, PrincipalKind.SESSION):
            return False
        path = self.identity.split(":", 5)[-1]
        if self.kind is PrincipalKind.SESSION and path.startswith("role/AWSServiceRoleFor"):
            return True  # a session's ARN leaves the path out, and IAM keeps the name for service-linked roles
        return path.startswith("role/aws-service-role/")

    @property
    def has_identity_policies(self) -> bool:
        """Is there something that identity policies can be attached to?"""
        return self.account is not None

    @property
    def is_session(self) -> bool:
        """Are its credentials temporary, so that a session policy can limit them?"""
        return self.kind in (PrincipalKind.ROLE, PrincipalKind.SESSION, PrincipalKind.FEDERATED_USER)


ANONYMOUS = Principal(PrincipalKind.ANONYMOUS, "anonymous")

EXPECTED = (
    "an ARN of a user, role, role session, federated user or account root, a service such as lambda.amazonaws.com,"
    ' a federated provider, or "anonymous"'
)


def parse_principal(text: str) -> Principal:
    """The principal of a request, as the command line and the JSON of `decide` write it. Raises RequestError."""
    if text == "anonymous":
        return ANONYMOUS
    if not text.startswith("arn:"):
        return _by_name(text)
    pieces = text.split(":", 5)
    if len(pieces) != 6 or pieces[2] not in ("iam", "sts") or not is_account(pieces[4]):
        raise _refused(text)
    _, partition, service, _, account, resource = pieces
    kind, _, name = resource.partition("/")
    match service, kind:
        case "iam", "root" if not name:
            return Principal(PrincipalKind.ROOT, text, account, text)
        case "iam", "user" if name:
            return Principal(PrincipalKind.USER, text, account, text)
        case "iam", "role" if name:
            return Principal(PrincipalKind.ROLE, text, account, text)
        case "iam", ("saml-provider" | "oidc-provider") if name:
            return Principal(PrincipalKind.FEDERATED, text)
        case "sts", "assumed-role" if name.count("/") == 1 and not name.startswith("/") and not name.endswith("/"):
            role = f"arn:{partition}:iam::{account}:role/{name.partition('/')[0]}"
            return Principal(PrincipalKind.SESSION, text, account, role)
        case "sts", "federated-user" if name:
            user = f"arn:{partition}:iam::{account}:user/{name}"
            return Principal(PrincipalKind.FEDERATED_USER, text, account, user)
        case _:
            raise _refused(text)


FEDERATED_NAMES = frozenset(
    {"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"}
)
"""Identity providers that policies name without an ARN. Source: IAM User Guide, "Principal"."""


def _by_name(text: str) -> Principal:
    if text in FEDERATED_NAMES:
        return Principal(PrincipalKind.FEDERATED, text)
    if is_service(text):
        return Principal(PrincipalKind.SERVICE, text)
    if is_domain(text):
        return Principal(PrincipalKind.FEDERATED, text)
    raise _refused(text)


SERVICE_DOMAINS = tuple(
    f".{domain}"
    for domain in (
        "amazonaws.com",
        "amazonaws.com.cn",
        "amazonaws.eu",
        "c2s.ic.gov",
        "sc2s.sgov.gov",
        "cloud.adc-e.uk",
        "csp.hci.ic.gov",
        "amazon.com",
        "aws.internal",
    )
)
"""Source: the domains of the partitions in botocore, and those of Alexa and of services inside AWS."""


def is_service(text: str) -> bool:
    """Is the text the name of an AWS service as a principal, in any partition?"""
    return text.endswith(SERVICE_DOMAINS) and not text.startswith(".") and "/" not in text and is_domain(text)


def is_domain(text: str) -> bool:
    """Can the text name a service or an identity provider without an ARN: a domain, perhaps with a path?"""
    return "." in text and not any(character in "*?:" or character.isspace() for character in text)


def _refused(text: str) -> RequestError:
    return RequestError("request.principal", f"{shown(text)} is no principal", EXPECTED)


class Match(IntEnum):
    """How directly a Principal element names whoever asks."""

    NONE = 0
    ACCOUNT = 1
    """Its account: the account may pass the permission on by identity policies, the principal itself has none."""
    ROLE = 2
    """The role of the session, or the user of the federated session: boundary and session policy still limit it."""
    DIRECT = 3
    """The principal itself, or everyone."""


@dataclass(frozen=True, slots=True)
class PrincipalSet:
    """A Principal or NotPrincipal element."""

    entries: tuple[tuple[str, str], ...]
    """(type, value) as written: ("AWS", "arn:..."), ("Service", "lambda.amazonaws.com"), ("*", "*") for `"*"`."""
    everyone: bool = field(init=False, compare=False)
    accounts: frozenset[str] = field(init=False, compare=False)
    names: frozenset[str] = field(init=False, compare=False)
    """ARNs, services and identity providers, each under its own type: under another it names nobody."""
    roles: frozenset[tuple[str, str]] = field(init=False, compare=False)
    """(account, name) of the roles among them, without their paths: a name is given once in an account."""

    def __post_init__(self) -> None:
        everyone, accounts, names = False, set(), set()
        for kind, value in self.entries:
            if kind in ("*", "AWS") and value == "*":
                everyone = True
            elif kind == "AWS" and (account := account_of(value)):
                accounts.add(account)
            elif _is_named_as(kind, value):
                names.add(value)
        object.__setattr__(self, "everyone", everyone)
        object.__setattr__(self, "accounts", frozenset(accounts))
        object.__setattr__(self, "names", frozenset(names))
        roles = (name.split(":", 5) for name in names if ":role/" in name)
        object.__setattr__(self, "roles", frozenset((role[4], role[5].rpartition("/")[2]) for role in roles))

    def sessions_of(self, role: Principal) -> frozenset[str]:
        """The names of those sessions of the role that the element names one by one."""
        start = f":sts::{role.account}:assumed-role/{role.identity.rpartition('/')[2]}/"
        return frozenset(name.partition(start)[2] for name in self.names if start in name)

    def match(self, principal: Principal) -> Match:
        """How directly the element names the principal."""
        if self.everyone or (principal.name in self.names and principal.kind is not PrincipalKind.ROLE):
            return Match.DIRECT
        if principal.identity in self.names or self._names_the_role_of(principal):
            return Match.ROLE
        if principal.account in self.accounts:
            return Match.DIRECT if principal.kind is PrincipalKind.ROOT else Match.ACCOUNT
        return Match.NONE

    def _names_the_role_of(self, principal: Principal) -> bool:
        """Is it a session whose ARN leaves out the path with which the element names its role?"""
        _, _, role = principal.identity.partition(":role/")
        return (
            principal.kind is PrincipalKind.SESSION
            and "/" not in role
            and principal.account is not None
            and (principal.account, role) in self.roles
        )

    def excepts(self, principal: Principal, match: Match) -> bool:
        """Does it, as the NotPrincipal element of a Deny, leave the principal out? `match` is how it names it.

        AWS looks at the account, then at the role or user, then at the session: an account with single identities of
        it beside, or a role with single sessions of it, stands there for these alone, and they without it may be denied
        all the same, service by service.
        Source: IAM User Guide, "NotPrincipal", with its examples for one user and for one session.
        """
        if principal.account is None or self.everyone:
            return match is Match.DIRECT
        if principal.account not in self.accounts:
            return False
        if match is Match.ROLE:
            return not self.sessions_of(principal)
        if match is Match.ACCOUNT:
            return not any(f"::{principal.account}:" in name for name in self.names)
        of_role = principal.kind in (PrincipalKind.ROLE, PrincipalKind.SESSION)
        return not of_role or principal.identity in self.names or self._names_the_role_of(principal)


def _is_named_as(kind: str, value: str) -> bool:
    """Can a request come from whom the entry names, as an entry of that type?"""
    match kind:
        case "Service":
            return value not in FEDERATED_NAMES
        case "Federated":
            return not is_service(value) or value in FEDERATED_NAMES
        case _:
            return kind == "AWS"


def element_of(name: str) -> str | dict[str, str]:
    """The Principal element for somebody who is given by a text alone: everyone, an account, an ARN, or a service."""
    if name == "*":
        return name
    return {"AWS" if account_of(name) or name.startswith("arn:") else "Service": name}


def account_of(value: str) -> str | None:
    """The account that a Principal entry stands for as a whole: `123456789012` or `arn:aws:iam::123456789012:root`."""
    if is_account(value):
        return value
    pieces = value.split(":", 5)
    if len(pieces) == 6 and pieces[2] == "iam" and pieces[5] == "root" and is_account(pieces[4]):
        return pieces[4]
    return None
