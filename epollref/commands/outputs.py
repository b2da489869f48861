"""Where results go: whether they can be written, and who may read them."""

import contextlib
import errno
import os
import stat
from typing import Final


def check_writable(file: str | os.PathLike[str]) -> None:
    """Find out whether a file can be written, and leave it as it is.

    Args:
        file: Where a result is to go; it need not be there yet.

    Raises:
        OSError: EACCES, EISDIR, ENOENT, EROFS: it cannot be written.
    """
    try:
        mode = os.stat(file).st_mode
    except FileNotFoundError:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666))
        os.unlink(os.path.realpath(file))
        return
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        os.close(os.open(file, os.O_WRONLY | os.O_CLOEXEC))
    elif not os.access(file, os.W_OK):
        # Opening a pipe would wait for its reader.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def check_apart(
    file: str | os.PathLike[str], source: str | os.PathLike[str]
) -> None:
    """Refuse to write a result over what it is made of.

    Args:
        file: Where the result is to go; it need not be there yet.
        source: What is read.

    Raises:
        OSError: EINVAL: both names are of one file.
    """
    with contextlib.suppress(FileNotFoundError):
        if os.path.samefile(file, source) and os.path.isfile(source):
            raise OSError(errno.EINVAL, f"it is {source}, which is read")


PRIVATE: Final = 0o600
"""The mode of a file that holds what the program said and was told."""


def make_private(file: str, *, force: bool) -> bool:
    """Make an empty file that its owner alone may read and write.

    What is no regular file (a FIFO, /dev/null) is left as it is.

    Args:
        file: Its name.
        force: Whether a file that is there and holds something is emptied.

    Returns:
        Whether there is a new file.

    Raises:
        FileExistsError: There is one, it holds something, and it is not to
            be overwritten; the text says what helps.
        OSError: EACCES, EISDIR, ENOENT, EROFS: it cannot be written; EPERM:
            it belongs to somebody else.
    """
    flags = os.O_WRONLY | os.O_CLOEXEC
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, flags | os.O_CREAT | os.O_EXCL, PRIVATE))
        return True
    about = os.stat(file)
    if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
        return False
    if stat.S_ISREG(about.st_mode) and about.st_size and not force:
        raise FileExistsError(
            errno.EEXIST,
            "it is there already; -o names another one, --force overwrites it",
        )
    fd = os.open(file, flags | os.O_TRUNC)
    try:
        os.fchmod(fd, PRIVATE)
    finally:
        os.close(fd)
    return False
