"""What is read: one file a format, recognised by its content.

A format's module is loaded when an input may be of it: most reviews are of previews, and begin without the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signout.iam import Kind
from signout.review.assemble import assemble
from signout.review.documents import Documents
from signout.review.errors import InputError
from signout.review.estate import Estate, Reading
from signout.review.sources import pulumi_preview
from signout.review.sources.reading import loads

EXPECTED = (
    "a plan (`pulumi preview --json`, `terraform show -json`), a state (`pulumi stack export`),"
    " the output of `aws iam get-account-authorization-details`, or a policy document"
)
NOT_IN_ANY = (
    "service control policies (SCPs) and resource control policies (RCPs) that are not in the input",
    "session policies",
)

Input = tuple[str, bytes]
"""What the user calls it, and its content."""


def read(after: Input, before: Input | None = None, kind: Kind | None = None) -> Reading:
    """One input that has both sides, such as a plan; or two that are of one format; or one that is all new.

    Raises InputError where the format is not known, or the two do not go together.
    """
    content = loads(after[1], after[0])
    if pulumi_preview.recognised(content):
        _alone(after[0], pulumi_preview.WHAT, before)
        return pulumi_preview.read(content, after[0])
    return _terraform(content, after[0], before) or _one_sided(content, after, before, kind)


def _terraform(content: Any, origin: str, before: Input | None) -> Reading | None:
    from signout.review.sources import terraform

    if not terraform.recognised(content):
        return None
    _alone(origin, terraform.WHAT, before)
    return terraform.read(content, origin)


def _one_sided(content: Any, after: Input, before: Input | None, kind: Kind | None) -> Reading:
    from signout.review.sources import account, policy_file, pulumi_state

    origin = after[0]
    old: Any = None if before is None else loads(before[1], before[0])
    if pulumi_state.recognised(content):
        if before is not None and not pulumi_state.recognised(old):
            raise InputError(f"{before[0]}: is {_found(old)}; expected a state, as {origin} is one")
        now = pulumi_state.read(content, origin)
        then = [] if before is None else pulumi_state.read(old, before[0])
        return Reading(pulumi_state.WHAT, *assemble(then, now, Documents({})))
    if account.recognised(content):
        if before is not None and not account.recognised(old):
            raise InputError(f"{before[0]}: is {_found(old)}; expected the authorization details of an account")
        seen: account.Seen = {}
        old_account = Estate() if before is None else account.read(old, before[0], seen)
        return Reading(account.WHAT, old_account, account.read(content, origin, seen))
    if policy_file.recognised(content):
        if before is not None and not policy_file.recognised(old):
            raise InputError(f"{before[0]}: is {_found(old)}; expected a policy document, as {origin} is one")
        content = policy_file.content_of(after[1], origin)
        old = None if before is None else policy_file.content_of(before[1], before[0])
        kind = kind or policy_file.kind_of(content)
        old_policy = Estate() if before is None else policy_file.read(old, before[0], origin, kind)
        return Reading(policy_file.WHAT, old_policy, policy_file.read(content, origin, origin, kind))
    raise InputError(f"{origin}: is {_found(content)}; expected {EXPECTED}")


def read_since(paths: Sequence[str], revision: str, kind: Kind | None = None) -> tuple[Reading, list[Reading]]:
    """The policy documents under these paths, as they were at the revision and as they are: a reading for each.

    The first says what all of them are, and what was not read. Raises InputError.
    """
    from signout.review.sources import policy_file
    from signout.review.sources.revision import since

    readings: list[Reading] = []
    others: list[str] = []
    for versions in since(paths, revision):
        found = list(policy_file.since(versions, revision, kind))
        readings += found
        if not found:
            others.append(versions.name)
    left_out = (f"files without a policy document in them: {', '.join(others)}",) if others else ()
    return Reading(f"{policy_file.WHAT} since {revision}", Estate(), Estate(), left_out), readings


def _alone(origin: str, what: str, before: Input | None) -> None:
    if before is not None:
        raise InputError(f"{origin}: is {what}, which has both sides; expected it without another input")


def _found(content: Any) -> str:
    if isinstance(content, dict):
        return f"an object with {', '.join(sorted(map(str, content))[:5]) or 'nothing'}"[:200]
    return f"a JSON {type(content).__name__}"
