"""What stops a review."""

from __future__ import annotations


class InputError(ValueError):
    """An input that cannot be reviewed: the file, the place, what is there, and what was expected, on one line."""
