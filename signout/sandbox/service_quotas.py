"""Service Quotas tells the limits that the sandbox itself keeps; moto knows those of VPC only.

Source: Lambda Developer Guide, "Lambda quotas".
"""

from __future__ import annotations

from functools import partialmethod
from typing import Final

from moto.core.responses import ActionResult
from moto.servicequotas.responses import ServiceQuotasResponse

from .account import ACCOUNT, PARTITION
from .enforcement.faults import Fault, Refusal

CONCURRENT_EXECUTIONS: Final = ("lambda", "L-B99A9384")
"""The codes of service and quota."""


def install(account_concurrency: int) -> None:
    """Answer GetServiceQuota here, with the limit that the function host keeps."""
    answer = partialmethod(_get_service_quota, account_concurrency)
    setattr(ServiceQuotasResponse, "get_service_quota", answer)  # noqa: B010


def _get_service_quota(self: ServiceQuotasResponse, account_concurrency: int) -> ActionResult:
    service, quota = str(self._get_param("ServiceCode")), str(self._get_param("QuotaCode"))
    if (service, quota) != CONCURRENT_EXECUTIONS:
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox does not keep the quota {quota[:40]} of {service[:40]}.")
    return ActionResult(
        {
            "Quota": {
                "ServiceCode": service,
                "ServiceName": "AWS Lambda",
                "QuotaArn": f"arn:{PARTITION}:servicequotas:{self.region}:{ACCOUNT}:{service}/{quota}",
                "QuotaCode": quota,
                "QuotaName": "Concurrent executions",
                "Value": float(account_concurrency),
                "Unit": "None",
                "Adjustable": True,
                "GlobalQuota": False,
            }
        }
    )
