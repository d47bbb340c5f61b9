"""From releases to files: pure, text only. Nothing here reads or writes."""
