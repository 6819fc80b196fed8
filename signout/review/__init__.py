"""What does a change let anyone do that they could not do before?

A source (`sources`) reads a plan, a pair of states or of accounts, or policy files into two estates: before and after.
`assess` compares them; `reports` writes what was found. Nothing here calls AWS, or runs or fetches what an input names;
`sources.revision` asks git for the files of a revision.
"""
