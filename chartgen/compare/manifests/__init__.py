"""The objects of a release before and after: what comes, what goes, what changes, and what cannot change in place."""
