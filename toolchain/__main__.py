"""What `make setup` does once the virtual environment is there: the Pulumi command line, the functions' environment."""

import json
import sys

from signout.sandbox import engine, runtime_env, virtualenv
from toolchain import ways


def main() -> int:
    """Prints, as its last line on standard output, the files that have to stay in place, as a JSON list."""
    try:
        pulumi = ways.take(ways.WAYS, _say)
        engine.record(pulumi)
        functions = runtime_env.prepare(_say)
    except (engine.EngineMissing, virtualenv.InstallFailed) as error:
        _say(f"error: {error}")
        return 1
    print(json.dumps([str(pulumi.path), str(functions)]))
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
