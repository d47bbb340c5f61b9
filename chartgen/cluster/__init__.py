"""The live side: the API of a cluster, what Helm has stored in it, and helm and helmfile, driven."""
