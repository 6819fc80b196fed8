"""moto's server in a process of its own, as it comes or corrected, with a clock that the tests set.

    python serve.py [--corrected] [--throttle]

It writes its port to standard output. POST /test/clock {"at": seconds or null, "ahead": seconds} sets the clock; GET
/test/session/KEY tells whom an access key stands for.
"""

import argparse
import json
import time
from types import SimpleNamespace

from moto.cognitoidp import models
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from signout.sandbox import corrections
from signout.sandbox.sessions import SESSIONS


class Clock:
    """The time of this process: the machine's, put forward, or standing still."""

    def __init__(self):
        self._real = time.time
        self.at = None
        self.ahead = 0
        time.time = self.now

    def now(self):
        return (self._real() if self.at is None else self.at) + self.ahead


class Controlled:
    """moto's application, with the tests' own pages beside it."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.clock = Clock()

    def __call__(self, environ, start_response):
        request = Request(environ)
        if request.path == "/test/clock":
            given = request.get_json()
            self.clock.at, self.clock.ahead = given["at"], given["ahead"]
            return Response()(environ, start_response)
        if request.path.startswith("/test/session/"):
            session = SESSIONS.find(request.path.rpartition("/")[2])
            known = session and {"identity": session.identity, "name": session.name}
            return Response(json.dumps(known))(environ, start_response)
        return self.moto(environ, start_response)


def load_the_key_once():
    """Have all pools share the key object. moto loads the same key for each pool, which takes a tenth of a second."""
    load, loaded = models.jwk.RSAKey.import_key, []

    def once(key):
        if not loaded:
            loaded.append(load(key))
        return loaded[0]

    models.jwk = SimpleNamespace(RSAKey=SimpleNamespace(import_key=once))


class Quiet(WSGIRequestHandler):
    """Keeps connections, and writes no log."""

    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--corrected", action="store_true")
    parser.add_argument("--throttle", action="store_true")
    options = parser.parse_args()
    load_the_key_once()
    if options.corrected:
        corrections.apply(corrections.Options(throttle=options.throttle))
    server = make_server("127.0.0.1", 0, Controlled(), threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    print(server.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
