"""Values that stand for all others: whatever a condition key has, the policies in sight decide it like one of these.

One module a kind of value; `keys` puts them together for one key and everything that reads it.
"""
