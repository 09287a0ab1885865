"""What published reviews print, checked."""
