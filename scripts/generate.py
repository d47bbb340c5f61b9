"""Writes the files that are made from others; `--check` writes nothing, shows what would change and exits with 1."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from chartgen.actions.charts import complete
from chartgen.chart import generate
from chartgen.checks import kubernetes_schemas
from chartgen.outputs.tree import outputs
from scripts import architecture, corpus, coverage, reference

ROOT = Path(__file__).resolve().parent.parent
SHOWN = 40
"""How many lines of a difference are shown: enough to see which change was not followed."""


def main() -> int:
    """Returns the exit code: 1 when `--check` finds a stale file."""
    chart = generate.generated(ROOT)
    pages = {**reference.pages(), **architecture.pages(), **coverage.pages(), **corpus.pages()}
    generated = {**chart, **kubernetes_schemas.generated(), **pages, **_examples()}
    files = {ROOT / path: content for path, content in generated.items()}
    stale = {path: content for path, content in files.items() if _read(path) != content}
    check = sys.argv[1:] == ["--check"]
    for path, content in stale.items():
        if check:
            print(_difference(path, content))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(f"wrote {path.relative_to(ROOT)}")
    if check and stale:
        print(f"{len(stale)} of {len(files)} generated files are stale: run `make gen` and commit what it writes")
    return int(check and bool(stale))


def _examples() -> dict[str, bytes]:
    """What `chartgen render` writes in each example."""
    found = {}
    for spec in sorted(ROOT.glob("examples/*/chartgen.yaml")):
        _, plan, _ = complete(spec.parent)
        written = outputs(plan)
        found.update({f"{spec.parent.relative_to(ROOT)}/{path}": content for path, content in written.items()})
    return found


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _difference(path: Path, content: bytes) -> str:
    name = str(path.relative_to(ROOT))
    try:
        old, new = (_read(path) or b"").decode().splitlines(), content.decode().splitlines()
    except UnicodeDecodeError:
        return f"{name}: differs (not text)"
    lines = list(difflib.unified_diff(old, new, name, f"{name} (as it should be)", n=1, lineterm=""))
    return "\n".join(line[:200] for line in lines[:SHOWN]) + ("\n…" if len(lines) > SHOWN else "")


if __name__ == "__main__":
    sys.exit(main())
