"""moto's application of each service, made at the first call to it.

moto's own dispatcher looks for the service anew with every request, in a list of folders: a third of its time.
"""

from __future__ import annotations

import threading
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from ..account import DEFAULT_REGION
from .faults import Answer
from .wire import Environ


class Backends:
    """Has moto carry out requests, by the signing name of their service."""

    def __init__(self) -> None:
        self._dispatcher: Any = DomainDispatcherApplication(create_backend_app)
        self._applications: dict[str, Any] = {}
        self._lock = threading.Lock()

    def carry_out(self, signing_name: str, environ: Environ) -> Answer:
        """The answer of the service to a request."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        body = self._application(signing_name)(
            environ, lambda status, headers, *rest: started.append((status, headers))
        )
        try:
            content = b"".join(body)
        finally:
            if hasattr(body, "close"):
                body.close()
        status, headers = started[-1]
        return Answer(int(status.partition(" ")[0]), tuple(headers), content)

    def _application(self, signing_name: str) -> Any:
        if signing_name not in self._applications:
            with self._lock:
                if signing_name not in self._applications:
                    self._applications[signing_name] = create_backend_app(self._named(signing_name))
        return self._applications[signing_name]

    def _named(self, signing_name: str) -> Any:
        """moto's name for the service, by the host under which AWS has it."""
        return self._dispatcher.get_backend_for_host(f"{signing_name}.{DEFAULT_REGION}.amazonaws.com")
