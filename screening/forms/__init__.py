"""Forms of the screening floor."""
