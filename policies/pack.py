"""What is in the pack."""

from __future__ import annotations

from typing import Any

from .configuration import EXCEPTIONS
from .inspection import UNDECIDED
from .rule import Rule
from .rules import documents, global_sign_out, nobody_else, runbook, sign_out_grants, trust, user_directory

NAME = "cognito-signout"
DESCRIPTION = "Who may sign users of Amazon Cognito out, and what a sign-out reaches."

FAMILIES: tuple[tuple[str, tuple[Rule[Any], ...]], ...] = (
    ("Sign-out grants", sign_out_grants.RULES),
    ("GlobalSignOut needs no IAM, AdminUserGlobalSignOut does", global_sign_out.RULES),
    ("Nobody else", nobody_else.RULES),
    ("Trust", trust.RULES),
    ("User directory", user_directory.RULES),
    ("Runbook", runbook.RULES),
    ("Policy documents", documents.RULES),
    ("About the pack itself", (UNDECIDED, EXCEPTIONS)),
)
"""The rules by what they are about."""

RULES = tuple(rule for _, rules in FAMILIES for rule in rules)
