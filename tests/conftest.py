"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A busy machine must not fail a test: how long an example takes is for `make bench` to say.
# The ordinary run tries the same examples every time, so that a change fails for what it did; the long one searches on.
settings.register_profile("ordinary", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("long", settings.get_profile("ordinary"), derandomize=False, max_examples=2_000)
settings.load_profile("long" if os.environ.get("SIGNOUT_TESTS") == "long" else "ordinary")
