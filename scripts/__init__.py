"""Programs for contributors: `make gen` runs them."""
