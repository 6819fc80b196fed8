"""Cognito answers one call at a time."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from moto.core.responses import BaseResponse

from signout.sandbox.corrections import one_at_a_time
from signout.sandbox.corrections.seams import extend


def most_at_once(corrected):
    """How many of two calls are being answered at the same time, at most."""
    both, most, inside = threading.Barrier(2), [], []
    patience = 0.05 if corrected else 60  # The first call waits for the second, which comes only if it may.

    class Responses(BaseResponse):
        def call_action(self):
            inside.append(self)
            most.append(len(inside))
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(timeout=patience)
            inside.remove(self)
            return 200, {}, ""

    if corrected:
        extend(Responses, "call_action", one_at_a_time.take_turns)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: Responses("cognito-idp").call_action(), range(2)))
    return max(most)


@pytest.mark.parametrize(("corrected", "most"), [(False, 2), (True, 1)])
def test_turns(corrected, most):
    """Two calls that would be answered together wait for each other."""
    assert most == most_at_once(corrected)


@pytest.mark.corrects
def test_one_wins(pool, server, refused):
    """Of eight devices that rotate one refresh token at once, one gets the new token."""
    pool.add_user("ana")
    client = pool.add_client(RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0})
    token = pool.sign_in(client, "ana")["RefreshToken"]
    idp = server.client("cognito-idp", max_pool_connections=8)

    def rotate(_):
        try:
            return idp.get_tokens_from_refresh_token(ClientId=client, RefreshToken=token)["AuthenticationResult"]
        except idp.exceptions.RefreshTokenReuseException:
            return None

    with ThreadPoolExecutor(8) as threads:
        won = [each for each in threads.map(rotate, range(8)) if each]
    assert 1 == len(won)


def test_many_threads(pool, app, server):
    """Sign-ins, refreshes and sign-outs of many users in eight threads come to no harm."""
    idp = server.client("cognito-idp", max_pool_connections=8)
    names = [f"user{number}" for number in range(8)]
    for name in names:
        pool.add_user(name)

    def come_and_go(name):
        for _ in range(5):
            tokens = pool.sign_in(app, name)
            assert name == idp.get_user(AccessToken=tokens["AccessToken"])["Username"]
            assert pool.refresh(app, tokens)["AccessToken"]
            idp.admin_user_global_sign_out(UserPoolId=pool.id, Username=name)
            with pytest.raises(idp.exceptions.NotAuthorizedException):
                idp.get_user(AccessToken=tokens["AccessToken"])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(come_and_go, names))
