"""Signing in and staying in: people, sessions, password resets, limits."""
