"""What releases and their objects are held to: schemas, and rules, one module a family."""
