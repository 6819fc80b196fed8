"""IP addresses: two lines, one a family, cut where a block begins and after it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signout.iam.operators.address import Block

BITS = {4: 32, 6: 128}

EXAMPLES = {4: ("203.0.113.10", "198.51.100.10"), 6: ("2001:db8::10",)}
"""Addresses set aside for examples: where they stand for others, they do so plainly."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Addresses of one family, from first to last."""

    version: int
    first: int
    last: int


def stretches(blocks: Iterable[Block]) -> list[Stretch]:
    """Both families, each cut so that every stretch lies in a block as a whole or not at all; with examples first."""
    cuts = {version: {0, 1 << bits} for version, bits in BITS.items()}
    for block in blocks:
        cuts[block.version] |= {int(block.network_address), int(block.broadcast_address) + 1}
    found = [
        Stretch(version, first, after - 1)
        for version, places in cuts.items()
        for first, after in pairwise(sorted(places))
    ]
    return sorted(found, key=lambda stretch: not _examples(stretch))


def _examples(stretch: Stretch) -> list[str]:
    """The addresses set aside for examples that are in the stretch."""
    import ipaddress

    examples = EXAMPLES[stretch.version]
    return [text for text in examples if stretch.first <= int(ipaddress.ip_address(text)) <= stretch.last]


def addresses(stretch: Stretch) -> Iterator[str]:
    """Texts of addresses in the stretch: each in its usual form, then those of IPv6 in two others of theirs."""
    import ipaddress

    make = ipaddress.IPv4Address if stretch.version == 4 else ipaddress.IPv6Address
    places = range(stretch.first, stretch.last + 1)
    yield from _examples(stretch)
    for place in places:
        yield str(make(place))
    if stretch.version == 6:
        for place in places:
            exploded = make(place).exploded
            yield from (exploded, exploded.upper())
