"""Every client that is tried."""

from tests.clients.doors import aws_cli
from tests.clients.doors.boto import Boto3
from tests.clients.doors.door import Door
from tests.clients.doors.javascript import JavaScript
from tests.clients.doors.r_curl import RCurl
from tests.clients.doors.raw_api import RawApi

AT_HAND: tuple[Door, ...] = (RawApi(), Boto3())
"""What the project itself brings."""
PROGRAMS: tuple[Door, ...] = (aws_cli.V1, aws_cli.V2, RCurl(), JavaScript())
"""What is installed, or found, for these tests alone."""
