"""A kernel under qemu, with its console on our stdout.

Hardware help (KVM) is used where it works.  A /dev/kvm that can be opened is
no promise: in a virtual machine a guest may never get to its first line.
So a kernel is started with it once, to see whether it says a word.
"""

import contextlib
from pathlib import Path
from typing import Final

from tests.proof.kernels.console import lines

KVM_DEVICE: Final = Path("/dev/kvm")
FIRST_WORD: Final = 20.0
"""Seconds that a kernel may take under KVM to say it; it takes one."""
FIRST_LINE: Final = "Linux version"
LINE: Final = "console=ttyS0 earlyprintk=ttyS0 panic=-1"
"""The kernel's: a panic ends qemu, since there is no reboot."""


def command(
    accel: str, kernel: Path, initrd: Path | None = None, *words: object
) -> list[str]:
    """Return the call of qemu that boots a kernel.

    Args:
        accel: "kvm" or "tcg".
        kernel: Its image.
        initrd: The archive with /init.
        words: What /init is given as arguments.
    """
    line = " ".join([LINE, "--", *map(str, words)])
    # "max" has an instruction for random numbers: Python starts with some.
    return [
        "qemu-system-x86_64",
        *("-accel", accel, "-cpu", "max", "-smp", "1", "-m", "512"),
        *("-nodefaults", "-no-reboot", "-display", "none"),
        *("-serial", "stdio", "-kernel", str(kernel), "-append", line),
        *(("-initrd", str(initrd)) if initrd else ()),
    ]


def accelerator(kernel: Path) -> str:
    """Return "kvm" if a kernel starts with it, else "tcg".

    Args:
        kernel: The image to try.
    """
    if KVM_DEVICE.exists():
        console = lines(command("kvm", kernel), FIRST_WORD)
        with contextlib.closing(console), contextlib.suppress(TimeoutError):
            if any(FIRST_LINE in text for text in console):
                return "kvm"
    return "tcg"
