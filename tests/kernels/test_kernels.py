"""What is missing is said in a line; what was found stands in the table."""

import datetime
import json
import os
import re
import shlex
import tarfile
from dataclasses import fields
from pathlib import Path

import pytest

from epollref.model import Profile
from tests.proof.kernels import boot, packages
from tests.proof.kernels.__main__ import RESULT, main
from tests.proof.kernels.packages import SERIES, Package, kernel, newest
from tests.proof.kernels.report import Verdict
from tests.proof.kernels.table import Run, table

SHOWN = """\
Package: linux-image-6.1.0-9-cloud-amd64
Source: linux-signed-amd64
Version: 6.1.94-1
Depends: kmod

Package: linux-image-6.1.0-56-cloud-amd64
Version: 6.1.192-2
Depends: kmod

Package: linux-image-6.1.0-55-cloud-amd64
Version: 6.1.187-1
"""


def program(folder: Path, name: str, text: str = "") -> None:
    """Put a shell script in the place of a program."""
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def bin_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose programs are found first."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    return folder


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    """Run it; return the one line that says what is missing."""
    assert main(["--steps", "1"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (said,) = err.splitlines()
    return said


def test_a_missing_qemu_is_one_line_that_says_how_to_install_it(
    bin_first: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in packages.PROGRAMS:
        program(bin_first, name)
    (bin_first / "qemu-system-x86_64").unlink()
    monkeypatch.setenv("PATH", str(bin_first))
    assert refused(capsys) == (
        "cannot boot kernels: missing qemu-system-x86_64: sudo apt-get "
        "install --no-install-recommends qemu-system-x86"
    )


def test_a_kernel_that_apt_does_not_know_is_named(
    bin_first: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in packages.PROGRAMS:
        program(bin_first, name)
    assert f"apt knows no linux-image-{SERIES[0]}*" in refused(capsys)


def test_another_machine_is_refused(
    bin_first: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert refused(capsys).endswith("which is aarch64")


def test_a_download_that_fails_says_why_in_a_line(
    bin_first: Path, tmp_path: Path
) -> None:
    program(bin_first, "apt-get", "echo 'E: Failed\n404' >&2; exit 100")
    with pytest.raises(packages.MissingError) as raised:
        kernel(Package("linux-image-x", "6.1-1"), tmp_path)
    assert str(raised.value) == (
        "cannot download linux-image-x=6.1-1: E: Failed 404"
    )


def test_a_kernel_is_taken_out_of_its_package_once(
    bin_first: Path, tmp_path: Path
) -> None:
    """dpkg-deb and apt-get are played: a package is a tar archive here."""
    image = tmp_path / "image"
    image.write_bytes(b"kernel")
    archive = tmp_path / "package.tar"
    with tarfile.open(archive, "w") as files:
        files.add(__file__, "./boot/config-6.1")
        files.add(image, "./boot/vmlinuz-6.1")
    program(bin_first, "apt-get", f"cp {shlex.quote(str(archive))} kernel.deb")
    program(bin_first, "dpkg-deb", 'exec cat "$2"')
    package = Package("linux-image-x", "6.1-1")
    found = kernel(package, tmp_path / "build")
    assert found.read_bytes() == b"kernel"
    program(bin_first, "apt-get", "exit 1")
    assert kernel(package, tmp_path / "build") == found


def test_a_package_without_a_kernel_is_refused_each_time(
    bin_first: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "package.tar"
    with tarfile.open(archive, "w") as files:
        files.add(__file__, "./boot/config-6.1")
    program(bin_first, "apt-get", f"cp {shlex.quote(str(archive))} kernel.deb")
    program(bin_first, "dpkg-deb", 'exec cat "$2"')
    for _ in range(2):
        with pytest.raises(packages.MissingError, match="has no kernel"):
            kernel(Package("linux-image-x", "6.1-1"), tmp_path / "build")


def test_the_newest_package_is_found_by_number() -> None:
    wanted = Package("linux-image-6.1.0-56-cloud-amd64", "6.1.192-2")
    assert newest(SHOWN) == wanted
    assert newest("") is None


@pytest.mark.parametrize(
    ("console", "accel"),
    [
        ("echo '[    0.0] Linux version 6.1.0'; exec cat /dev/zero", "kvm"),
        ("echo 'qemu: failed to initialize kvm' >&2; exit 1", "tcg"),
        ("exec sleep infinity", "tcg"),
    ],
    ids=["starts", "refuses", "hangs"],
)
def test_kvm_is_used_where_a_kernel_starts_with_it(
    bin_first: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    console: str,
    accel: str,
) -> None:
    monkeypatch.setattr(boot, "KVM_DEVICE", tmp_path)
    monkeypatch.setattr(boot, "FIRST_WORD", 0.05 if "sleep" in console else 60)
    program(bin_first, "qemu-system-x86_64", console)
    assert boot.accelerator(tmp_path / "vmlinuz") == accel


def test_without_kvm_nothing_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boot, "KVM_DEVICE", tmp_path / "kvm")
    monkeypatch.setenv("PATH", "")
    assert boot.accelerator(tmp_path / "vmlinuz") == "tcg"


def test_a_row_has_only_what_differs_between_kernels() -> None:
    def run(release: str, trace: str | None, **profile: object) -> Run:
        verdict = Verdict(release, 9, 1, trace, profile, 0.5)
        package = None if "local" in release else Package("linux", "6-1")
        return Run(package, "tcg", verdict)

    rows = table(
        [
            run("6.1.0-5-cloud", None, page_size=4096, keeps_wakeup=True),
            run("6.18.4-local", "!", page_size=4096, keeps_wakeup=False),
        ]
    )["kernels"]
    assert [row["profile"] for row in rows] == [
        {"keeps_wakeup": True},
        {"keeps_wakeup": False},
    ]
    assert [row["release"] for row in rows] == ["6.1.0-5-cloud", "6.18.4"]
    assert [row["agreed"] for row in rows] == [True, False]


# the table that the site shows


def test_every_kernel_of_the_table_agreed() -> None:
    found = json.loads(RESULT.read_text())
    assert set(found) == {"date", "kernels"}
    datetime.date.fromisoformat(found["date"])
    *booted, here = found["kernels"]
    for row in (*booted, here):
        assert row["agreed"] is True
        assert row["steps"] >= 250_000
        assert type(row["seed"]) is int
        assert re.match(r"\d+\.\d+\.\d+", row["release"])
    assert all(row["accel"] in ("kvm", "tcg") for row in booted)
    assert (here["accel"], here["package"]) == ("native", None)


def test_the_table_has_a_row_for_each_series() -> None:
    *booted, _ = json.loads(RESULT.read_text())["kernels"]
    for series, row in zip(SERIES, booted, strict=True):
        assert row["version"].startswith(f"{series}.")
        assert row["package"] == f"linux-image-{row['release']}"


def test_the_table_names_bits_that_the_profile_has() -> None:
    """A renamed bit makes the table stale: run ``make kernels`` again."""
    rows = json.loads(RESULT.read_text())["kernels"]
    names = set(rows[0]["profile"])
    assert names
    assert names <= {field.name for field in fields(Profile)}
    for row in rows:
        assert set(row) == set(rows[0])
        assert set(row["profile"]) == names
    for name in names:
        assert len({str(row["profile"][name]) for row in rows}) > 1
