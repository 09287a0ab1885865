"""Votes of several people in, how far they agree out.  Pure: no Django, no clock."""
