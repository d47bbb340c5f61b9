"""The one place that writes files: each all or nothing, never torn, never outside the project."""

from chartgen.files.places import check, read
from chartgen.files.state import STATE, State, digest, digest_of
from chartgen.files.write import Writer, writing

__all__ = ["STATE", "State", "Writer", "check", "digest", "digest_of", "read", "writing"]
