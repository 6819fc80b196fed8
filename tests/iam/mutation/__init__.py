"""Mutation testing: each small change to an operator has to fail a row of the decision tables, or one of the parser's.

`python -m tests.iam.mutation [FILE...]` tries every change, in copies of the checkout, and prints those that nothing
noticed. `equivalent.toml` lists the ones that change nothing anybody could notice, with the reason.
"""
