"""`python -m chartgen`."""

import sys

from chartgen.cli import main

sys.exit(main())
