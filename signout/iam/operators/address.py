"""IpAddress and NotIpAddress: single addresses and CIDR blocks, IPv4 and IPv6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from signout.iam.operators.base import NO_VARIABLES, BadValue, Family, Operator, Test, ValueOf, negate

if TYPE_CHECKING:  # ipaddress is loaded with the first address: few policies have one
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = IPv4Address | IPv6Address
    Block = IPv4Network | IPv6Network


@lru_cache(maxsize=4096)
def address(text: str) -> Address | None:
    """The text as an address; None where it is none. A zone such as `%eth0` is local to a machine: none either."""
    import ipaddress

    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


def block(text: str) -> Block | None:
    """The text as a block of addresses; bits beyond the prefix length do not count, as in IAM."""
    import ipaddress

    try:
        return None if "%" in text else ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AddressTest:
    """Blocks to look in; an address of the other family is in none of them."""

    blocks: tuple[Block, ...]

    @property
    def variables(self) -> frozenset[str]:
        return NO_VARIABLES

    def matches(self, have: str) -> bool:
        found = address(have)
        return found is not None and any(found in candidate for candidate in self.blocks)

    def bind(self, value_of: ValueOf) -> Test:
        return self


def _read(values: Sequence[str], variables: bool) -> Test:
    blocks = []
    for value in values:
        if (read := block(value)) is None:
            raise BadValue(value, 'an address or block such as "203.0.113.0/24" or "2001:db8::/32"')
        blocks.append(read)
    return AddressTest(tuple(blocks))


EQUALS = Operator("IpAddress", Family.ADDRESS, _read)
NOT_EQUALS = negate(EQUALS, "NotIpAddress")
