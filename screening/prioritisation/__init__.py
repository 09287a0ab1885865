"""Texts and labels in, an order of reading out, with its reasons.  Pure: no Django, no clock, no chance but a seed."""
