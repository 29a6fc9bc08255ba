"""The way in for the shop: signed messages, files of them, and what became of each."""
