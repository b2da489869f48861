"""The harness for snippets: build, run, talk to, watch and measure them.

    from tests.proof.programs.harness import *      # or name what you use

Programs (`how` is "plain", "san" for C under address + undefined
sanitizers, "cov" to note executed lines, "strace" to log system calls):

    SNIPPETS                        the folder; SNIPPETS / "edge/echo.c"
    build(source, how) -> Path      compile a C snippet (cached)
    run(demo, *args, how=)          -> Finished, judged: status 0, no stderr
    with serving(server, how=) as p:    READY seen; SIGTERM, judged at the end
    with running(source, *args, how=) as p:     nothing judged, always killed
        (fault="sendto:error=EAGAIN:when=1" with how="strace": see strace(1))
    Finished: .status .stdout .stderr .executed (lines, only with "cov")

    p.port p.pid p.wait_for_ready() p.connect(receive_buffer=) -> Client
    p.stop()      SIGTERM, status 0, empty stderr (sanitizers, tracebacks)
    p.finish(sig) the same without judging; p.wait() no signal, judged
    p.blocked()   the main thread sleeps in epoll_wait
    p.settled(*clients)     nothing will happen unless somebody acts
    p.wait_until_settled(*clients)
    p.unread(client)        bytes in the server's kernel that it has not read
    p.leaves_unread(client) it sleeps in epoll_wait though such bytes wait
    p.calls("epoll_wait")   strace lines so far (how="strace"); p.waits()
    with p.frozen():        stopped; what is sent meanwhile arrives at once
    with p.room_for_descriptors(2):     the third gets EMFILE

    until(condition, "what")    wait on an observable; the only way to wait
    blocked_in_epoll_wait(pid, tid=None)    asleep_since(pid)
    open_descriptors(pid)

Client (a context manager): send, send_what_fits(limit), receive(n),
receive_available, receive_all (to EOF), exchange(data) (echo, any size),
half_close, reset (RST), close, closed_by_server, unacknowledged.

Reading a snippet:

    sections(path) -> {"drain": range(41, 60), ...}
    unexecuted(path, executed) -> {"drain": [47]}; {} is what a test wants
    breaks(path) -> "EP001", or None;  header(path) -> str

A server under every flavour, and the proof that its sections ran:

    with serving(source, how="cov") as p:
        exercise(p)
        executed = p.stop().executed
    assert unexecuted(source, executed) == {}
"""

from tests.proof.programs.building import SNIPPETS, build
from tests.proof.programs.client import Client
from tests.proof.programs.observing import (
    asleep_since,
    blocked_in_epoll_wait,
    open_descriptors,
)
from tests.proof.programs.process import (
    Finished,
    Program,
    command,
    run,
    running,
    serving,
)
from tests.proof.programs.sections import breaks, header, sections, unexecuted
from tests.proof.programs.waiting import until

__all__ = [
    "SNIPPETS",
    "Client",
    "Finished",
    "Program",
    "asleep_since",
    "blocked_in_epoll_wait",
    "breaks",
    "build",
    "command",
    "header",
    "open_descriptors",
    "run",
    "running",
    "sections",
    "serving",
    "unexecuted",
    "until",
]
