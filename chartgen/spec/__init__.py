"""What people write: loading the project with line numbers, its layers brought to one form, interpolation."""
