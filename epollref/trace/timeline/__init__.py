"""What each watch was told and what was done about it.

Read it in this order; each module imports only modules above it.

1. ``tables``  whose descriptors they are: processes, fork, dup, exec
2. ``lives``   a row, which is the life of one watch, and its marks
3. ``rows``    the rows of a trace
4. ``spoken``  rows in words; ``draw`` rows as a picture
"""
