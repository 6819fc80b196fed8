"""Where a stack lives, as far as it can be told, and the ARNs that its resources have or are going to have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from signout.arns import Home, arn_to_be, found_in, home_told_by
from signout.arns import stand_in as stand_in_for
from signout.resource_types import DOCUMENTS, PERMISSION_SET
from signout.review.resource import Resource


def home_of(resources: Iterable[Resource]) -> Home:
    """From the ARNs that resources have, else from those that policy documents name."""
    listed = list(resources)
    return home_told_by(_own(listed), _named(listed))


def _own(resources: Iterable[Resource]) -> Iterator[re.Match[str]]:
    for resource in resources:
        yield from found_in(resource.text("arn") or "")


def _named(resources: Iterable[Resource]) -> Iterator[re.Match[str]]:
    for resource in resources:
        for place in DOCUMENTS.get(resource.type, ()):
            yield from found_in(str(resource.given(place.path.partition("[")[0])))


def name_of(resource: Resource) -> str:
    """The name that AWS knows it by; for one that AWS has yet to name, a stand-in."""
    return resource.text("name") or f"{resource.name}-{stand_in(resource)}"


def arn_of(resource: Resource, home: Home) -> str:
    """The ARN, known or to be; for a type without one here, its address.

    A part that AWS makes up, such as a new user pool's id, has a stand-in that is the same on both sides. A permission
    set goes by the role that is made of it.
    """
    if (arn := resource.text("arn")) and resource.type != PERMISSION_SET:
        return arn
    path, region = resource.text("path"), resource.text("region")
    made = arn_to_be(resource.type, home, name_of(resource), stand_in(resource), path=path, region=region)
    return made or resource.address


def stand_in(resource: Resource) -> str:
    """Letters and digits, as ids have, that no real id is."""
    return stand_in_for(resource.address)
