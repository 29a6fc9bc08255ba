"""What the desk reads: the queue, one claim with everything about it, and members."""
