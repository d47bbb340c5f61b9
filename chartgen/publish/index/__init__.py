"""The `index.yaml` of a chart repository: read fast, edited as text, and held against the files that it names."""
