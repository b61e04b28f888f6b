"""The three generations of Skype's tables."""
