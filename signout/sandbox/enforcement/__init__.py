"""Every call that reaches the sandbox: who makes it, what it asks for, whether IAM allows it, and the record of that.

wire         bytes to operation and parameters; what could be read in two ways is refused
signature    Signature Version 4, verified
callers      access key to user or role session, and their policies
table        operation to action, resources and condition keys; one file per service in services/
authorize    the checks that one call needs, put to signout.iam
faults       what a refusal is, and its form in each protocol
calls        the record of calls
backends     moto, which carries out what was let pass
application  the WSGI application that puts these in order
"""
