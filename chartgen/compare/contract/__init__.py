"""Two values schemas: what the new one takes less, and what it takes more. By meaning, not by text."""
