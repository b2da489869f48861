"""A session that is not an echo."""


class Lines:
    """Greets, answers each line in capitals, and leaves at ``quit``."""

    def __init__(self) -> None:
        self._input = b""
        self._output = b"hello\n"
        self._over = False

    @property
    def wants_input(self) -> bool:
        return not self._over

    @property
    def wants_output(self) -> bool:
        return bool(self._output)

    @property
    def owed(self) -> bytes:
        return self._output

    @property
    def finished(self) -> bool:
        return self._over and not self._output

    def receive(self, data: bytes) -> None:
        *lines, self._input = (self._input + data).split(b"\n")
        for line in lines:
            self._output += line.upper() + b"\n"
            self._over |= line == b"quit"
        self._over |= not data

    def sent(self, n: int) -> None:
        self._output = self._output[n:]
