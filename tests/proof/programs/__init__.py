"""Programs of snippets/: built, run, talked to and watched.

Read in this order; a module imports only modules above it:

- `waiting`    wait for what can be observed, never for a length of time
- `observing`  what the kernel says about a running program
- `executed`   where a test says which lines of a program it executed
- `building`   a C snippet becomes a program
- `covering`   which lines ran
- `sections`   a snippet's sections, its header, which lines are code
- `client`     a small TCP client that can also be rude
- `process`    a snippet in a process of its own
- `harness`    all of it under one name
- `injecting`  let a running server meet an error, by strace
- `arriving`   acts on a stopped server, and knows that they have arrived
- `scenarios`  what several snippets have to stand
- `enduring`   does a server endure a fault, or does somebody pay for it
"""
