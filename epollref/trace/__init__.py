"""What a program asked of the kernel, in strace's own words.

Read it in this order; each module imports only modules above it.

1. ``items``      what a log is made of: calls, signals, exits, remarks
2. ``calls``      one finished call of the seam as a value
3. ``calls_descriptors``  calls that make descriptors, or change them
4. ``calls_processes``    calls that make processes and end them

Nothing here knows a server: a tool that knew ours would only audit ours.
"""
