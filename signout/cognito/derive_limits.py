"""From the API model to the limits of every request: types, lengths, ranges, patterns and allowed values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KEPT = ("type", "min", "max", "pattern", "enum", "required", "sensitive", "document")


def derive_limits(model: Mapping[str, Any]) -> dict[str, Any]:
    """The shapes that requests are made of, and the shape of each operation's request.

    ``{"operations": {name: shape}, "shapes": {name: {"type", "min", "max", "pattern", "enum", "sensitive",
    "required": [...], "members": {name: shape}, "member" | "key" | "value": shape}}}``; a limit that the model does not
    set is left out.
    """
    requests = {name: description["input"]["shape"] for name, description in sorted(model["operations"].items())}
    shapes: dict[str, Any] = {}
    open_names = sorted(set(requests.values()))
    while open_names:
        name = open_names.pop()
        if name in shapes:
            continue
        shapes[name] = _shape(model["shapes"][name])
        open_names.extend(_parts(shapes[name]))
    return {"operations": requests, "shapes": dict(sorted(shapes.items()))}


def _shape(shape: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: shape[key] for key in _KEPT if key in shape}
    if "members" in shape:
        kept["members"] = {name: member["shape"] for name, member in shape["members"].items()}
    kept |= {part: shape[part]["shape"] for part in ("member", "key", "value") if part in shape}
    return kept


def _parts(shape: Mapping[str, Any]) -> list[str]:
    return [*shape.get("members", {}).values(), *(shape[part] for part in ("member", "key", "value") if part in shape)]
