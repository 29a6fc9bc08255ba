"""Becoming a member: joining, what is still open, and the look at somebody's age."""
