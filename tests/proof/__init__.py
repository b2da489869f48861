"""What proves the documentation; no part of epollref, and no test itself.

Read in this order; a part imports only parts above it:

- `required` `volume` `project` `limits` `crowd`  what a machine lacks, how
  much to run, where, with how many descriptors, against how many peers
- `programs`  snippets: built, run, talked to, watched, their lines noted
- `drivers`   scripts and calls played on both kernels
- `samples`   every sample on the pages: found, run, entered in a ledger
- `site`      what the build adds to Markdown, and the checks of the result
- `beliefs`   wrong beliefs about epoll: does the comparison find each?
- `kernels`   the same comparison on kernels that this machine does not run
- `patterns`  the regular expressions of the package: none is slow
- `scale`     many connections at once
- `mutate`    one thing broken at a time: which check stops it?

The tests stand beside this folder, in folders that mirror what they test.
They import from here; nothing here imports them.
"""
