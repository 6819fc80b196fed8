"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A busy machine must not fail a test: how long an example takes is for `make bench` to say.
settings.register_profile("ordinary", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("ordinary"), max_examples=2_000)
settings.load_profile("long" if os.environ.get("SIGNOUT_TESTS") == "long" else "ordinary")
