"""The IAM policy language: parse, match, decide, compare, prove.

    policy = parse(text, origin="role/runbook")
    decision = decide(Request(principal, action, resource), Layers(identity=(policy,)))

    from signout.iam.compare import compare, within     # what one policy allows that another does not
    from signout.iam.who_can import who_can             # over a whole account, through roles

Every question about permission in this project is put to this package. What takes long to load has a module of its own.
"""

from signout.iam.decide import decide, verdict
from signout.iam.decision import Decision, Effect, Example, Layer, Reason
from signout.iam.errors import IamError, PolicyError, PolicyWarning, RequestError
from signout.iam.layers import Layers
from signout.iam.parse import parse
from signout.iam.policy import Kind, Policy
from signout.iam.request import Request

__all__ = [
    "Decision",
    "Effect",
    "Example",
    "IamError",
    "Kind",
    "Layer",
    "Layers",
    "Policy",
    "PolicyError",
    "PolicyWarning",
    "Reason",
    "Request",
    "RequestError",
    "decide",
    "parse",
    "verdict",
]
