"""What we hold about somebody: a copy of all of it for them, and its end when they leave."""
