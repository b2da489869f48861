"""Scripts and calls, played on the model and on Linux."""
