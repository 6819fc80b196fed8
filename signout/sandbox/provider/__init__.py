"""A Pulumi provider `aws` over boto3 for the resource types of the stack, at home on loopback only.

It speaks the provider protocol as the real AWS provider does (names, ids, replacement, secrets), so that the same
program, engine and policy pack run against the sandbox. What it does not carry out it refuses by name.
"""
