"""Sign users out of Amazon Cognito everywhere; deploy, review and prove the permission to do so."""
