"""Policy documents in, immutable values out. Whatever is not understood is an error: a skipped Deny fails open.

Source: IAM User Guide, "Grammar of the IAM JSON policy language", and the pages on each element.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from signout.iam import limits
from signout.iam.errors import PolicyError, PolicyWarning, shown
from signout.iam.fold import fold
from signout.iam.pattern import BadVariable, Pattern, PatternSet
from signout.iam.policy import Condition, Kind, Policy, Quantifier, Statement
from signout.iam.principal import PrincipalSet, is_account
from signout.iam.strict_json import Number, loads

if TYPE_CHECKING:
    from signout.iam.operators import Operator

OLD_VERSION, VERSION = "2008-10-17", "2012-10-17"
POLICY_ELEMENTS = ("Version", "Id", "Statement")
PRINCIPAL_ELEMENTS = ("Principal", "NotPrincipal")
STATEMENT_ELEMENTS = (
    "Sid",
    "Effect",
    *PRINCIPAL_ELEMENTS,
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
PRINCIPAL_FORMS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "AWS": (limits.is_aws_principal, '"*", an account id, or the ARN of an account, role, user or session'),
    "Service": (limits.is_service_principal, 'the name of a service such as "lambda.amazonaws.com"'),
    "Federated": (limits.is_federated_principal, "the ARN or name of an identity provider"),
}
"""What a principal of each type looks like. A canonical user has an id of letters and digits, which nobody checks."""

QUANTIFIERS: Mapping[str, Quantifier] = {quantifier.value: quantifier for quantifier in Quantifier}

WITH_PRINCIPAL = frozenset({Kind.RESOURCE, Kind.TRUST, Kind.RCP, Kind.ENDPOINT})
"""Policies that say whom they are about; the others are attached to whom they are about."""


def parse(document: str | bytes | Mapping[str, Any], origin: str = "policy", kind: Kind = Kind.IDENTITY) -> Policy:
    """The policy in a JSON text or in the dict that a JSON text gives.

    `origin` is what errors and reasons call it. Raises PolicyError, which names the place, the value and what was
    expected. What IAM would accept but not store, or evaluate unlike its author may think, is in `Policy.warnings`.
    """
    value = loads(document, origin) if isinstance(document, str | bytes) else document
    if not isinstance(value, Mapping):
        raise PolicyError(origin, f"is {_type(value)}", "a policy document: a JSON object with a Statement")
    _only(value, POLICY_ELEMENTS, origin, "policy")
    version = value.get("Version", OLD_VERSION)
    if version not in (OLD_VERSION, VERSION):
        raise PolicyError(f"{origin}: Version", f"is {shown(version)}", f'"{VERSION}" or "{OLD_VERSION}"')
    identifier = value.get("Id")
    if identifier is not None and not isinstance(identifier, str):
        raise PolicyError(f"{origin}: Id", f"is {_type(identifier)}", "a string")
    if "Statement" not in value:
        raise PolicyError(origin, "has no Statement", 'a "Statement" with at least one statement')
    reader = _Reader(origin, kind, variables=version == VERSION)
    statements = tuple(
        reader.statement(item, index) for index, item in enumerate(reader.statements(value["Statement"]))
    )
    reader.warnings.extend(limits.warnings(origin, kind, document, statements))
    return Policy(origin, kind, version, identifier, statements, tuple(reader.warnings))


class _Reader:
    """Reads the statements of one policy, collecting warnings on the way."""

    def __init__(self, origin: str, kind: Kind, *, variables: bool) -> None:
        self.origin, self.kind, self.variables = origin, kind, variables
        self.warnings: list[PolicyWarning] = []

    def statements(self, value: Any) -> Sequence[Any]:
        items = [value] if isinstance(value, Mapping) else value
        if not isinstance(items, list | tuple) or not items:
            found = "is empty" if items == [] else f"is {_type(value)}"
            raise PolicyError(f"{self.origin}: Statement", found, "a statement, or a list with at least one")
        return items

    def statement(self, value: Any, index: int) -> Statement:
        place = f"{self.origin}: Statement[{index}]"
        if not isinstance(value, Mapping):
            raise PolicyError(place, f"is {_type(value)}", "a statement: a JSON object with Effect and Action")
        _only(value, STATEMENT_ELEMENTS, place, "statement")
        sid = value.get("Sid")
        if sid is not None and not isinstance(sid, str):
            raise PolicyError(f"{place}.Sid", f"is {_type(sid)}", "a string")
        actions, negated_actions = self._actions(value, place)
        resources, negated_resources = self._resources(value, place)
        principals, negated_principals = self._principals(value, place)
        return Statement(
            place=place,
            index=index,
            sid=sid,
            denies=_effect(value, place) == "Deny",
            actions=actions,
            negated_actions=negated_actions,
            resources=resources,
            negated_resources=negated_resources,
            principals=principals,
            negated_principals=negated_principals,
            conditions=self._conditions(value, f"{place}.Condition"),
        )

    def _actions(self, value: Mapping[str, Any], place: str) -> tuple[PatternSet, bool]:
        name = _one_of(value, "Action", "NotAction", place)
        if name is None:
            raise PolicyError(place, "has neither Action nor NotAction", "one of them")
        texts = _texts(value[name], f"{place}.{name}")
        for at, text in texts:
            if ":" not in text and text.strip("*"):
                raise PolicyError(at, f"is {shown(text)}", '"*" or a service and an action, such as "s3:GetObject"')
            if not text.isascii() or not text.isprintable() or " " in text:
                raise PolicyError(at, f"is {shown(text)}", "an action in ASCII letters without spaces")
        patterns = tuple(Pattern.of(text, ignore_case=True) for _, text in texts)
        return PatternSet(patterns), name == "NotAction"

    def _resources(self, value: Mapping[str, Any], place: str) -> tuple[PatternSet | None, bool]:
        name = _one_of(value, "Resource", "NotResource", place)
        if self.kind is Kind.TRUST:
            if name is not None:
                raise PolicyError(f"{place}.{name}", "is there", "no resource in a trust policy: it is the role's own")
            return None, False
        if name is None:
            if self.kind is Kind.RESOURCE:  # services such as Amazon ECR leave it out: the resource is the policy's own
                return None, False
            raise PolicyError(place, "has neither Resource nor NotResource", "one of them")
        texts = _texts(value[name], f"{place}.{name}")
        patterns = []
        for at, text in texts:
            if not text or (
                self.kind is not Kind.RESOURCE and not text.startswith(("arn:", "*", "?", "${", "a*", "a?"))
            ):
                raise PolicyError(at, f"is {shown(text)}", '"*" or an ARN such as "arn:aws:s3:::bucket/*"')
            patterns.append(self._pattern(text, at))
        return PatternSet(tuple(patterns)), name == "NotResource"

    def _pattern(self, text: str, place: str) -> Pattern:
        try:
            return Pattern.of(text, variables=self.variables)
        except BadVariable as error:
            raise PolicyError(place, str(error), "a policy variable such as ${aws:username}") from None

    def _principals(self, value: Mapping[str, Any], place: str) -> tuple[PrincipalSet | None, bool]:
        name = _one_of(value, *PRINCIPAL_ELEMENTS, place)
        if self.kind not in WITH_PRINCIPAL:
            if name is not None:
                raise PolicyError(
                    f"{place}.{name}",
                    "is there",
                    f"no principal: a policy of kind {self.kind.value} is attached to one",
                )
            return None, False
        if name is None:
            raise PolicyError(place, "has neither Principal nor NotPrincipal", "one of them")
        principals = PrincipalSet(tuple(_principal_entries(value[name], f"{place}.{name}")))
        negated = name == "NotPrincipal"
        if self.kind is Kind.RCP and (negated or not principals.everyone or len(principals.entries) > 1):
            raise PolicyError(f"{place}.{name}", "names principals", 'Principal "*": an RCP is about everyone')
        self._warn_of_principals(principals, f"{place}.{name}", negated)
        return principals, negated

    def _warn_of_principals(self, principals: PrincipalSet, place: str, negated: bool) -> None:
        for kind, text in principals.entries:
            if kind == "AWS" and limits.is_unique_id(text):
                message = (
                    f"{shown(text)} is the id of a principal that was deleted, most likely: it matches nobody here"
                )
                self.warnings.append(PolicyWarning(place, message))
        named = {name.split(":", 5)[4] for name in principals.names if name.startswith("arn:") and name.count(":") > 4}
        if negated and (missing := sorted(filter(is_account, named - principals.accounts))):
            message = (
                f"does not name the account {missing[0]} itself: its principals are taken to be denied all the same,"
                " as AWS may"
            )
            self.warnings.append(PolicyWarning(place, message))

    def _conditions(self, value: Mapping[str, Any], place: str) -> tuple[Condition, ...]:
        if "Condition" not in value:
            return ()
        block = value["Condition"]
        if not isinstance(block, Mapping):
            raise PolicyError(
                place, f"is {_type(block)}", 'an object such as {"Bool": {"aws:SecureTransport": "true"}}'
            )
        return tuple(
            condition
            for operator, keys in block.items()
            for condition in self._operator_conditions(operator, keys, f"{place}.{operator}")
        )

    def _operator_conditions(self, written: Any, keys: Any, place: str) -> list[Condition]:
        from signout.iam.operators import BadValue  # the operators are loaded with the first condition

        quantifier, operator, if_exists = _operator(written, place)
        if not isinstance(keys, Mapping) or not keys:
            found = "is empty" if keys == {} else f"is {_type(keys)}"
            raise PolicyError(place, found, "an object with condition keys and their values")
        seen: set[str] = set()
        found_conditions = []
        for key, value in keys.items():
            at = f"{place}.{key}"
            if not isinstance(key, str) or not key:
                raise PolicyError(place, f"has the key {shown(key)}", "the name of a condition key")
            if fold(key) in seen:
                raise PolicyError(at, "is there twice, in different case", "each key once: names of keys ignore case")
            seen.add(fold(key))
            values = tuple(text for _, text in _texts(value, at, scalars=True))
            try:
                test = operator.read(values, self.variables)
            except BadValue as error:
                raise PolicyError(at, f"is {shown(error.value)}", error.expected) from None
            except BadVariable as error:
                raise PolicyError(at, str(error), "a policy variable such as ${aws:username}") from None
            found_conditions.append(Condition(at, operator, quantifier, if_exists, key, fold(key), values, test))
        return found_conditions


def _effect(value: Mapping[str, Any], place: str) -> str:
    effect = value.get("Effect")
    if effect not in ("Allow", "Deny"):
        found = f"is {shown(effect)}" if "Effect" in value else "is missing"
        hint = "Effect is case-sensitive" if isinstance(effect, str) and effect.lower() in ("allow", "deny") else ""
        raise PolicyError(f"{place}.Effect", found, '"Allow" or "Deny"', hint)
    return str(effect)


def _operator(written: Any, place: str) -> tuple[Quantifier | None, Operator, bool]:
    """The operator of that name, with its set qualifier and IfExists: `ForAnyValue:StringLikeIfExists`."""
    from signout.iam.operators import OPERATORS

    if not isinstance(written, str):
        raise PolicyError(place, f"is {_type(written)}", "the name of a condition operator")
    prefix, colon, rest = written.rpartition(":")
    name = rest.removesuffix("IfExists")
    if (colon and prefix not in QUANTIFIERS) or name not in OPERATORS:
        raise PolicyError(
            place, "is no condition operator", "an operator of the IAM reference", _nearest(rest, OPERATORS)
        )
    if OPERATORS[name].asks_presence and (colon or name != rest):
        raise PolicyError(place, "is no condition operator", '"Null" alone: it takes no qualifier and no IfExists')
    return QUANTIFIERS.get(prefix), OPERATORS[name], name != rest


def _principal_entries(value: Any, place: str) -> list[tuple[str, str]]:
    if value == "*":
        return [("*", "*")]
    if not isinstance(value, Mapping) or not value:
        raise PolicyError(
            place, f"is {shown(value)}", '"*" or an object such as {"AWS": "arn:aws:iam::123456789012:root"}'
        )
    entries = []
    for kind, names in value.items():
        if kind not in PRINCIPAL_TYPES:
            raise PolicyError(f"{place}.{kind}", "is no type of principal", f"one of {', '.join(PRINCIPAL_TYPES)}")
        for at, text in _texts(names, f"{place}.{kind}"):
            _check_principal(kind, text, at)
            entries.append((kind, text))
    return entries


def _check_principal(kind: str, text: str, place: str) -> None:
    if not text:
        raise PolicyError(place, "is empty", "a principal")
    if (kind == "AWS" and text == "*") or kind not in PRINCIPAL_FORMS:
        return
    fits, expected = PRINCIPAL_FORMS[kind]
    if not fits(text):
        hint = "a part of a name cannot be a wildcard here; use a condition on aws:PrincipalArn" if "*" in text else ""
        raise PolicyError(place, f"is {shown(text)}", expected, hint)


def _texts(value: Any, place: str, *, scalars: bool = False) -> list[tuple[str, str]]:
    """One string or a list of them, each with its place. `scalars`: numbers and booleans too, as in conditions."""
    items: list[tuple[str, Any]]
    if isinstance(value, list | tuple):
        if not value:
            raise PolicyError(place, "is an empty list", "at least one value")
        items = [(f"{place}[{index}]", item) for index, item in enumerate(value)]
    else:
        items = [(place, value)]
    return [(at, _text(item, at, scalars)) for at, item in items]


def _text(value: Any, place: str, scalars: bool) -> str:
    if isinstance(value, str) and (scalars or not isinstance(value, Number)):
        return str(value)
    if scalars and isinstance(value, bool):
        return "true" if value else "false"
    if scalars and isinstance(value, int | float):
        return str(value)
    raise PolicyError(place, f"is {_type(value)}", "a string")


def _one_of(value: Mapping[str, Any], name: str, negated: str, place: str) -> str | None:
    found = [element for element in (name, negated) if element in value]
    if len(found) > 1:
        raise PolicyError(place, f"has both {name} and {negated}", "one of them")
    return found[0] if found else None


def _only(value: Mapping[str, Any], known: Sequence[str], place: str, what: str) -> None:
    for element in value:
        if element not in known:
            raise PolicyError(
                f"{place}.{element}", f"is no element of a {what}", ", ".join(known), _nearest(element, known)
            )


def _nearest(name: object, known: Sequence[str] | Mapping[str, object]) -> str:
    import difflib  # only for a policy that is refused: it takes longer to import than to parse

    near = difflib.get_close_matches(str(name)[:80], list(known), n=1, cutoff=0.75)
    return f"did you mean {near[0]}?" if near else ""


def _type(value: Any) -> str:
    names: Mapping[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a string",
        bool: "a boolean",
        Number: "a number",
    }
    return (
        "null"
        if value is None
        else names.get(type(value), "a number" if isinstance(value, int | float) else "no JSON value")
    )
