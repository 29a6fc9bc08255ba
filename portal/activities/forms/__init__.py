"""The forms of what members do in the portal to earn points."""
