"""The demo's mailbox page, on which every letter of the club can be read; production has no such room."""
