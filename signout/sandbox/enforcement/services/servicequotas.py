"""Service Quotas, as far as the stack asks it. Source: Service Authorization Reference, "Service Quotas"."""

from __future__ import annotations

from typing import Final

from ..table import Operation, Service, arn, by_name, parameter

QUOTA: Final = arn("servicequotas:{region}:{account}:{ServiceCode}/{QuotaCode}")

SERVICE: Final = Service(
    "servicequotas",
    by_name((Operation("GetServiceQuota", QUOTA, keys={"servicequotas:service": parameter("ServiceCode")}),)),
    model="service-quotas",
)
