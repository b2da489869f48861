"""Each rule lets its own differences pass, and no other."""

import pytest

from tests.proof.samples.normalise import RULES, normalised

SAME = {
    "pids": [
        ("[pid  4242] close(3) = 0", "[pid 77] close(3) = 0"),
        ("4242  epoll_wait(4,", "99 epoll_wait(4,"),
        ("4242 +++ exited with 0 +++", "5 +++ exited with 0 +++"),
        ('users:(("python",pid=42,fd=3))', 'users:(("python",pid=1,fd=3))'),
        ("/proc/42/fdinfo/4", "/proc/7/fdinfo/4"),
        ("==42==ERROR: AddressSanitizer", "==7==ERROR: AddressSanitizer"),
    ],
    "users": [("SI_USER, si_pid=7, si_uid=0}", "SI_USER, si_pid=7, si_uid=8}")],
    "addresses": [
        (
            "#0 0x7f12a45bc012 in epoll_wait ()",
            "#0 0x55e1c0ffee00 in epoll_wait ()",
        ),
        ("u64=94172538273456", "u64=94172538299999"),
        ("data: 55d0c3a2b2a0 pos", "data: 7ffd00112233 pos"),
        ("epoll_wait(4, 0x5638457e8e10, 8, -1", "epoll_wait(4, 0x12ab, 8, -1"),
        (
            "epoll_pwait2(4<anon>, 0x5638457e8e10, 8",
            "epoll_pwait2(4<anon>, 0x19f2b40, 8",
        ),
        ("EPOLL_CTL_DEL, 3, 0x7ffd70312584)", "EPOLL_CTL_DEL, 3, 0xff12)"),
    ],
    "ports": [
        ("127.0.0.1:40188", "127.0.0.1:60999"),
        ("sin_port=htons(40188)", "sin_port=htons(33333)"),
    ],
    "times": [
        ("12:01:02.123456 read", "23:59:59.000001 read"),
        ("= 0 <0.000012>", "= 0 <1.000345>"),
        ("1795489122.846077 read(", "1695000000.000001 read("),
        ("real\t0m0.123s", "real\t1m2.999s"),
    ],
    "inodes": [
        ("socket:[123]", "socket:[99]"),
        ("ino:2e3c sdev:8", "ino:99 sdev:9"),
    ],
    "dialect": [
        ("data={u32=4, u64=4}}", "data=0x4}"),
        ("data={u32=0, u64=0}}", "data=0}"),
        ("data={u32=5, u64=140260746985477}}", "data=0x7f910a2b1c05}"),
    ],
    "columns": [("LISTEN 0      128", "LISTEN 0   128")],
}
OTHER = [
    ("epoll_wait(4, [], 8, 0) = 0", "epoll_wait(4, [], 8, 0) = 1"),
    ("events=EPOLLIN", "events=EPOLLOUT"),
    ("events: 80002001", "events: 80002011"),
    ("data={u32=5, u64=5}", "data={u32=6, u64=6}"),
    ("127.0.0.1:7000", "127.0.0.1:7001"),
    ("Recv-Q 4", "Recv-Q 5"),
    ("0x80000000", "0x40000000"),
    ("EPOLL_CTL_DEL, 3, NULL)", "EPOLL_CTL_DEL, 3, 0xff12)"),
    ("READY 7000", "READY 7001"),
    ("tfd: 5", "tfd: 6"),
    ("  indented", "indented"),
]
ASKED = [
    ("fds", "close(5) = 0", "close(6) = 0"),
    ("fds", "tfd:        5", "tfd:        7"),
    ("counts", "12.5 % of 300", "99 % of 4"),
]


@pytest.mark.parametrize(
    ("one", "other"),
    [pair for pairs in SAME.values() for pair in pairs],
)
def test_two_runs_may_differ_so(one: str, other: str) -> None:
    """What the kernel chooses anew at each run does not count."""
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_everything_else_counts(one: str, other: str) -> None:
    """A rule hides nothing that a reader learns from."""
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(("name", "one", "other"), ASKED)
def test_a_rule_that_a_session_asks_for(
    name: str, one: str, other: str
) -> None:
    """It works where it is asked for, and only there."""
    assert normalised(one, [name]) == normalised(other, [name])
    assert normalised(one) != normalised(other)


def test_a_rule_that_does_not_exist_cannot_be_asked_for() -> None:
    """A misspelt one would compare by fewer rules in silence."""
    with pytest.raises(ValueError, match="fdz"):
        normalised("x", ["fdz"])


def test_every_rule_is_shown_here() -> None:
    """A rule without an example may hide anything."""
    shown = {*SAME, *(name for name, *_ in ASKED)}
    assert shown == {rule.name for rule in RULES}
