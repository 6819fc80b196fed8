"""The corrections as a whole."""

from pathlib import Path

import moto
import pytest

from signout.sandbox import corrections
from signout.sandbox.corrections import CORRECTIONS, quotas

HERE = Path(__file__).parent
NAMES = [correction.__name__.rpartition(".")[2] for correction in (*CORRECTIONS, quotas)]
SHARED = {
    "__init__", "clients", "directory", "identity_pools", "logins", "refusals", "seams", "tokens",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if name != "quotas"])
def test_shown_needed(name):
    """Each correction has a test that fails on moto as it comes."""
    assert "@pytest.mark.corrects" in (HERE / f"test_{name}.py").read_text()


def test_all_applied():
    """Every file here is a correction that is applied, or shared by several."""
    files = {path.stem for path in Path(corrections.__file__).parent.glob("*.py")}

    assert files == {*NAMES, *SHARED}


def test_another_moto(monkeypatch):
    """Another version of moto is not corrected unseen."""
    monkeypatch.setattr(moto, "__version__", "5.2.6")

    with pytest.raises(corrections.WrongMoto, match=r"moto 5\.2\.6 is installed; .* Install moto==5\.2\.5"):
        corrections.apply()
