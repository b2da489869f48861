"""What a wrong belief is: a sentence, and the model changed to hold it."""

from typing import Literal, NamedTuple

Edit = tuple[str, str]
"""A passage of the source, and what it would be."""


class Belief(NamedTuple):
    """What somebody might believe, and how the model would then read."""

    words: str
    file: str
    old: str
    new: str
    also: tuple[Edit, ...] = ()
    """Further edits of the same file that the belief needs."""
    harmless: str = ""
    """Why no call can tell, where none can."""
    driver: Literal["calls", "threads", "tcp", "connects"] = "calls"
    """Whose scripts reach it: those of ``run``, or of which setting."""

    def edits(self) -> tuple[Edit, ...]:
        """Return all edits."""
        return (self.old, self.new), *self.also

    def applied(self, text: str) -> str:
        """Return the source of the file as the belief has it.

        Args:
            text: The source as it is.

        Raises:
            ValueError: A passage is not there any more.
        """
        for old, new in self.edits():
            if old not in text:
                raise ValueError(f"{self.words}: {self.file} lacks {old!r}")
            text = text.replace(old, new)
        return text
