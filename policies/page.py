"""The page docs/policies.md, made from the rules: `python -m policies.page` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .pack import FAMILIES
from .rule import Rule
from .settings import schema_of

_INTRODUCTION = """\
# The policy pack

<!-- Written by `python -m policies.page`. Changes made here are lost; change policies/page.py, or the rules. -->

What a stack may deploy, decided at preview: who can sign users out, who can become them, what a sign-out reaches. The
pack is for any Pulumi project with Cognito or IAM in it, in whatever language the project is written.

## Use

In this repository:

    pulumi up --policy-pack policies

In any other project, once `cognito-signout[deploy]` is installed in a virtual environment:

    pulumi up --policy-pack "$(signout policies path)"

The pack runs in the virtual environment that it is installed in, and imports nothing from the project.

On what is deployed already, without Pulumi and without access to AWS:

    pulumi stack export | signout policies check --stack -

## When a rule is asked

- **Before a resource is made**, at preview and again on `pulumi up`: everything that one resource shows by itself. A
  mandatory finding stops the deployment there. This includes a policy document that becomes known only during the
  update: it is judged before it is attached.
- **At the end of a preview**: everything that takes the whole stack, such as chains of roles.
- **At the end of `pulumi up`**: the whole stack once more, with every value known. What is found only then stops
  nothing, since it has been made; the update is reported as failed.

At a first preview, ARNs are not known, and a policy document that contains one is not known as a whole. What can be
decided all the same is decided: from the grants that components declare as their inputs, from names, from what a value
is made from. The rest is an advisory finding of the rule `undecided` that says which value is awaited, and from which
resource. With `"undecided": "mandatory"` nothing is deployed that was not decided at preview.

Every verdict about IAM is the one of `signout.iam`, which the sandbox enforces as well. It judges by the policies that
are in the stack. SCPs, resource control policies, and policies that other stacks attach to the same roles are not seen.
Of AWS's own managed policies it knows those of the day that `signout.aws_managed.as_of()` says; a newer one is
undecided. So is a policy that is attached by its ARN and is neither AWS's nor in the stack, and the IAM in resources of
`aws-native` and Cloud Control and in CloudFormation stacks, which no rule reads.

No message shows a text that the stack holds as a secret.

A rule that fails is a mandatory finding under its own name. Its traceback is in the log, and the other rules go on.

## Settings

One file for each environment:

    pulumi up --policy-pack policies --policy-pack-config production.json

By the name of a rule it has an enforcement level (`advisory`, `mandatory`, `disabled`), or an object with
`enforcementLevel` and the rule's own settings. `policies/environments` has examples.

    {
      "token-life": {"enforcementLevel": "mandatory", "accessMinutes": 15, "idMinutes": 15},
      "refresh-token-rotation": "mandatory",
      "nobody-else": {"principals": ["arn:aws:iam::*:role/break-glass"]}
    }

A name that is no rule is refused, and so is a setting that a rule does not have. (Settings of a rule that does not
exist, given without `enforcementLevel`, Pulumi itself refuses first, with `invalid enforcement level ""`.)

## Exceptions

An exception lets findings of one rule on one resource through, until a date, for a reason, and somebody answers for it:

    {
      "exceptions": {
        "entries": [
          {
            "resource": "urn:pulumi:prod::shop::aws:iam/role:Role::ci",
            "rule": "nobody-else",
            "reason": "the deployment tests sign their own user out",
            "owner": "identity@example.com",
            "expires": "2026-12-31"
          }
        ]
      }
    }

The date is the last day on which it holds. From then on its findings count again, and the exception is a finding of its
own; one that nothing needs any more is reported, too. That a rule failed cannot be excepted.

## Rules

"""


def page() -> str:
    """The text of the page."""
    return _INTRODUCTION + "\n".join(
        [*_table(), "", *(line for title, rules in FAMILIES for line in _family(title, rules))]
    )


def _table() -> Iterator[str]:
    yield "| rule | what has to hold | severity | level |"
    yield "|---|---|---|---|"
    for _, rules in FAMILIES:
        for rule in rules:
            yield f"| [{rule.name}](#{rule.name}) | {rule.description} | {rule.severity.word} | {rule.level} |"


def _family(title: str, rules: Iterable[Rule[Any]]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    for rule in rules:
        yield f"### {rule.name}"
        yield ""
        yield f"{rule.description} {rule.why}"
        yield ""
        yield f"*To do:* {rule.change}"
        yield ""
        yield from _settings(rule)


def _settings(rule: Rule[Any]) -> Iterator[str]:
    schemas = schema_of(rule.settings)
    if not schemas:
        return
    yield "| setting | | default |"
    yield "|---|---|---|"
    for name, schema in schemas.items():
        yield f"| `{name}` | {schema['description']}{_limits(schema)} | {_shown(schema['default'])} |"
    yield ""


def _limits(schema: dict[str, Any]) -> str:
    values = schema.get("items", {}).get("enum")
    if values:
        return f" One or more of {', '.join(f'`{value}`' for value in values)}."
    if "maximum" in schema:
        return f" {schema['minimum']} to {schema['maximum']}."
    return ""


def _shown(default: Any) -> str:
    if isinstance(default, list):
        return ", ".join(f"`{item}`" for item in default) or "none"
    return f"`{str(default).lower()}`"


if __name__ == "__main__":
    (Path(__file__).resolve().parent.parent / "docs" / "policies.md").write_text(page(), encoding="utf-8")
