"""What /proc says, held against what the tests have made."""
