"""Whether a result can be written, found out before there is one."""

import errno
import os
import stat


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
