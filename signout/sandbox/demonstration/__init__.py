"""A sign-out on real input, to be followed by a person: every line tells of a call that was made just then.

A step whose outcome is not what a truthful sign-out needs ends the demonstration with an error.
"""

from .expectations import DemonstrationFailed
from .people import prepare
from .steps import SETTINGS, Demonstration

__all__ = ["SETTINGS", "Demonstration", "DemonstrationFailed", "prepare"]
