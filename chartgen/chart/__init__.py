"""The shared chart: assembled from its parts, described by a schema, read, packaged."""
