"""What the lists of the screening floor can be narrowed by."""
