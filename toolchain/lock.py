"""`make lock`: resolves the dependencies for every Python that is supported, and writes the lock files, with hashes.

They are not named uv.lock or poetry.lock: Pulumi would take such a file, in any parent folder, for an order to use
that tool. ARGS are uv's, such as --upgrade or `--upgrade-package boto3`; without them versions stay as they are.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.8"
EVERYTHING = "requirements-dev.txt"
OLDEST_PYTHON = "3.11"


def main(extra: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, UV], check=True)
        uv = str(Path(folder) / "bin" / "uv")
        groups = ["pyproject.toml", "--extra", "deploy", "--extra", "sandbox", "--group", "dev"]
        compile_lock(uv, EVERYTHING, [*groups, *extra])
        # The smaller ones take their versions from the first.
        same = ["--constraints", EVERYTHING]
        compile_lock(uv, "requirements.txt", ["pyproject.toml", "--extra", "deploy", *same])
        compile_lock(uv, "toolchain/language-host.txt", ["toolchain/language-host.in", *same])
        compile_lock(uv, "signout/sandbox/lambda-requirements.txt", ["signout/sandbox/lambda-requirements.in", *same])
        # Programs of the clients that are tried, with what they bring.
        for program in ("aws-cli-1", "nodejs"):
            source = f"tests/clients/programs/{program}"
            compile_lock(uv, f"{source}.txt", [f"{source}.in", *extra])


def compile_lock(uv: str, output: str, args: list[str]) -> None:
    fixed = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-emit-index-url"]
    named = ["--custom-compile-command", "make lock", "--quiet", "--output-file", output]
    subprocess.run([uv, "pip", "compile", *fixed, *named, *args], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
