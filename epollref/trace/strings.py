r"""Strings as strace prints them: the first bytes, quoted.

At most 32 bytes are shown (``-s``); dots say that there was more:
``"GET / HTTP/1.1\r\nHost: example.or"...``.  Six control characters have
names, every other byte that is not printable ASCII is octal and as short as
it can be: ``\0``, but ``\0001`` where a digit follows (``string_quote`` in
``src/util.c`` of strace).
"""

from typing import Final

_NAMED: Final = {
    0x09: "\\t",
    0x0A: "\\n",
    0x0B: "\\v",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}
_SHORT: Final = [
    _NAMED.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:o}")
    for byte in range(256)
]
_LONG: Final = [
    f"\\{byte:03o}" if text[1:].isdigit() else text
    for byte, text in enumerate(_SHORT)
]
_OCTAL_DIGITS: Final = frozenset(b"01234567")

QUOTED: Final = (
    r'"([^"\\]*+(?:\\(?:[0-3][0-7]{2}|[0-7]{1,2}(?![0-7])'
    r'|[tnvfr"\\]|x[0-9a-f]{2})'
    r'[^"\\]*+)*)"(\.\.\.)?'
)
"""A quoted string in a pattern: its inside, and the dots if it was cut."""


def quoted(data: bytes, limit: int = 32, *, cut: bool = False) -> str:
    r"""Return bytes as strace prints them.

    Args:
        data: The bytes.
        limit: The most to show (``-s``).
        cut: Say that there was more, even if all of ``data`` is shown.

    Returns:
        The quoted text, with dots where something is missing.

    Examples:
        >>> from epollref.trace.strings import quoted
        >>> print(quoted(b"\0\x011\n"))
        "\0\0011\n"
        >>> print(quoted(b"abcdef", 3))
        "abc"...
    """
    shown = data[:limit]
    last = len(shown) - 1
    text = "".join(
        _LONG[byte]
        if at < last and shown[at + 1] in _OCTAL_DIGITS
        else _SHORT[byte]
        for at, byte in enumerate(shown)
    )
    return f'"{text}"...' if cut or len(data) > limit else f'"{text}"'


def unquoted(inside: str) -> bytes:
    """Return the bytes of what ``QUOTED`` found between the quotes.

    Args:
        inside: The text, which holds only escapes that ``QUOTED`` allows.

    Returns:
        The bytes.
    """
    raw = inside.encode("latin-1")
    if "\\" not in inside:
        return raw
    return raw.decode("unicode_escape").encode("latin-1")
