"""cloudsplaining: scan a policy."""

from cloudsplaining.scan.policy_document import PolicyDocument
from timing import main


def scan(document):
    policy = PolicyDocument(document)
    return policy.allows_privilege_escalation, policy.credentials_exposure, policy.infrastructure_modification


main(scan)
