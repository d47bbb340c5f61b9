"""What git keeps of the files as they stand: overwriting such a file loses nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from chartgen import files, process
from chartgen.errors import InputError

_TIMEOUT = 60.0
_MERGING = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "rebase-merge", "rebase-apply")
_CONFLICT = re.compile(rb"(<{7}|\|{7}|={7}|>{7})( |\r?$)")


def committed(project: Path, paths: Collection[str]) -> frozenset[str]:
    """Those of the project-relative paths whose content, as it stands, the last commit has at that path.

    While a merge (or a rebase, or the like) is under way, what git merged counts too, and so does a file with conflict
    marks all of whose lines come from the versions merged. Outside a merge what is only staged does not count: the
    next commit may drop it.

    Without git, or outside a repository, there are none.

    Raises:
        ToolError: git hangs.
    """
    paths = [path for path in paths if "\n" not in path and not path.startswith('"')]
    places = _git(project, "rev-parse", "--absolute-git-dir", "--show-toplevel", "--show-prefix") if paths else None
    if places is None:
        return frozenset()
    directory, top, prefix = places.decode().split("\n")[:3]
    known = {(path, blob) for _, blob, path in _tree(project, paths)}
    whole = "\n".join(f"{prefix}{path}" for path in paths)  # whatever its directory, git takes these from the top
    current = (_git(Path(top), "hash-object", "--stdin-paths", stdin=whole) or b"").decode().split()
    merging = any((Path(directory) / name).exists() for name in _MERGING)
    staged = list(_index(project, paths)) if merging else []
    known |= {(path, blob) for stage, blob, path in staged if stage == "0"}
    found = {path for path, blob in zip(paths, current, strict=False) if (path, blob) in known}
    conflicting = {path for stage, _, path in staged if stage != "0"}.intersection(paths)
    return frozenset(found | {path for path in conflicting if _merged_from(project, path, staged)})


@dataclass(frozen=True, slots=True)
class Revision:
    """What git has at a revision, below the project.

    Attributes:
        changed: the project-relative paths of files that differ from it now; new ones too.
    """

    project: Path
    commit: str
    changed: tuple[str, ...]

    @classmethod
    def at(cls, project: Path, name: str) -> Revision | None:
        """The revision of that name; None without git, or outside a repository, or before its first commit.

        Raises:
            InputError: there is no such revision.
            ToolError: git hangs.
        """
        if _git(project, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is None:
            return None
        commit = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if commit is None:
            raise InputError(f"there is no revision `{name}`", hint="name a commit, a branch or a tag")
        found = commit.decode().strip()
        differing = _git(project, "diff", "--name-only", "--relative", "-z", found, "--") or b""
        new = _git(project, "ls-files", "--others", "--exclude-standard", "-z") or b""
        changed = (differing + new).decode(errors="surrogateescape").split("\0")
        return cls(project, found, tuple(path for path in changed if path))

    def below(self, folder: str) -> list[str]:
        """The project-relative paths of the files that it has in a folder."""
        listing = _git(self.project, "ls-tree", "-r", "-z", "--name-only", self.commit, "--", f"{folder}/") or b""
        return [path for path in listing.decode(errors="surrogateescape").split("\0") if path]

    def read(self, paths: Collection[str]) -> dict[str, bytes]:
        """The content of those of the project-relative paths that it has."""
        asked = [path for path in paths if "\n" not in path]
        names = "".join(f"{self.commit}:./{path}\n" for path in asked)
        output = _git(self.project, "cat-file", "--batch", stdin=names) or b""
        found, start = {}, 0
        for path in asked:
            end = output.index(b"\n", start)
            head, start = output[start:end].split(b" "), end + 1
            if head[-1].isdigit() and head[-2] == b"blob":
                size = int(head[-1])
                found[path] = output[start : start + size]
                start += size + 1
        return found


def last_committed(project: Path, path: str) -> bytes | None:
    """The content that the last commit has at the path, None without one."""
    return _git(project, "cat-file", "blob", f"HEAD:./{path}")


def _git(project: Path, *arguments: str, stdin: str = "") -> bytes | None:
    """What git says, None where it fails or is not there."""
    if process.find("git") is None:
        return None
    quiet = {"GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", *arguments]
    result = process.run(command, timeout=_TIMEOUT, stdin=stdin.encode(), environment=quiet, directory=project)
    return result.stdout if result.returncode == 0 else None


def _tree(project: Path, paths: Collection[str]) -> Iterator[tuple[str, str, str]]:
    yield from _listed(_git(project, "ls-tree", "-r", "-z", "HEAD", *_tops(paths)))


def _index(project: Path, paths: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """The stage, blob and path of what the index has."""
    for _, blob_and_stage, path in _listed(_git(project, "ls-files", "-s", "-z", "--", *_tops(paths))):
        blob, _, stage = blob_and_stage.partition(" ")
        yield stage, blob, path


def _listed(output: bytes | None) -> Iterator[tuple[str, str, str]]:
    """The lines `<mode> <something> <path>` of a listing."""
    for line in (output or b"").decode(errors="surrogateescape").split("\0")[:-1]:
        facts, _, path = line.partition("\t")
        first, _, rest = facts.partition(" ")
        yield first, rest.removeprefix("blob "), path


def _tops(paths: Collection[str]) -> list[str]:
    return sorted({path.partition("/")[0] for path in paths})


def _merged_from(project: Path, path: str, staged: list[tuple[str, str, str]]) -> bool:
    versions = [_git(project, "cat-file", "blob", blob) or b"" for _, blob, name in staged if name == path]
    lines = {line for version in versions for line in version.splitlines()}
    written = (files.read(project, path) or b"").splitlines()
    return all(line in lines or _CONFLICT.match(line) for line in written)
