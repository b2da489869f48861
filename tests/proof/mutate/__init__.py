"""Breaks the documentation on purpose, one thing at a time.

    python -m tests.proof.mutate [--seed N] [--count K] [--ledger FILE]

Every mutant has to be stopped by a gate; one that survives is a hole in
the proof. Read in this order:

- `tree`      a copy of the project that can be changed and put back
- `gates`     the checks that may stop a mutant
- `pages`     mutants of the pages' samples
- `disguise`  code that reaches a page past every collector
- `programs`  mutants of programs and docstrings that pages show
- `twins`     mutants of the broken twins, and of the proof that they break
- `rules`     mutants of the scripts that pages show as rules of epoll
- `calls`     mutants of the calls of a trace
- `forgotten` a sample whose test `make serve` would not run
- `site`      mutants of the site's structure, its HTML and the ledger
- `reader`    mutants of what a copy button gives
"""
