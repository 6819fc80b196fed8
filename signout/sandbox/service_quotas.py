"""Service Quotas tells the limits that the sandbox itself keeps; moto knows those of VPC only.

Source: Lambda Developer Guide, "Lambda quotas".
"""

from __future__ import annotations

from typing import Final

from moto.core.responses import ActionResult
from moto.servicequotas.responses import ServiceQuotasResponse

from .account import ACCOUNT, PARTITION
from .enforcement.faults import Fault, Refusal
from .functions.concurrency import DEFAULT_ACCOUNT_LIMIT

QUOTAS: Final = {("lambda", "L-B99A9384"): ("AWS Lambda", "Concurrent executions", float(DEFAULT_ACCOUNT_LIMIT))}
"""By the codes of service and quota: the names of both, and the value."""


def install() -> None:
    """Answer GetServiceQuota here; doing so twice changes nothing."""
    setattr(ServiceQuotasResponse, "get_service_quota", _get_service_quota)  # noqa: B010


def _get_service_quota(self: ServiceQuotasResponse) -> ActionResult:
    service, quota = str(self._get_param("ServiceCode")), str(self._get_param("QuotaCode"))
    if (service, quota) not in QUOTAS:
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox does not keep the quota {quota[:40]} of {service[:40]}.")
    service_name, quota_name, value = QUOTAS[service, quota]
    return ActionResult(
        {
            "Quota": {
                "ServiceCode": service,
                "ServiceName": service_name,
                "QuotaArn": f"arn:{PARTITION}:servicequotas:{self.region}:{ACCOUNT}:{service}/{quota}",
                "QuotaCode": quota,
                "QuotaName": quota_name,
                "Value": value,
                "Unit": "None",
                "Adjustable": True,
                "GlobalQuota": False,
            }
        }
    )
