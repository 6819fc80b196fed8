"""What happens to a resource of any type: from inputs to calls, and from the live state back to inputs.

Everything here is in plain values; what was secret is marked again by the caller.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from signout.sandbox.provider.check import DEFAULTS
from signout.sandbox.provider.clients import Aws, Clients
from signout.sandbox.provider.diff import Change, How, changes, is_empty, replaces
from signout.sandbox.provider.failure import Failure, Unsettled, is_absent, said
from signout.sandbox.provider.resource import Type, Update
from signout.sandbox.provider.schema import Schema, has_unknown, schema
from signout.sandbox.provider.wire import UNKNOWN, Props


@dataclass(frozen=True, slots=True)
class Difference:
    changes: tuple[Change, ...]
    replacing: tuple[Change, ...]
    """Those of the changes that need a replacement."""
    delete_first: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A live resource: its id, its state, and the inputs that a program would have it by."""

    id: str
    state: Props
    inputs: Props


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """One resource type at work through one set of clients."""

    type: Type
    clients: Clients

    def difference(self, live: Props, inputs: Props) -> Difference:
        found = tuple(self._changes(live, inputs))
        replacing = tuple(each for each in found if each.input == "region" or replaces(self.type, each))
        return Difference(found, replacing, bool(replacing) and self._goes_first(live, inputs))

    def _changes(self, live: Props, inputs: Props) -> list[Change]:
        found = changes(self.type, self._sent(inputs), self._with_all_tags(live))
        elsewhere = "region" in inputs and inputs["region"] != live.get("region")
        return [Change(("region",), How.UPDATE), *found] if elsewhere else found

    def _goes_first(self, live: Props, inputs: Props) -> bool:
        """Two resources cannot bear one name at a time; a name that the provider made is new with each replacement."""
        if self.type.delete_first or self.type.autoname is None:
            return self.type.delete_first
        name = self.type.autoname.property
        return name not in inputs.get(DEFAULTS, []) and inputs.get(name) == live.get(name)

    def preview(self, inputs: Props) -> Props:
        """The state that a creation would lead to, as far as it can be told."""
        unknown = dict.fromkeys(self._schema.computed | (self.type.chosen & self._schema.outputs), UNKNOWN)
        return unknown | self._completed(inputs)

    def preview_update(self, live: Props, inputs: Props) -> Props:
        gone = {name for name in self.type.carries if name not in inputs and name not in self.type.chosen}
        moved = self.type.moves(self._update(live, inputs))
        left = {name: value for name, value in live.items() if name not in gone}
        return left | self._completed(inputs) | dict.fromkeys(moved, UNKNOWN)

    def create(self, inputs: Props) -> tuple[str, Props]:
        """The id and the state. Raises Unsettled when the resource is there and a later step failed."""
        sent, aws = self._sent(inputs), self._at(inputs)
        id = self.type.create(aws, sent)
        if self.type.settle:
            try:
                self.type.settle(aws, id, sent)
            except Exception as error:  # whatever it was, the engine has to know the resource
                raise Unsettled(said(error), id, self._completed(inputs)) from error
        return id, self._confirmed(id, inputs)

    def update(self, id: str, live: Props, inputs: Props) -> Props:
        """The new state. Raises Unsettled when AWS does not have what it took."""
        if self.type.update is None:
            raise Failure("nothing of it can be changed in place")
        self.type.update(self._at(live), id, self._update(live, inputs))
        return self._confirmed(id, inputs)

    def _update(self, live: Props, inputs: Props) -> Update:
        old, new = self._with_all_tags(live), self._sent(inputs)
        changed = frozenset(change.input for change in self._changes(live, inputs))
        chosen = {name: old[name] for name in self.type.chosen if name in old and name not in new}
        return Update(old=old, new=new, changed=changed, chosen=chosen)

    def _confirmed(self, id: str, inputs: Props) -> Props:
        """The live state, having made sure that it is what was asked for: nothing is to be dropped in silence."""
        try:
            live = self._live(id, self._completed(inputs))
        except ClientError as error:
            raise Unsettled(said(error), id, self._completed(inputs)) from error
        if live is None:
            raise Unsettled("AWS accepted it, and has no such resource", id, self._completed(inputs))
        lacking = self._changes(live, inputs)
        if lacking:
            told = "; ".join(f"{each} is {_at(live, each.path)!r}, not {_at(inputs, each.path)!r}" for each in lacking)
            raise Unsettled(f"AWS accepted the settings and does not have them: {told}", id, live)
        return live

    def read(self, id: str, known: Props, inputs: Props) -> Found | None:
        """The resource as it is; None if it is gone. At an import, with no inputs yet, they are all that is set."""
        try:
            if not known:
                id, known = self.type.identify(self.clients.at(), id)
            live = self._live(id, known)
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        if live is None:
            return None
        if inputs:
            drifted = changes(self.type, inputs, live)
            return Found(id, live, _patched(inputs, live, drifted))
        found = {name: live[name] for name in self.type.carries if not is_empty(live.get(name))}
        return Found(id, live, {name: value for name, value in found.items() if name not in self.type.chosen})

    def delete(self, id: str, live: Props) -> None:
        try:
            self.type.delete(self._at(live), id, live)
        except ClientError as error:
            if not is_absent(error):
                raise

    def _live(self, id: str, known: Props) -> Props | None:
        answer = self.type.read(self._at(known), id, known)
        if answer is None:
            return None
        kept = {name: known[name] for name in self.type.kept if name in known}
        live = self._tagged(kept | {name: value for name, value in answer.items() if value is not None}, known)
        for name in live.keys() & known.keys() & set(self.type.carries):
            if isinstance(live[name], (str, list)) and not changes(self.type, {name: known[name]}, {name: live[name]}):
                live[name] = known[name]  # it says the same in the program's own words
        if "region" in self._schema.outputs:
            live["region"] = known.get("region") or self.clients.settings.region
        return live

    def _tagged(self, live: Props, known: Props) -> Props:
        """Splits the tags as Pulumi does: `tags` are those of the resource, `tagsAll` has those of the provider too."""
        if not self._has_tags:
            return live
        every = {key: value for key, value in live.get("tags", {}).items() if not key.startswith("aws:")}
        default, own = self.clients.settings.default_tags, known.get("tags", {})
        tags = {key: value for key, value in every.items() if key in own or default.get(key) != value}
        return live | {"tags": tags, "tagsAll": every}

    def _sent(self, inputs: Props) -> Props:
        """The inputs as AWS gets them: with the provider's tags, without the notes of Pulumi's."""
        sent = {name: value for name, value in inputs.items() if not name.startswith("__")}
        return sent | {"tags": self._all_tags(inputs)} if self._has_tags else sent

    def _with_all_tags(self, live: Props) -> Props:
        return live | {"tags": live["tagsAll"]} if "tagsAll" in live else live

    def _all_tags(self, inputs: Props) -> Any:
        own = inputs.get("tags", {})
        return UNKNOWN if own is UNKNOWN else {**self.clients.settings.default_tags, **own}

    def _completed(self, inputs: Props) -> Props:
        """The state as far as the inputs tell it."""
        state = {name: value for name, value in inputs.items() if not name.startswith("__")}
        if self._has_tags:
            state["tagsAll"] = UNKNOWN if has_unknown(self._all_tags(inputs)) else self._all_tags(inputs)
        if "region" in self._schema.outputs:
            state.setdefault("region", self.clients.settings.region)
        return state

    def _at(self, props: Props) -> Aws:
        return self.clients.at(props.get("region"))

    @property
    def _has_tags(self) -> bool:
        return "tagsAll" in self._schema.outputs

    @property
    def _schema(self) -> Schema:
        return schema(self.type.token)


def _patched(props: Props, source: Props, changed: Iterable[Change]) -> Props:
    """The properties with those that changed as the source has them."""
    result = copy.deepcopy(props)
    for change in changed:
        inner: Any = result
        for part in change.path[:-1]:
            inner = inner.setdefault(part, {})
        value = _at(source, change.path)
        if value is None:
            inner.pop(change.path[-1], None)
        else:
            inner[change.path[-1]] = value
    return result


def _at(props: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        props = props.get(part) if isinstance(props, dict) else None
    return props
