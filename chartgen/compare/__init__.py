"""Two charts, two sets of manifests: what changed, and what that means for whoever uses them."""
