"""Text from an input is only ever text: in a terminal, in Markdown, in a Mermaid drawing."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_MARKUP = re.compile(r"[\\`*_\[\]!|~&<>]|://|www\.")
_REFERENCES = re.compile(r"[@#]")
_ZERO_WIDTH_SPACE = "&#8203;"


def plain(text: str) -> str:
    """Without control characters, terminal codes and marks that change the direction of writing."""
    return "".join(f"\\u{ord(each):04x}" if unicodedata.category(each) in _INVISIBLE else each for each in text)


def markdown(text: str) -> str:
    """As text in Markdown and in HTML within it: no markup, no link that becomes one by itself, and no mention.

    Signs stand as character references, which mean the same in both. GitHub looks for mentions and references to
    issues in what is shown, so these are taken apart by a space that is not seen.
    """
    escaped = _MARKUP.sub(lambda found: "".join(f"&#{ord(each)};" for each in found[0]), plain(text))
    return _REFERENCES.sub(_apart, escaped)


def _apart(found: re.Match[str]) -> str:
    if found[0] == "#" and found.string[found.start() - 1 : found.start()] == "&":
        return "#"  # of a character reference
    return f"&#{ord(found[0])};{_ZERO_WIDTH_SPACE}"


def code(text: str) -> str:
    """The same as code."""
    return f"<code>{markdown(text)}</code>"


def sarif(text: str) -> str:
    """As a message of SARIF's, in which a text in brackets and a target in parentheses after it are a link."""
    return plain(text).replace("](", "] (")


def mermaid(text: str) -> str:
    """As a label in a Mermaid drawing: everything but letters, digits and a few harmless signs by its number."""
    return "".join(each if each.isalnum() or each in " -_/,." else f"#{ord(each)};" for each in plain(text))
