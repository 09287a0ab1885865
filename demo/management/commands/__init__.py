"""Commands of the example reviews."""
