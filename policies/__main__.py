"""What Pulumi starts, as `python -m pulumi.policy <address> <this folder>`.

The folder is then no package, and its own name differs: `policies` in the repository, `signout_policies` in the wheel.
So it is loaded from where it is, under the one name that collides with nobody's.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

NAME = "signout_policies"


def load(folder: Path) -> None:
    """Makes the folder importable as the package NAME."""
    spec = spec_from_file_location(NAME, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} is no package")
    package = sys.modules[NAME] = module_from_spec(spec)
    spec.loader.exec_module(package)


if __name__ == "__main__":
    load(Path(__file__).resolve().parent)
    pack = import_module(f"{NAME}.pack")
    import_module(f"{NAME}.analyzer").serve(pack.NAME, pack.DESCRIPTION, pack.RULES)
