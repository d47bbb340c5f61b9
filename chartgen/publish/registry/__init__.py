"""The distribution specification of OCI: what a registry stores, and how it is put there and fetched."""
