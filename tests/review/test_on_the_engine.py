"""From the program to the finding: deployed, changed, previewed by the engine and reviewed, all in this test."""

from signout.sandbox.engine import Target
from tests.review.record_plans import PROGRAM, preview
from tests.review.reviewing import reported, written
from tests.review.test_plans import FOUND
from tests.sandbox.provider.deployment import Deployment
from tests.support.sandbox import REGION


def test_a_change_is_found(tmp_path, sandbox):
    """The engine that is installed writes previews in which the same is found as in the recorded ones."""
    keys = sandbox.administrator
    (tmp_path / "stack").mkdir()
    target = Target(sandbox.endpoint, keys.access_key_id, keys.secret_access_key, REGION)
    deployment = Deployment(tmp_path / "stack", target, PROGRAM)
    deployed = deployment.run("up", "--yes", "--skip-preview")
    assert deployed.code == 0, deployed.output

    for change in ("unchanged", "managed-policy-widened"):
        plan = written(tmp_path, f"{change}.json", preview(deployment, change).encode())
        _, report = reported(plan)
        assert [each["rule"] for each in report["findings"]] == FOUND[change]
        assert report["reviewed"] == "a Pulumi preview"
