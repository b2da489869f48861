"""The machinery that runs every sample of the documentation.

Read in this order; a module imports only modules above it:

- `fences`     a page's fenced blocks, as the site's Markdown reads them
- `includes`   the lines of snippets/ that a page shows
- `faults`     what a broken twin may say that it breaks
- `twins`      the diff of a broken twin and its sibling
- `files`      the whole programs that a page shows
- `rules`      the rules of epoll, and how a page shows one
- `identity`   a digest of what the reader sees
- `typed`      what is typed in a console session, what is printed
- `structure`  what a page may not hold, because nothing would run it
- `tools`      the programs samples need, and their versions
- `edits`      rewriting outputs in place
- `normalise`  what two runs may differ in, rule by rule
- `ports`      the ports that pages name, and free ones to stand for them
- `quiet`      wait until programs in the background rest
- `session`    bash on a pseudo-terminal
- `console`    console fences: run, compared, recorded
- `cprogram`   C fences
- `pyprogram`  Python fences
- `evaluators` what runs each kind of fence
- `pycon`      interpreter sessions, which pytest's own doctest runs
- `entries`    what stands in the record of what ran
- `ledger`     the record of what ran
- `selection`  which tests a sample needs: found, not listed
- `plan`       what a run is going to run
- `recorder`   fills the ledger during a run
- `plugin`     the wiring into pytest
- `apart`      a command, and the end of every process that it left
- `run`        the samples alone, for `make serve`

None of it is part of epollref, and none of it hooks into the site's
generator.
"""
