"""What every mutant has to fail: the rows of decisions, of the operators' surface and of the parser.

Runs in a copy of the checkout. Reads mutants, one JSON object a line, and prints for each whether all rows pass. The
rows run in a fork of this process, which has loaded everything but the project: pytest itself takes most of a start.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

import pytest  # noqa: F401  loaded here for the forks

SECONDS, BYTES = 10, 4 << 30
"""Processor time and memory for all rows together, which take one; a mutant may well never end, or grow."""


def main() -> None:
    for line in sys.stdin:
        mutant = json.loads(line)
        file = Path(mutant["file"])
        original = file.read_text()
        file.write_text(mutant["code"])
        print(json.dumps(pass_in_a_fork()), flush=True)
        file.write_text(original)


def pass_in_a_fork() -> bool:
    """Do all rows pass with the project as it is on disk now?"""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    try:
        run()
    except BaseException as error:  # whatever a mutant leads to, pytest's own failures included
        print(f"{type(error).__name__}: {str(error)[:500]}", file=sys.stderr)
        os._exit(1)
    os._exit(0)


def run() -> None:
    """Every row, as a plain call."""
    import signout.iam
    from tests.iam import test_decisions, test_operators, test_parse

    assert Path(signout.iam.__file__).is_relative_to(Path.cwd()), "the rows are to run on the mutated copy"
    test_operators.test_the_table_is_whole()
    for surface in test_operators.SURFACE:
        test_operators.test_surface(*surface)
        if surface[1] in test_operators.TEXTS:
            test_operators.test_with_variables(surface[0])
        else:
            test_operators.test_without_variables(surface[0])
    for row in test_decisions.rows():
        test_decisions.test_decision(*row.values)
    for _, document, said in test_parse.FAULTS:
        test_parse.test_fault(document, said)
    for _, document in test_parse.ACCEPTED:
        test_parse.test_accepted(document)


if __name__ == "__main__":
    main()
