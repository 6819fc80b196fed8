"""Facts of Amazon Cognito: what authorizes its operations, their limits, and what a sign-out ends and does not end."""
