"""Every page as every person."""
