"""A sandbox in which something is broken on purpose: what, the file `sabotage` in its state folder says at each call.

python -m tests.stack.sabotaged_server --dir FOLDER --port 0
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from signout.sandbox import server
from signout.sandbox.state import StateFolder

SABOTAGES = (
    "an admin's sign-out does nothing",
    "a user's sign-out does nothing",
    "access tokens survive",
    "refresh tokens survive",
    "everybody is signed out",
    "every role can be assumed",
    "every call on user pools is allowed",
    "the log is lost",
)


def _break(owner: Any, name: str, when: str, then: Callable[..., Any], file: Path) -> None:
    """Put `then` before a function; it gets the function first, and is passed by while the file says otherwise."""
    original = getattr(owner, name)

    def either(*arguments: Any, **named: Any) -> Any:
        if file.exists() and file.read_text() == when:
            return then(original, *arguments, **named)
        return original(*arguments, **named)

    setattr(owner, name, either)


def _alive(behind: Callable[..., Any], *arguments: Any) -> Any:
    sign_in = behind(*arguments)
    return sign_in and replace(sign_in, ended=False)


def _sabotage(file: Path) -> None:
    from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPool

    from signout.sandbox.corrections import sign_ins
    from signout.sandbox.enforcement import application, authorize
    from signout.sandbox.functions.logs import LogWriter

    def nothing(original: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        pass

    def sign_everybody_out(original: Callable[..., Any], pool: Any, username: str) -> None:
        for user in list(pool.users.values()):
            original(pool, user.username)

    def allow(of: str, original: Callable[..., Any], service: Any, call: Any, origin: Any) -> Any:
        try:
            return original(service, call, origin)
        except authorize.Denied:
            if call.service == of:
                return ()
            raise

    dead_admin, dead_user, access, refresh, everybody, roles, calls, log = SABOTAGES
    _break(CognitoIdpBackend, "admin_user_global_sign_out", dead_admin, nothing, file)
    _break(CognitoIdpBackend, "global_sign_out", dead_user, nothing, file)
    _break(sign_ins, "behind_claims", access, _alive, file)
    _break(sign_ins, "behind_refresh_token", refresh, _alive, file)
    _break(CognitoIdpUserPool, "sign_out", everybody, sign_everybody_out, file)
    _break(application, "authorize", roles, partial(allow, "sts"), file)
    _break(application, "authorize", calls, partial(allow, "cognito-idp"), file)
    _break(LogWriter, "_write", log, nothing, file)


def main() -> int:
    """As the server's own, with the sabotage once moto is there."""
    assemble = server.assemble
    file = StateFolder.of(sys.argv[sys.argv.index("--dir") + 1]).path / "sabotage"

    def assemble_and_break(*arguments: Any, **named: Any) -> Any:
        made = assemble(*arguments, **named)
        _sabotage(file)
        return made

    server.assemble = assemble_and_break
    return server.main()


if __name__ == "__main__":
    sys.exit(main())
