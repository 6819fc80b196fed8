"""Comparison without case, as IAM does it for actions, condition keys and the ...IgnoreCase operators."""

from __future__ import annotations


def fold(text: str) -> str:
    """The text with every character in lower case, and as many characters as before.

    Character by character, so that `İ`, whose lower case is two characters, cannot move a wildcard's position.
    """
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)
