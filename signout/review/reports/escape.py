"""Text from an input is only ever text: in a terminal, in Markdown, in a Mermaid drawing."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~@:/.-])")


def plain(text: str) -> str:
    """Without control characters, terminal codes and marks that change the direction of writing."""
    return "".join(
        f"\\u{ord(each):04x}" if unicodedata.category(each) in _INVISIBLE and each != "\n" else each for each in text
    ).replace("\n", "\\n")


def markdown(text: str) -> str:
    """As text in Markdown, without markup, HTML, mentions or links that become such by themselves."""
    escaped = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", escaped)


def code(text: str) -> str:
    """As code in a Markdown table or paragraph."""
    shown = plain(text)
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;")
    for each in "`*_[]@\\":
        escaped = escaped.replace(each, f"&#{ord(each)};")
    return f"<code>{escaped}</code>"


def mermaid(text: str) -> str:
    """As a label in a Mermaid drawing: everything but letters, digits and a few harmless signs by its number."""
    return "".join(each if each.isalnum() or each in " -_/,." else f"#{ord(each)};" for each in plain(text))
