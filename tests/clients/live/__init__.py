"""The same suite against an account of AWS's, by `make test-aws`."""
