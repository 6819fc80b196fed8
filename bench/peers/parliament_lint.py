"""parliament: lint a policy."""

import json

from parliament import analyze_policy_string
from timing import main

main(analyze_policy_string, json.dumps)
