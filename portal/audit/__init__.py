"""The log of who did or looked at what, when and from where: append-only, and sealed by a chain of hashes."""
