"""GlobalSignOut needs no IAM, and AdminUserGlobalSignOut does: by the model, on the wire, and in deed."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

from signout.cognito.operations import Credential, Governed, operation
from signout.iam import Effect, Layers, Request, decide, parse
from tests.support.sandbox import allow, code_of, deny, error_of

POOL_ARN = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI"
SOMEBODY = "arn:aws:iam::123456789012:role/somebody"


class TestByTheModel:
    """What AWS publishes about its API."""

    @pytest.mark.parametrize(("name", "signed"), [("GlobalSignOut", False), ("AdminUserGlobalSignOut", True)])
    def test_botocore(self, name, signed):
        """The API model has AdminUserGlobalSignOut signed with AWS credentials, and GlobalSignOut not."""
        model = botocore.session.get_session().get_service_model("cognito-idp").operation_model(name)

        assert (model.auth_type != "none") is signed

    def test_what_authorizes(self):
        """The user's own access token authorizes GlobalSignOut; IAM policies decide on AdminUserGlobalSignOut."""
        own, others = operation("cognito-idp:GlobalSignOut"), operation("cognito-idp:AdminUserGlobalSignOut")

        assert (own.authorized_by, own.governed) == ((Credential.ACCESS_TOKEN,), Governed.NOT_IAM)
        assert (others.authorized_by, others.governed) == ((Credential.IAM,), Governed.IAM)

    @pytest.mark.parametrize(
        ("statement", "own", "others"),
        [
            (allow("cognito-idp:*", POOL_ARN), Effect.NOT_IAM, Effect.ALLOWED),
            (allow("cognito-idp:GlobalSignOut"), Effect.NOT_IAM, Effect.IMPLICITLY_DENIED),
            (allow("cognito-idp:AdminUserGlobalSignOut", POOL_ARN), Effect.NOT_IAM, Effect.ALLOWED),
            (deny("*"), Effect.NOT_IAM, Effect.EXPLICITLY_DENIED),
        ],
        ids=["all of Cognito", "GlobalSignOut only", "AdminUserGlobalSignOut only", "everything denied"],
    )
    def test_policies(self, statement, own, others):
        """No identity policy makes a difference to GlobalSignOut; every one does to AdminUserGlobalSignOut."""
        layers = Layers(identity=(parse({"Version": "2012-10-17", "Statement": [statement]}),))

        def effect(action):
            return decide(Request(SOMEBODY, action, POOL_ARN), layers).effect

        assert effect("cognito-idp:GlobalSignOut") is own
        assert effect("cognito-idp:AdminUserGlobalSignOut") is others


@pytest.fixture
def recorder():
    """A server that answers everything with {} and keeps what it was sent."""

    class Recorder(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append((self.headers["X-Amz-Target"].partition(".")[2], dict(self.headers)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({}).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Recorder)
    server.requests = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(recorder, monkeypatch):
    """Makes a client of boto3's, with an access key or without any."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def make(key=None):
        return boto3.session.Session(key, key, region_name="us-east-1").client(
            "cognito-idp",
            endpoint_url=f"http://127.0.0.1:{recorder.server_port}",
            config=Config(retries={"total_max_attempts": 1}),
        )

    return make


ORDER = {"UserPoolId": "us-east-1_AbCdEfGhI", "Username": "ann"}


class TestOnTheWire:
    """What the SDK sends."""

    @pytest.mark.parametrize("key", [None, "AKIDEXAMPLE"], ids=["without credentials", "with credentials"])
    def test_global_sign_out(self, recorder, client, key):
        """GlobalSignOut is sent without a signature, even by somebody who could sign it."""
        client(key).global_sign_out(AccessToken="token")

        ((sent, headers),) = recorder.requests
        assert sent == "GlobalSignOut"
        assert "Authorization" not in headers

    def test_admin_user_global_sign_out(self, recorder, client):
        """AdminUserGlobalSignOut is sent with a signature."""
        client("AKIDEXAMPLE").admin_user_global_sign_out(**ORDER)

        ((sent, headers),) = recorder.requests
        assert sent == "AdminUserGlobalSignOut"
        assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")

    def test_without_credentials(self, recorder, client):
        """Without credentials there is no sending it at all."""
        with pytest.raises(NoCredentialsError):
            client().admin_user_global_sign_out(**ORDER)

        assert recorder.requests == []


PASSWORD = "Correct-Horse-9"


@pytest.fixture(scope="module")
def pool(sandbox):
    """A pool with users who can sign in."""
    idp = sandbox.client("cognito-idp")
    made = idp.create_user_pool(PoolName="needs-iam")["UserPool"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = idp.create_user_pool_client(UserPoolId=made["Id"], ClientName="app", ExplicitAuthFlows=flows)
    for name in ("ann", "ben"):
        idp.admin_create_user(UserPoolId=made["Id"], Username=name, MessageAction="SUPPRESS")
        idp.admin_set_user_password(UserPoolId=made["Id"], Username=name, Password=PASSWORD, Permanent=True)
    return {"id": made["Id"], "arn": made["Arn"], "client": client["UserPoolClient"]["ClientId"]}


@pytest.fixture
def sign_in(sandbox, pool):
    """Signs a user in; gives the access token."""

    def tokens(name):
        given = {"USERNAME": name, "PASSWORD": PASSWORD}
        answer = sandbox.anonymous().initiate_auth(
            ClientId=pool["client"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
        )
        return answer["AuthenticationResult"]["AccessToken"]

    return tokens


def accepted(sandbox, token):
    """Does Cognito still accept the token?"""
    error = error_of(sandbox.anonymous(), "GetUser", {"AccessToken": token})
    return error is None or "revoked" not in str(error)


class TestInDeed:
    """What the sandbox lets through, which asks the same engine as the policy pack."""

    def test_global_sign_out(self, sandbox, sign_in):
        """A user signs out everywhere with nothing but the own access token."""
        token = sign_in("ann")

        sandbox.anonymous().global_sign_out(AccessToken=token)

        assert not accepted(sandbox, token)

    def test_global_sign_out_denied_by_a_policy(self, sandbox, sign_in):
        """Whoever is denied everything by a policy can still do it: the policy has no say in it."""
        token = sign_in("ann")

        sandbox.client("cognito-idp", sandbox.user(deny("*"))).global_sign_out(AccessToken=token)

        assert not accepted(sandbox, token)

    @pytest.mark.parametrize(
        "statements",
        [[], [allow("cognito-idp:GlobalSignOut")], [allow("cognito-idp:AdminUserGlobalSignOut", POOL_ARN)]],
        ids=["without a policy", "with a grant of GlobalSignOut", "with a grant on another pool"],
    )
    def test_admin_user_global_sign_out_refused(self, sandbox, pool, sign_in, statements):
        """Without a grant on the pool nobody signs a user out; a grant of GlobalSignOut is none."""
        token = sign_in("ben")

        somebody = sandbox.client("cognito-idp", sandbox.user(*statements))
        order = {"UserPoolId": pool["id"], "Username": "ben"}

        assert code_of(error_of(somebody, "AdminUserGlobalSignOut", order)) == "AccessDeniedException"
        assert accepted(sandbox, token)

    def test_admin_user_global_sign_out_allowed(self, sandbox, pool, sign_in):
        """With that one grant, on that one pool, it works, and nothing else does."""
        token = sign_in("ben")
        grant = allow("cognito-idp:AdminUserGlobalSignOut", pool["arn"])
        operator = sandbox.client("cognito-idp", sandbox.user(grant))

        operator.admin_user_global_sign_out(UserPoolId=pool["id"], Username="ben")

        assert not accepted(sandbox, token)
        read = error_of(operator, "AdminGetUser", {"UserPoolId": pool["id"], "Username": "ben"})
        assert code_of(read) == "AccessDeniedException"
