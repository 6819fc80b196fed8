"""Writes policies/lambda_runtimes.json from the data that cfn-lint carries.

python -m tests.policies.derive_lambda_runtimes
"""

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

STORED = Path(__file__).parents[2] / "policies" / "lambda_runtimes.json"


def text():
    """The stored file's text: the day on which the support of each runtime ends."""
    data = (files("cfnlint.data") / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json").read_text(encoding="utf-8")
    ends = {runtime: each["deprecated"] for runtime, each in sorted(json.loads(data).items())}
    return json.dumps({"source": f"cfn-lint {version('cfn-lint')}", "supportEnds": ends}, indent=1) + "\n"


if __name__ == "__main__":
    STORED.write_text(text(), encoding="utf-8")
