"""Shows the site to a reader while its samples run: `make serve`.

    python -m tests.proof.site.serve [--port N] [--no-samples]

Each part can be replaced without the others. Read in this order; a
module imports only modules above it:

- `answers`    from the target of a request to what is answered; no socket
- `transport`  http.server carries it; says nothing, whatever is sent
- `live`       what an open page asks: the badge now, and is it still new
- `watch`      which files changed since the last look
- `building`   the site is built in the background, into a folder of its own
- `running`    the samples run in the background, and again on a change
- `screen`     what the terminal says
- `command`    the command line, and the loop that moves all of them
"""
