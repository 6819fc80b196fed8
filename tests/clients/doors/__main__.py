"""Which clients can be tried here, after what the suite installs by itself is installed.

    python -m tests.clients.doors

A line for each that cannot, with the reason; exit code 1 if there is one.
"""

import sys

from tests.clients.doors.table import PROGRAMS

if __name__ == "__main__":
    reasons = [f"{door.name}: {why}" for door in PROGRAMS if (why := door.missing())]
    print("\n".join(reasons), end="\n" if reasons else "")
    sys.exit(1 if reasons else 0)
