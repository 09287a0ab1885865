"""The rules of the house, as tests and as commands."""
