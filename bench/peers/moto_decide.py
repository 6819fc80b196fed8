"""moto: one decision."""

import json

from moto.iam.access_control import IAMPolicy
from timing import main

main(
    lambda policy: policy.is_action_permitted("s3:GetObject", "arn:aws:s3:::bucket/key"),
    lambda d: IAMPolicy(json.dumps(d)),
)
