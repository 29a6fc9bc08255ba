"""The member's first page; composes the rooms below."""
