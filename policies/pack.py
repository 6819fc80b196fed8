"""What is in the pack."""

from __future__ import annotations

from typing import Any

from .configuration import EXCEPTIONS
from .inspection import UNDECIDED
from .rule import Rule
from .rules import documents, global_sign_out, nobody_else, runbook, trust, user_directory

NAME = "cognito-signout"
DESCRIPTION = "Who may sign users of Amazon Cognito out, and what a sign-out reaches."

RULES: tuple[Rule[Any], ...] = (
    UNDECIDED,
    EXCEPTIONS,
    *documents.RULES,
    *global_sign_out.RULES,
    *nobody_else.RULES,
    *trust.RULES,
    *user_directory.RULES,
    *runbook.RULES,
)
