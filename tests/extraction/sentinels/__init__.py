"""What the sentinels say, and what they leave alone."""
