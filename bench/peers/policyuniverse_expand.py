"""policyuniverse: expand the actions of a policy."""

import copy

from policyuniverse.expander_minimizer import expand_policy
from timing import main

main(lambda document: expand_policy(copy.deepcopy(document)))
