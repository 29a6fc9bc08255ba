"""A club that never was: troubles as members have them, played through the real services to see how they end."""
