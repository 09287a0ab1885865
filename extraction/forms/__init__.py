"""What the pages of this floor ask."""
