"""The numbers of system calls, held against the headers of this machine."""

import platform
import re
import subprocess

import pytest

from epollref.proc.syscalls import machine_of, running_machine, syscall_name

HEADERS = {183: "asm-generic/unistd.h"}
"""The headers that number the calls of a machine, of those that are here."""
if platform.machine() == "x86_64":
    HEADERS[62] = "asm/unistd.h"

NO_CALLS = {"syscalls", "arch_specific_syscall"}
MACRO = re.compile(r"#define (__NR\w*) (\w+)")


@pytest.mark.parametrize("machine", HEADERS)
def test_names_are_those_of_the_headers(machine: int) -> None:
    """The generic order is in the headers of every machine."""
    words = ["cc", "-E", "-dM", "-D__BITS_PER_LONG=64", "-x", "c"]
    words += ["-include", HEADERS[machine], "/dev/null"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    values = dict(MACRO.findall(done.stdout))
    checked = 0
    for macro in values:
        number = macro
        while number in values:  # A macro may be that of another one.
            number = values[number]
        call = macro.removeprefix("__NR_")
        if number.isdigit() and call not in NO_CALLS | {macro}:
            assert syscall_name(int(number), machine) == call
            checked += 1
    assert checked > 290


def test_the_machine_is_that_of_the_program() -> None:
    """A program of 32 bits counts its calls in another way."""
    with open("/proc/self/exe", "rb") as file:
        start = file.read(20)
    assert machine_of(start) == running_machine(platform.machine())
    assert machine_of(b"\x7fELF\x01" + start[5:]) == 0
    assert machine_of(b"#!/bin/sh\n") == 0
    assert machine_of(b"") == 0
    assert syscall_name(3, 0) == "syscall_0x3"
    assert syscall_name(100_000, 62) == "syscall_0x186a0"
