"""Files beside what they were at a revision of their git repository.

Git is asked for names and contents only: nothing is fetched, no filter or hook is run, nothing is checked out.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from signout.review.errors import InputError

_REVISION = re.compile(r"[A-Za-z0-9_.@][A-Za-z0-9_./@{}^~+-]{0,250}")
"""What names a commit. It cannot be an option, and cannot name a file within a commit."""
_SUFFIX = ".json"
_REGULAR = ("100644", "100755")
_ALIKE = 0.5
"""From which share of equal lines on a new file is what became of one that is gone; git's own default."""
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git sets for the hooks that it starts: with it the repository would not be found from another folder."""
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Versions:
    """A file at the revision, and now."""

    name: str
    """From the top of the repository, with slashes; that of today, where it had another one."""
    before: bytes | None
    """None where it was not there."""
    after: bytes | None
    """None where it is no more."""
    was: str = ""
    """Its name at the revision, where that was another one."""


def since(paths: Iterable[str], revision: str) -> list[Versions]:
    """Every file of these paths, by name; of folders, every .json file in them. Raises InputError."""
    if not _REVISION.fullmatch(revision):
        raise InputError(f'--since: is "{revision}"; expected a revision, such as origin/main, v1.2 or HEAD~1')
    found: dict[str, Versions] = {}
    for path in paths:
        for each in _of_path(path, revision):
            found[each.name] = each
    return list(_renamed([found[name] for name in sorted(found)]))


def _of_path(path: str, revision: str) -> Iterator[Versions]:
    place = os.path.realpath(path)
    folder = place
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    top = os.path.realpath(os.fsdecode(_git(folder, path, "rev-parse", "--show-toplevel")).rstrip("\n"))
    commit = _commit(folder, path, revision)
    within = os.path.relpath(place, top).replace(os.sep, "/")
    old = dict(_at(top, path, commit, "" if within == "." else within))
    new = dict(_now(place, top))
    for name in dict.fromkeys([*new, *old]):
        yield Versions(name, old.get(name), new.get(name))


def _commit(folder: str, path: str, revision: str) -> str:
    try:
        return _git(folder, path, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    except InputError:
        raise InputError(
            f"{path}: its repository has no revision {revision}; expected one that is there already"
            " (a shallow clone has few: in CI, check out with the whole history)"
        ) from None


def _at(top: str, path: str, commit: str, within: str) -> Iterator[tuple[str, bytes]]:
    """The files under the path in the commit. Links and other repositories are none."""
    listed = _git(top, path, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *([within] if within else []))
    blobs: dict[str, str] = {}
    for entry in filter(None, listed.split(b"\0")):
        about, _, name = entry.partition(b"\t")
        mode, _, blob = about.decode().split(" ")
        file = os.fsdecode(name)
        if mode in _REGULAR and (file == within or file.endswith(_SUFFIX)):
            blobs[file] = blob
    yield from zip(blobs, _contents(top, path, list(blobs.values())), strict=True)


def _contents(top: str, path: str, blobs: Sequence[str]) -> Iterator[bytes]:
    """What the objects hold, in one go and as it is stored."""
    answer = _git(top, path, "cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs).encode())
    start = 0
    for blob in blobs:
        end = answer.index(b"\n", start)
        _, kind, *size = answer[start:end].decode().split(" ")
        if kind != "blob" or not size:
            raise InputError(f"{path}: its repository does not have {blob}; expected a clone with its files")
        yield answer[end + 1 : end + 1 + int(size[0])]
        start = end + 1 + int(size[0]) + 1


def _now(place: str, top: str) -> Iterator[tuple[str, bytes]]:
    """The files of today. A link is not followed: what it leads to need not be of the repository."""
    files = [place] if os.path.isfile(place) else list(_below(place))
    for file in files:
        try:
            with open(file, "rb") as opened:
                yield os.path.relpath(file, top).replace(os.sep, "/"), opened.read()
        except OSError as error:
            raise InputError(f"{file}: {error.strerror}; expected a file that can be read") from None


def _below(folder: str) -> Iterator[str]:
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(files):
            file = os.path.join(at, name)
            if name.endswith(_SUFFIX) and not os.path.islink(file):
                yield file


def _git(folder: str, path: str, *arguments: str, given: bytes | None = None) -> bytes:
    """What git prints. Raises InputError with what it says where it fails."""
    command = ["git", "-C", folder, *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK} | _QUIET
    try:
        done = subprocess.run(command, input=given or b"", capture_output=True, check=False, env=environment)
    except FileNotFoundError:
        raise InputError(f"{path}: git is not there; --since expected it to be installed") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise InputError(f"{path}: {said or 'git failed'}; expected a path in a git repository")
    return done.stdout


def _renamed(versions: list[Versions]) -> Iterator[Versions]:
    """The same, with a file that is gone and a new one that is like it as one."""
    gone = {each.name: each for each in versions if each.after is None}
    became: dict[str, Versions] = {}
    for new in (each for each in versions if each.before is None):
        old = _most_alike(new, gone.values())
        if old is not None:
            became[new.name] = replace(new, before=old.before, was=old.name)
            del gone[old.name]
    for each in versions:
        if each.after is not None or each.name in gone:
            yield became.get(each.name, each)


def _most_alike(new: Versions, gone: Iterable[Versions]) -> Versions | None:
    from difflib import SequenceMatcher

    lines = (new.after or b"").splitlines()
    shares = [(SequenceMatcher(None, (each.before or b"").splitlines(), lines).ratio(), each) for each in gone]
    share, best = max(shares, key=lambda one: one[0], default=(0.0, None))
    return best if share >= _ALIKE else None
