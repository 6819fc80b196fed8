"""z3: is the second policy of a pair no more than the first? A plain encoding; conditions are opaque truth values."""

import json

import z3
from timing import main

SECOND = 1000


def expression(pattern: str) -> z3.ReRef:
    """The wildcard pattern as a regular expression."""
    parts = []
    for character in pattern:
        anything = z3.AllChar(z3.ReSort(z3.StringSort()))
        parts.append(z3.Star(anything) if character == "*" else anything if character == "?" else z3.Re(character))
    return z3.Concat(*parts) if len(parts) > 1 else parts[0]


def texts(value: object) -> list[str]:
    return value if isinstance(value, list) else [value]


def any_of(variable: z3.SeqRef, patterns: list[str]) -> z3.BoolRef:
    return z3.Or(*(z3.InRe(variable, expression(pattern)) for pattern in patterns))


def allows(document: dict, action: z3.SeqRef, resource: z3.SeqRef) -> z3.BoolRef:
    """The requests that the policy allows."""
    grants, denies = [], []
    for statement in texts(document["Statement"]):
        actions = [text.lower() for text in texts(statement.get("Action", statement.get("NotAction")))]
        hit = any_of(action, actions)
        resources = any_of(resource, texts(statement.get("Resource", statement.get("NotResource"))))
        parts = [
            hit if "Action" in statement else z3.Not(hit),
            resources if "Resource" in statement else z3.Not(resources),
        ]
        if statement.get("Condition"):
            parts.append(z3.Bool(json.dumps(statement["Condition"], sort_keys=True)))
        (grants if statement["Effect"] == "Allow" else denies).append(z3.And(*parts))
    return z3.And(z3.Or(*grants), z3.Not(z3.Or(*denies)))


def compare(pair: list) -> str:
    """sat: more is allowed; unsat: no more is; unknown: z3 gave up."""
    solver = z3.Solver()
    solver.set("timeout", SECOND)
    action, resource = z3.String("action"), z3.String("resource")
    solver.add(allows(pair[1], action, resource), z3.Not(allows(pair[0], action, resource)))
    answer = str(solver.check())
    if answer == "unknown":
        raise TimeoutError
    return answer


main(compare)
