"""policy_sentry: expand the actions of a policy."""

from policy_sentry.analysis.expand import get_expanded_policy
from timing import main

main(get_expanded_policy)
