"""AWS on this machine: moto behind enforcement that asks `signout.iam`, on 127.0.0.1 only.

What cannot be done truthfully is refused, saying so. This is no security boundary: it tells the truth about what AWS
would allow, and protects nobody from code that runs on the same machine.
"""
