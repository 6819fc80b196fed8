"""moto deploys a state machine whose states lead nowhere, and lets it fail when it runs; Step Functions does not.

Source: Step Functions Developer Guide, "Transitions in Step Functions state machines"; the messages as seen there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_TERMINAL = frozenset({"Succeed", "Fail"})


def faults(program: Any, where: str = "") -> list[str]:
    """What is wrong with the transitions of a program and of those within it, in Step Functions' words."""
    if not isinstance(program, Mapping) or not isinstance(program.get("States"), Mapping):
        return [] if where else [f"SCHEMA_VALIDATION_FAILED: States is missing or is no object at {where or '/'}"]
    states = program["States"]
    found = [*_targets_missing(program, states, where), *_unreachable(program, states, where)]
    for name, state in states.items():
        place = f"{where}/States/{name}"
        found += _ending_missing(state, place)
        for field, inner in programs_within(state):
            found += faults(inner, f"{place}/{field}")
    return found


def programs_within(state: Any) -> Iterator[tuple[str, Any]]:
    """The programs of a Map or Parallel state, each with its place in it."""
    if not isinstance(state, Mapping):
        return
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            yield field, state[field]
    for number, branch in enumerate(state.get("Branches") or ()):
        yield f"Branches/{number}", branch


def _targets_missing(program: Mapping[str, Any], states: Mapping[str, Any], where: str) -> Iterator[str]:
    start = program.get("StartAt")
    if start not in states:
        yield f"MISSING_TRANSITION_TARGET: Missing 'StartAt' target: {start} at {where}/StartAt"
    for name, state in states.items():
        for field, target in _targets(state):
            if target not in states:
                kind = field.rpartition("/")[2]
                yield f"MISSING_TRANSITION_TARGET: Missing '{kind}' target: {target} at {where}/States/{name}/{field}"


def _unreachable(program: Mapping[str, Any], states: Mapping[str, Any], where: str) -> Iterator[str]:
    reached: set[Any] = set()
    waiting: list[Any] = [program.get("StartAt")]
    while waiting:
        name = waiting.pop()
        if name in states and name not in reached:
            reached.add(name)
            waiting += [target for _, target in _targets(states[name])]
    for name in states:
        if name not in reached:
            yield f'MISSING_TRANSITION_TARGET: State "{name}" is not reachable. at {where}/States/{name}'


def _ending_missing(state: Any, place: str) -> Iterator[str]:
    if not isinstance(state, Mapping) or state.get("Type") in _TERMINAL or state.get("Type") == "Choice":
        return
    if ("Next" in state) == (state.get("End") is True):
        yield f"SCHEMA_VALIDATION_FAILED: Exactly one of Next and End is required at {place}"


def _targets(state: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(state, Mapping):
        return
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for group in ("Choices", "Catch"):
        for number, rule in enumerate(state.get(group) or ()):
            if isinstance(rule, Mapping) and "Next" in rule:
                yield f"{group}[{number}]/Next", rule["Next"]
