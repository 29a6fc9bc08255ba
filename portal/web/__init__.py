"""The HTTP kit: pages, access, security. It knows no room."""
