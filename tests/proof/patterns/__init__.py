"""The regular expressions of epollref: none is slow, none meets a bug of re.

1. ``collecting``  every pattern of the package, and how it is used
2. ``counting``    a matcher that counts its steps
3. ``attacks``     texts on which a pattern may go back and forth
"""
