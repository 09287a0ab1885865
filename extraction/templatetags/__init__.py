"""What the templates of this floor need beyond Django's own tags."""
