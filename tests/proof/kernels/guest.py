"""The first process of a booted kernel.

A kernel starts with nothing mounted and no interface up.  This makes what
the comparison needs, has it report, and switches the machine off.  What goes
wrong is printed: there is nobody else to tell.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys
import traceback
from pathlib import Path
from typing import Final, NoReturn

from tests.proof.kernels.report import report

MOUNTS: Final = (("proc", "/proc"), ("devtmpfs", "/dev"))
SIOCSIFFLAGS: Final = 0x8914
IFF_UP: Final = 1
RB_POWER_OFF: Final = 0x4321FEDC
"""``LINUX_REBOOT_CMD_POWER_OFF`` (reboot(2))."""

_libc: Final = ctypes.CDLL(None, use_errno=True)


def prepare() -> None:
    """Mount /proc, for fdinfo, and /dev; bring loopback up; quiet printk.

    Raises:
        OSError: The kernel lacks one of them.
    """
    for kind, place in MOUNTS:
        if _libc.mount(kind.encode(), place.encode(), kind.encode(), 0, None):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), place)
    # Only a panic may still write between our words (proc_sys_kernel(5)).
    Path("/proc/sys/kernel/printk").write_text("1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up = struct.pack("16sH14x", b"lo", IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, up)


def power_off() -> NoReturn:
    """End the machine (reboot(2))."""
    _libc.reboot(ctypes.c_int(RB_POWER_OFF))
    raise OSError(ctypes.get_errno(), "cannot switch off")


def main() -> NoReturn:
    """Report; the arguments are the numbers of steps and the seed."""
    try:
        prepare()
        report(*map(int, sys.argv[1:]))
    except BaseException:
        traceback.print_exc()
    finally:
        power_off()
