"""Where packaged charts are published and fetched from: one file a kind of repository, behind one interface."""
