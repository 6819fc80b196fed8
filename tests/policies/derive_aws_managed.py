"""Writes policies/aws_managed.json from the managed policies that moto carries.

python -m tests.policies.derive_aws_managed
"""

import json
from functools import cache
from pathlib import Path

from moto.iam.aws_managed_policies import aws_managed_policies_data

from signout.cognito.sessions import SESSION_ENDERS
from signout.iam import parse
from signout.iam.document import document_of
from signout.iam.pattern import Pattern

STORED = Path(__file__).parents[2] / "policies" / "aws_managed.json"
ASKED = (*(ender.action for ender in SESSION_ENDERS), "sts:AssumeRole", "lambda:InvokeFunction")
"""The actions that the rules ask about."""


@cache
def given():
    """Every policy that moto carries, by its path and name."""
    policies = json.loads(aws_managed_policies_data)
    return {f"{policy['Path']}{name}"[1:]: policy for name, policy in policies.items()}


def derived():
    """The content of the stored file."""
    policies = {name: about_asked(policy["Document"]) for name, policy in sorted(given().items())}
    return {
        "date": max(policy["UpdateDate"][:10] for policy in given().values()),
        "policies": {name: document for name, document in policies.items() if document["Statement"]},
        "others": " ".join(name for name, document in policies.items() if not document["Statement"]),
    }


def about_asked(document):
    """The document without the statements, and in Action elements without the patterns, that no asked action meets."""
    policy = parse(document)
    written = document_of(policy)
    kept = []
    for statement, parsed in zip(written["Statement"], policy.statements, strict=True):
        if "Action" in statement:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            met = [action for action in actions if any(covers(action, asked) for asked in ASKED)]
            if met:
                kept.append({**statement, "Action": met})
        elif any(parsed.actions.matches(asked.lower()) is False for asked in ASKED):
            kept.append(statement)
    return {"Version": written["Version"], "Statement": kept}


def covers(pattern, action):
    return Pattern.of(pattern, ignore_case=True).matches(action.lower())


def text():
    """The stored file's text, a line for each policy."""
    content = derived()
    policies = ",\n".join(f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in content["policies"].items())
    others = json.dumps(content["others"])
    return f'{{\n "date": "{content["date"]}",\n "policies": {{\n{policies}\n }},\n "others": {others}\n}}\n'


if __name__ == "__main__":
    STORED.write_text(text(), encoding="utf-8")
