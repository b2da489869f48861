"""The kernels that Debian ships, found and unpacked by Debian's own tools.

apt knows which there are, downloads and checks them; no root is needed, and
nothing is installed.  The kernels for virtual machines ("cloud") are the
smallest, and have built in all that the comparison needs.
"""

import platform
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SERIES: Final = ("6.1", "6.12")
"""Which kernels are booted: the newest package of each series."""

MACHINE: Final = "x86_64"
PROGRAMS: Final = {
    "qemu-system-x86_64": "qemu-system-x86",
    "cpio": "cpio",
    "ldd": "libc-bin",
    "apt-cache": "apt",
    "apt-get": "apt",
    "dpkg-deb": "dpkg",
}
"""What runs here, and the package that brings it."""


class MissingError(Exception):
    """Something is not on this machine; its text is one line."""


@dataclass(frozen=True, slots=True)
class Package:
    """A kernel that apt offers."""

    name: str
    version: str


def require_programs() -> None:
    """Look for every program that is run.

    Raises:
        MissingError: One or more is missing: which, and what installs it.
    """
    if platform.machine() != MACHINE:
        raise MissingError(
            f"Debian's kernels are taken for {MACHINE} with the Python of "
            f"this machine, which is {platform.machine()}"
        )
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        brings = " ".join(sorted({PROGRAMS[name] for name in missing}))
        raise MissingError(
            f"missing {', '.join(missing)}: sudo apt-get install "
            f"--no-install-recommends {brings}"
        )


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout


def newest(shown: str) -> Package | None:
    """Return the newest of some packages.

    Args:
        shown: What ``apt-cache show`` printed.
    """
    pairs = re.findall(
        r"^Package: (\S+)$.*?^Version: (\S+)$", shown, re.MULTILINE | re.DOTALL
    )
    packages = [Package(name, version) for name, version in pairs]
    return max(packages, key=_numbers, default=None)


def _numbers(package: Package) -> list[int]:
    """Order versions of one series: theirs differ in numbers only."""
    return [int(digits) for digits in re.findall(r"\d+", package.version)]


def offered(series: str) -> Package:
    """Return the newest kernel of a series.

    Args:
        series: Such as "6.1".

    Raises:
        MissingError: apt knows none.
    """
    names = rf"^linux-image-{re.escape(series)}\.[0-9][^-]*(-[0-9]+)?-cloud-"
    found = _output("apt-cache", "search", "--names-only", f"{names}amd64$")
    packages = [text.split()[0] for text in found.splitlines()]
    shown = ""
    if packages:
        shown = _output("apt-cache", "show", "--no-all-versions", *packages)
    package = newest(shown)
    if package is None:
        raise MissingError(
            f"apt knows no linux-image-{series}*-cloud-amd64: add the Debian "
            "release that has it to apt's sources, then sudo apt-get update"
        )
    return package


def kernel(package: Package, build: Path) -> Path:
    """Download a package, unless that was done, and take its kernel out.

    Args:
        package: What to download.
        build: Where to keep it.

    Returns:
        The kernel's image.

    Raises:
        MissingError: It cannot be downloaded, or has no kernel.
    """
    folder = build / f"{package.name}_{package.version}"
    image = folder / "vmlinuz"
    if image.exists():
        return image
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wanted = f"{package.name}={package.version}"
    done = subprocess.run(
        ["apt-get", "download", wanted],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    archive = next(folder.glob("*.deb"), None)
    if done.returncode or archive is None:
        words = " ".join(done.stderr.split())
        raise MissingError(f"cannot download {wanted}: {words}")
    _unpack(archive, image)
    archive.unlink()
    return image


def _unpack(archive: Path, image: Path) -> None:
    """Copy the kernel, and nothing else, out of a package."""
    part = image.with_suffix(".part")
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE
    ) as child:
        with tarfile.open(fileobj=child.stdout, mode="r|") as files:
            for member in files:
                if Path(member.name).match("boot/vmlinuz-*"):
                    source = files.extractfile(member)
                    assert source is not None
                    with part.open("wb") as target:
                        shutil.copyfileobj(source, target)
                    break
        # The rest of the package is not read.
        child.kill()
    if not part.exists():
        raise MissingError(f"{archive.name} has no kernel")
    part.rename(image)
