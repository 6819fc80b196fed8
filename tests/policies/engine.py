"""The pack on the real engine: programs that are previewed and deployed to a sandbox under it."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.sandbox.provider.deployment import Deployment

PACK = Path(__file__).parents[2] / "policies"
PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Found:
    """One finding, as the engine has it."""

    rule: str
    level: str
    name: str
    message: str


class Governed(Deployment):
    """A deployment under the policy pack."""

    def __init__(self, folder, target, program, pack=PACK):
        super().__init__(folder, target, program)
        self.pack = pack

    def governed(self, verb, *options, settings=None, **variables):
        """Runs `preview` or `up` under the pack; the run, and what the pack found."""
        given = ["--policy-pack", str(self.pack)]
        if settings is not None:
            path = self.folder / "settings.json"
            path.write_text(json.dumps(settings))
            given += ["--policy-pack-config", str(path)]
        yes = ["--yes"] if verb == "up" else []
        run = self.run(verb, *yes, "--event-log", str(self._log), *given, *options, **variables)
        return run, self._found()

    def exported(self):
        """The whole state, as `pulumi stack export` has it."""
        path = self.folder / "exported.json"
        self.run("stack", "export", "--file", str(path))
        return path.read_text()

    def _found(self):
        if not self._log.exists():
            return []
        events = [json.loads(line) for line in self._log.read_text().splitlines()]
        return [
            Found(
                each["policyName"],
                each["enforcementLevel"],
                each.get("resourceUrn", "").rpartition("::")[2],
                each["message"],
            )
            for event in events
            if (each := event.get("policyEvent"))
        ]


def mandatory(found):
    """The rules that stop the deployment."""
    return {each.rule for each in found if each.level == "mandatory"}
