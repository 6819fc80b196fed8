"""A sandbox under the recorder's address: a signature covers the Host header, and the sandbox answers to its own only.

    python -m tests.clients.serve FOLDER PORT [--throttle]

PORT is the recorder's. The port that the sandbox itself listens on is printed once it does. It ends with its standard
input, and so with whoever started it, however that ends.
"""

import json
import os
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from signout.sandbox.server import assemble, bind, serve
from signout.sandbox.state import Server, StateFolder, write


def main(path: str, port: str, *options: str) -> None:
    """Serve until standard input ends."""
    folder, throttle = StateFolder(Path(path)), "--throttle" in options
    folder.prepare()
    folder.hold("server")
    application, _stops = assemble(folder, int(port), throttle=throttle)
    listener = bind(0)
    write(folder.server_file, json.dumps(asdict(Server(os.getpid(), int(port), "", throttle))))
    server = serve(application, listener)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
