"""chartgen: one shared microservice Helm chart, values files per service from a short description, releases by helm and helmfile."""
