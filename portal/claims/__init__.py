"""A member says that points are missing or wrong, and shows why."""
