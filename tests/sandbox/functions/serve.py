"""The sandbox's server with functions set as a test wants them, or moto as it comes; a process of its own.

Says {"ready": true} on standard output, then serves until SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from functools import partial
from pathlib import Path

from signout.sandbox import functions, server, workflows
from signout.sandbox.state import StateFolder, write


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bare", action="store_true", help="moto without any correction")
    parser.add_argument("--pace", type=float, default=600)
    parser.add_argument("--account-concurrency", type=int, default=1000)
    parser.add_argument("--maximum-events", type=int, default=2500, help="of an execution; Step Functions has 25,000")
    arguments = parser.parse_args()
    if arguments.bare:
        return serve_moto(arguments.folder)
    functions.install = partial(functions.install, pace=arguments.pace)
    workflows.install = partial(workflows.install, maximum_events=arguments.maximum_events)
    concurrency = ["--account-concurrency", str(arguments.account_concurrency)]
    return server.main(["--dir", str(arguments.folder), "--port", "0", "--ready-fd", "1", *concurrency])


def serve_moto(path: Path) -> int:
    listener = server.bind(0)
    port = listener.getsockname()[1]
    os.environ["MOTO_PORT"] = str(port)  # where its state machines make their calls
    from moto.core.config import default_user_config
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    default_user_config["stepfunctions"]["execute_state_machine"] = True
    folder = StateFolder.of(path)
    folder.prepare()
    folder.hold("server")
    application = DomainDispatcherApplication(create_backend_app)
    web = make_server("127.0.0.1", 0, application, threaded=True, fd=listener.fileno())
    write(folder.server_file, json.dumps({"pid": os.getpid(), "port": port, "started": "", "throttle": False}))
    folder.write_credentials("AKIANOBODY", "none")
    print('{"ready": true}', flush=True)
    web.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
