"""The member portal of a loyalty club."""
