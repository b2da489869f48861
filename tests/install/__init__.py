"""What a reader gets who installs epollref, and does not clone it."""
