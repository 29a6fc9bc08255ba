"""What members and agents do to a claim; moves.py is the one place where its state changes."""
