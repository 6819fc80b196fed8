"""One call while it is being answered: what is known of it so far, for the answer and for the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .calls import Record
from .faults import Fault
from .table import Service
from .wire import Wire

FAULT_VERDICTS: Final = {
    Fault.DENIED: "denied",
    Fault.NOT_SIMULATED: "not-simulated",
    Fault.INVALID: "invalid",
    Fault.FAILED: "failed",
}


@dataclass(slots=True)
class Exchange:
    """What is known so far of one call; it becomes the record."""

    now: datetime
    request_id: str
    who: str = "anonymous"
    action: str = "?"
    resource: str = ""
    region: str = ""
    verdict: str = "invalid"
    because: str = ""
    signed: bool = False
    service: Service | None = None
    model_name: str = ""
    """botocore's name for the service, as far as it is known."""
    wire: Wire | None = None

    def record(self, status: int) -> Record:
        """The record, once the answer is there."""
        time = self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Record(
            time,
            self.request_id,
            self.who,
            self.action,
            self.resource,
            self.region,
            self.verdict,
            self.because,
            self.signed,
            status,
        )
