"""Filters of the ground floor's lists, for pages and exports alike."""
