"""How this floor's numbers are written."""
