"""chartgen: one shared microservice Helm chart, and releases of it from a short description of services."""
