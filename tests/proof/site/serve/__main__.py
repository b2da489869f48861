"""Starts the command; until it is loaded, Ctrl-C ends us at once.

The rest is imported by name when that is settled, or an early Ctrl-C
would print the traceback of an import.
"""

import signal
import sys
from importlib import import_module

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
sys.exit(import_module("tests.proof.site.serve.command").main())
