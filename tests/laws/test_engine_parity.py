"""Both engines, batched and one by one, give what plain `helm template` gives, whatever the values."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartgen import engine
from chartgen.engine import rendering
from chartgen.engine.batch import HelmEngine
from chartgen.engine.cli import CliHelm
from chartgen.engine.embedded import EmbeddedHelm
from chartgen.model import Manifest
from tests.engine import plain
from tests.laws import any_values

NUMBERS = any_values.NUMBERS | st.integers(-(2**70), 2**70)
DOCUMENTS = st.lists(any_values.values(NUMBERS), min_size=12, max_size=12)
