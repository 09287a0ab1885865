"""Template filters of the top floor."""
