"""What was read and found in, what is known of the rest out.  Pure: no Django, no clock, no chance but a seed."""
