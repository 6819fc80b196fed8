"""moto carries out what was decided, and nothing else.

It works out operation and Region again, from places that the caller controls: a `&Action=` inside a JSON body,
`region/...` in the User-Agent. Here it is told instead. The account, which a header could set, is fixed by the server's
own environment.
"""

from __future__ import annotations

from typing import Any, Final

from moto.core.responses import BaseResponse

OPERATION: Final = "signout.operation"
REGION: Final = "signout.region"
PROTOCOL: Final = "signout.protocol"
CALLER: Final = "signout.caller"
"""Keys in the WSGI environment under which the decided request goes to moto."""

_setup = BaseResponse.setup_class
_action = BaseResponse._get_action
_region = BaseResponse.get_region_from_url


def _setup_class(self: Any, request: Any, *args: Any, **named: Any) -> None:
    """A body in JSON is no query string, and neither are the headers."""
    _setup(self, request, *args, **named)
    if request.environ.get(PROTOCOL) == "json":
        self.querystring.clear()


def _get_action(self: Any) -> str:
    environ = getattr(self, "normalized_request", None)
    pinned = environ.environ.get(OPERATION) if environ is not None else None
    return str(pinned) if pinned is not None else _action(self)


def _get_region_from_url(self: Any, request: Any, full_url: str) -> str:
    pinned = request.environ.get(REGION)
    return str(pinned) if pinned is not None else _region(self, request, full_url)


def install() -> None:
    """Take hold of moto; doing so twice changes nothing."""
    setattr(BaseResponse, "setup_class", _setup_class)  # noqa: B010
    setattr(BaseResponse, "_get_action", _get_action)  # noqa: B010
    setattr(BaseResponse, "get_region_from_url", _get_region_from_url)  # noqa: B010
