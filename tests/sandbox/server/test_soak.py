"""Many calls of many kinds at once: nothing fails that is not meant to, and memory does not grow with them."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from signout.sandbox import runtime_env
from tests.sandbox.functions.deployments import package
from tests.support.sandbox import Sandbox, allow, code_of, error_of, policy, trust

THREADS = 8
CALLS = 2000
ROUNDS = 2
GROWTH_MB = 25
"""Of the second half of the calls; the first half is for what is loaded at first use."""

PASSWORD = "Correct-horse-1"


def test_soak(sandbox: Sandbox) -> None:
    """2,000 mixed calls from 8 threads, half of them in each round: each comes to what it must, memory stays flat."""
    shop = Shop(sandbox)
    memory = [_megabytes(sandbox)]
    for _ in range(ROUNDS):
        faults: Counter[str] = Counter()
        threads = [threading.Thread(target=shop.work, args=(seed, faults)) for seed in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == Counter()
        memory.append(_megabytes(sandbox))
    assert shop.made == CALLS
    assert memory[-1] - memory[-2] < GROWTH_MB, memory


class Shop:
    """A pool, a queue, a topic, a bucket, a function, a state machine and more, and what the threads do with them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        admin = sandbox.client("cognito-idp")
        self.pool = admin.create_user_pool(PoolName="soak")["UserPool"]
        self.client = admin.create_user_pool_client(
            UserPoolId=self.pool["Id"], ClientName="soak", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        for number in range(THREADS):
            admin.admin_create_user(UserPoolId=self.pool["Id"], Username=f"user{number}", MessageAction="SUPPRESS")
            admin.admin_set_user_password(
                UserPoolId=self.pool["Id"], Username=f"user{number}", Password=PASSWORD, Permanent=True
            )
        self.queue = sandbox.client("sqs").create_queue(QueueName="soak")["QueueUrl"]
        sandbox.client("logs").create_log_group(logGroupName="/soak")
        self.topic = sandbox.client("sns").create_topic(Name="soak")["TopicArn"]
        sandbox.client("s3").create_bucket(Bucket="soak")
        self.function = _function(sandbox)
        self.machine = _state_machine(sandbox, self.function)
        self.role = sandbox.role(allow("cognito-idp:AdminUserGlobalSignOut", self.pool["Arn"]), name="soak")
        self.caller = sandbox.user(
            allow(["cognito-idp:Admin*", "cognito-idp:ListUsers"], self.pool["Arn"]),
            allow(["sqs:*", "logs:DescribeLogStreams", "iam:*RolePolicy", "iam:TagRole", "sts:AssumeRole"]),
            allow(["sns:Publish", "lambda:InvokeFunction", "states:StartExecution"]),
            allow(["s3:PutObject", "s3:GetObject"], "arn:aws:s3:::soak/*"),
        )
        self.made = 0
        self._lock = threading.Lock()

    def work(self, seed: int, faults: Counter[str]) -> None:
        """One thread's share of a round."""
        choice = random.Random(seed)
        calls = [(call, expected) for call, expected in self._calls(f"user{seed}", seed) for _ in range(3)]
        for _ in range(CALLS // ROUNDS // THREADS):
            (service, operation, parameters, keys), expected = choice.choice(calls)
            client = self._sandbox.anonymous(service) if keys is None else self._sandbox.client(service, keys)
            code = code_of(error_of(client, operation, parameters))
            with self._lock:
                self.made += 1
                if code != expected:
                    faults[f"{operation}: {code}"] += 1

    def _calls(self, user: str, seed: int) -> list[tuple[tuple[str, str, dict[str, Any], Any], str | None]]:
        ann = {"UserPoolId": self.pool["Id"], "Username": user}
        caller, queue = self.caller, {"QueueUrl": self.queue}
        document = policy(allow("s3:GetObject", f"arn:aws:s3:::bucket-{seed}/*"))
        sign_in = {
            "ClientId": self.client,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": user, "PASSWORD": PASSWORD},
        }
        named = {"RoleName": "soak", "PolicyName": f"policy{seed}"}
        return [
            (("cognito-idp", "AdminGetUser", ann, caller), None),
            (("cognito-idp", "AdminUserGlobalSignOut", ann, caller), None),
            (("cognito-idp", "ListUsers", {"UserPoolId": self.pool["Id"]}, caller), None),
            (("cognito-idp", "DeleteUserPool", {"UserPoolId": self.pool["Id"]}, caller), "AccessDeniedException"),
            (("cognito-idp", "InitiateAuth", sign_in, None), None),
            (("cognito-idp", "GetUser", {"AccessToken": "e30.e30.e30"}, None), "NotAuthorizedException"),
            (("cognito-idp", "ListUserPools", {"MaxResults": 1}, None), "MissingAuthenticationTokenException"),
            (("sts", "AssumeRole", {"RoleArn": self.role, "RoleSessionName": user}, caller), None),
            (("sts", "GetCallerIdentity", {}, caller), None),
            (("sqs", "SendMessage", {**queue, "MessageBody": "m"}, caller), None),
            (("sqs", "GetQueueAttributes", queue, caller), None),
            (("sqs", "ReceiveMessage", queue, caller), None),
            (("logs", "DescribeLogStreams", {"logGroupName": "/soak"}, caller), None),
            (("logs", "DeleteLogGroup", {"logGroupName": "/soak"}, caller), "AccessDeniedException"),
            (("iam", "PutRolePolicy", {**named, "PolicyDocument": document}, caller), None),
            (("iam", "CreateUser", {"UserName": user}, caller), "AccessDenied"),
            (("s3", "PutObject", {"Bucket": "soak", "Key": user, "Body": b"m"}, caller), None),
            (("s3", "DeleteObject", {"Bucket": "soak", "Key": user}, caller), "AccessDenied"),
            (("sns", "Publish", {"TopicArn": self.topic, "Message": "m"}, caller), None),
            (("sns", "DeleteTopic", {"TopicArn": self.topic}, caller), "AuthorizationError"),
            (("lambda", "Invoke", {"FunctionName": self.function, "Payload": b"{}"}, caller), None),
            (("lambda", "DeleteFunction", {"FunctionName": self.function}, caller), "AccessDeniedException"),
            (("stepfunctions", "StartExecution", {"stateMachineArn": self.machine}, caller), None),
            (("kms", "CreateGrant", {"KeyId": "x"}, caller), "NotSimulated"),
        ]


def _function(sandbox: Sandbox) -> str:
    """The ARN of a function that answers with what it is given."""
    runtime_env.prepare(lambda _: None)
    return str(
        sandbox.client("lambda").create_function(
            FunctionName="soak",
            Runtime="python3.13",
            Handler="index.handle",
            Role=sandbox.role(trust=trust({"Service": "lambda.amazonaws.com"})),
            Code={"ZipFile": package("def handle(event, context):\n    return event\n")},
        )["FunctionArn"]
    )


def _state_machine(sandbox: Sandbox, function: str) -> str:
    """The ARN of a state machine that invokes the function."""
    role = sandbox.role(allow("lambda:InvokeFunction", function), trust=trust({"Service": "states.amazonaws.com"}))
    task = {"Type": "Task", "Resource": function, "End": True}
    definition = json.dumps({"StartAt": "Call", "States": {"Call": task}})
    made = sandbox.client("stepfunctions").create_state_machine(name="soak", definition=definition, roleArn=role)
    return str(made["stateMachineArn"])


def _megabytes(sandbox: Sandbox) -> float:
    """Memory that the server holds."""
    server = sandbox.folder.running()
    assert server is not None
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
