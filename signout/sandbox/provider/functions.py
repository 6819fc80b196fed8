"""The functions that the stand-in provider answers: what a program asks of AWS without making anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from signout.sandbox.account import A_REGION, is_region
from signout.sandbox.provider.clients import Clients
from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.policy_document import policy_document
from signout.sandbox.provider.schema import Problem
from signout.sandbox.provider.types.caller import partition
from signout.sandbox.provider.types.cognito import USER_POOL
from signout.sandbox.provider.wire import Props


@dataclass(frozen=True, slots=True)
class Function:
    token: str
    answer: Callable[[Clients, Props], Props]
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()

    def faults(self, args: Props) -> list[Problem]:
        """Arguments that are missing or unknown."""
        takes = sorted(self.required | self.optional)
        missing = [Problem(name, "is required and missing") for name in sorted(self.required - args.keys())]
        return missing + [
            Problem(name, f"is no argument; expected {' or '.join(get_close_matches(name, takes, n=1) or takes)}")
            for name in sorted(args.keys() - self.required - self.optional)
        ]


def _caller(clients: Clients, args: Props) -> Props:
    found = clients.at()("sts").get_caller_identity()
    return {"accountId": found["Account"], "arn": found["Arn"], "id": found["Account"], "userId": found["UserId"]}


def _region(clients: Clients, args: Props) -> Props:
    region = args.get("region") or args.get("name") or clients.settings.region
    if not is_region(region):
        raise Failure(f"region is {region!r}; expected {A_REGION}")
    named = dict.fromkeys(("description", "id", "name", "region"), region)
    return named | {"endpoint": f"ec2.{region}.amazonaws.com"}


def _partition(clients: Clients, args: Props) -> Props:
    name = partition(clients.at())
    suffix = "amazonaws.com.cn" if name == "aws-cn" else "amazonaws.com"
    return {
        "dnsSuffix": suffix,
        "id": name,
        "partition": name,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def _user_pool(clients: Clients, args: Props) -> Props:
    id, region = args["userPoolId"], args.get("region")
    found = USER_POOL.read(clients.at(region), id, {}) or {}
    tags = found.get("tags", {})
    return {
        "accountRecoverySettings": _listed(found, "accountRecoverySetting"),
        "adminCreateUserConfigs": _listed(found, "adminCreateUserConfig"),
        "arn": found.get("arn"),
        "autoVerifiedAttributes": found.get("autoVerifiedAttributes", []),
        "creationDate": found.get("creationDate"),
        "customDomain": found.get("customDomain", ""),
        "deletionProtection": found.get("deletionProtection", "INACTIVE"),
        "deviceConfigurations": _listed(found, "deviceConfiguration"),
        "domain": found.get("domain", ""),
        "emailConfigurations": _listed(found, "emailConfiguration"),
        "estimatedNumberOfUsers": found.get("estimatedNumberOfUsers", 0),
        "id": id,
        "lambdaConfigs": _listed(found, "lambdaConfig"),
        "lastModifiedDate": found.get("lastModifiedDate"),
        "mfaConfiguration": found.get("mfaConfiguration", "OFF"),
        "name": found.get("name"),
        "region": region or clients.settings.region,
        "schemaAttributes": found.get("schemas", []),
        "smsAuthenticationMessage": found.get("smsAuthenticationMessage", ""),
        "smsConfigurationFailure": "",
        "smsVerificationMessage": found.get("smsVerificationMessage", ""),
        "tags": tags,
        "userPoolAddOns": _listed(found, "userPoolAddOns"),
        "userPoolId": id,
        "userPoolTags": tags,
        "usernameAttributes": found.get("usernameAttributes", []),
    }


def _service_quota(clients: Clients, args: Props) -> Props:
    region = args.get("region")
    found = clients.at(region)("service-quotas").get_service_quota(
        ServiceCode=args["serviceCode"], QuotaCode=args["quotaCode"]
    )["Quota"]
    return {
        "adjustable": found.get("Adjustable", False),
        "arn": found.get("QuotaArn"),
        "globalQuota": found.get("GlobalQuota", False),
        "id": found.get("QuotaArn"),
        "quotaCode": args["quotaCode"],
        "quotaName": found.get("QuotaName"),
        "region": region or clients.settings.region,
        "serviceCode": args["serviceCode"],
        "serviceName": found.get("ServiceName"),
        "usageMetrics": [],
        "value": found["Value"],
    }


def _listed(found: Props, name: str) -> list[Props]:
    return [found[name]] if found.get(name) else []


FUNCTIONS: Final[tuple[Function, ...]] = (
    Function("aws:index/getCallerIdentity:getCallerIdentity", _caller, optional=frozenset({"id"})),
    Function("aws:index/getRegion:getRegion", _region, optional=frozenset({"endpoint", "id", "name", "region"})),
    Function("aws:index/getPartition:getPartition", _partition, optional=frozenset({"id"})),
    Function(
        "aws:cognito/getUserPool:getUserPool",
        _user_pool,
        required=frozenset({"userPoolId"}),
        optional=frozenset({"region"}),
    ),
    Function(
        "aws:servicequotas/getServiceQuota:getServiceQuota",
        _service_quota,
        required=frozenset({"quotaCode", "serviceCode"}),
        optional=frozenset({"region"}),
    ),
    Function(
        "aws:iam/getPolicyDocument:getPolicyDocument",
        lambda clients, args: policy_document(args),
        optional=frozenset(
            {
                "overrideJson",
                "overridePolicyDocuments",
                "policyId",
                "sourceJson",
                "sourcePolicyDocuments",
                "statements",
                "version",
            }
        ),
    ),
)
