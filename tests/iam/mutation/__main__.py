"""`python -m tests.iam.mutation [FILE...]`: prints the mutants that no row fails; ends with 1 if there are any."""

from __future__ import annotations

import sys

from tests.iam.mutation.run import FILES, run


def main(files: tuple[str, ...]) -> int:
    result = run(files)
    for name in result.survivors:
        print(f"no row fails: {name}")
    for name in result.outdated:
        print(f"listed as equivalent, but gone, or failed by a row: {name}")
    print(f"{result.mutants} mutants, {len(result.survivors)} survive, {len(result.outdated)} entries out of date")
    return 1 if result.survivors or result.outdated else 0


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:]) or FILES))
