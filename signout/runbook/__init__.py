"""What runs in Lambda: an order in, users signed out, an outcome for each of them out.

The folder is zipped alone under the name ``runbook``. It needs what Lambda's Python runtime brings, boto3 included, and
imports nothing else of this project.
"""
