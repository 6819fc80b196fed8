"""Real boto3 against moto's server: corrected, and for the promises that a correction keeps also as moto comes.

A test marked `corrects` runs twice. On the corrected server it has to pass. On moto as it comes it has to fail, which
is what shows that the correction is needed; where it passes there, moto keeps the promise itself, and the test says so.
"""

import functools
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import boto3
import moto
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.utilities.utils import load_resource

SERVE = Path(__file__).with_name("serve.py")
PASSWORD = "Correct-horse-7"
FLOWS = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def pytest_configure(config):
    config.addinivalue_line("markers", "corrects: the promise that a correction keeps, and moto does not")


def pytest_generate_tests(metafunc):
    if "server" in metafunc.fixturenames:
        bare = ["moto as it comes"] if metafunc.definition.get_closest_marker("corrects") else []
        metafunc.parametrize("server", [*bare, "corrected"], indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    if not getattr(pyfuncitem.funcargs.get("server"), "is_bare", False):
        return (yield)
    try:
        yield
    except (Exception, pytest.fail.Exception) as broken:
        print(f"{type(broken).__name__}: {broken}")  # `pytest -rP` shows in what way each promise is broken.
        return True
    pytest.skip(f"moto {moto.__version__} keeps this promise itself; the correction may go")


class Server:
    """moto's server in its own process."""

    def __init__(self, *options):
        self.is_bare = not options
        self.process = subprocess.Popen([sys.executable, SERVE, *options], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        self.client = functools.cache(self._client)  # To make one takes longer than most calls.

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def _client(self, service, region="us-east-1", **settings):
        config = Config(retries={"total_max_attempts": 1}, **settings)
        keys = {"aws_access_key_id": "AKIATEST", "aws_secret_access_key": "secret"}
        return boto3.client(service, region_name=region, endpoint_url=self.url, config=config, **keys)

    def get(self, path):
        with urllib.request.urlopen(f"{self.url}{path}") as response:
            return json.load(response)

    def post(self, path, body=None):
        urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", json.dumps(body or {}).encode())).close()

    def set_clock(self, at=None, ahead=0):
        request = urllib.request.Request(f"{self.url}/test/clock", json.dumps({"at": at, "ahead": ahead}).encode())
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()


@pytest.fixture(scope="session")
def servers():
    """Servers by name, each started when it is first asked for."""
    options = {"moto as it comes": (), "corrected": ("--corrected",), "throttled": ("--corrected", "--throttle")}
    running = {}

    def start(name):
        if name not in running:
            running[name] = Server(*options[name])
        return running[name]

    yield start
    for server in running.values():
        server.stop()


@pytest.fixture
def server(request, servers):
    server = servers(request.param)
    yield server
    server.set_clock()


@pytest.fixture
def idp(server):
    """Cognito user pools."""
    return server.client("cognito-idp")


@pytest.fixture
def unchecked(server):
    """Cognito user pools by a client that checks no parameters, as not every client does."""
    return server.client("cognito-idp", parameter_validation=False)


@pytest.fixture
def unsigned(server):
    """Cognito user pools for an app, which has no AWS credentials."""
    return server.client("cognito-idp", signature_version=UNSIGNED)


class Pool:
    """A user pool with an app client, and how its users come and go."""

    def __init__(self, idp, **settings):
        self.idp = idp
        self.id = idp.create_user_pool(PoolName="pool", **settings)["UserPool"]["Id"]
        self.issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{self.id}"

    def add_client(self, **settings):
        settings = {"ClientName": "app", "ExplicitAuthFlows": FLOWS, **settings}
        return self.idp.create_user_pool_client(UserPoolId=self.id, **settings)["UserPoolClient"]["ClientId"]

    def add_user(self, name, **attributes):
        """A user who can sign in; the user's sub."""
        given = [{"Name": each, "Value": value} for each, value in attributes.items()]
        created = self.idp.admin_create_user(
            UserPoolId=self.id, Username=name, UserAttributes=given, MessageAction="SUPPRESS"
        )
        self.idp.admin_set_user_password(UserPoolId=self.id, Username=name, Password=PASSWORD, Permanent=True)
        return next(each["Value"] for each in created["User"]["Attributes"] if each["Name"] == "sub")

    def sign_in(self, client, name, password=PASSWORD):
        given = {"USERNAME": name, "PASSWORD": password}
        flow = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": given}
        return self.idp.admin_initiate_auth(UserPoolId=self.id, ClientId=client, **flow)["AuthenticationResult"]

    def refresh(self, client, tokens):
        given = {"REFRESH_TOKEN": tokens["RefreshToken"]}
        flow = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": given}
        return self.idp.initiate_auth(ClientId=client, **flow)["AuthenticationResult"]


@pytest.fixture
def make_pool(idp):
    """Make a user pool with these settings."""
    return lambda **settings: Pool(idp, **settings)


@pytest.fixture
def pool(make_pool):
    return make_pool()


@pytest.fixture
def app(pool):
    """An app client of the pool, by id."""
    return pool.add_client()


@pytest.fixture
def refused():
    """Make a call that has to be refused, and give the refusal's code and message."""

    def call(operation, /, **parameters):
        with pytest.raises(ClientError) as refusal:
            operation(**parameters)
        error = refusal.value.response["Error"]
        return error["Code"], error["Message"]

    return call


@pytest.fixture
def private_key():
    """The key that signs every pool's tokens, as a JSON web key."""
    return load_resource("cognitoidp/resources/jwks-private.json")
