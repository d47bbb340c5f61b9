"""Object stores, reached through obstore."""
