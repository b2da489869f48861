"""The API pages show how a value is made: `@value` is a dataclass to Griffe.

Griffe, which reads the sources for mkdocstrings, knows `@dataclass` by its
name. `epollref.trace.value.value` makes dataclasses too, so each class that
it decorates is told to Griffe as one, before its own extension looks.
"""

from typing import Any

from griffe import Class, Decorator, ExprAttribute, ExprName, Extension

VALUE = "epollref.trace.value.value"
DATACLASS = ExprAttribute(
    [ExprName("dataclasses"), ExprName("dataclass", ExprName("dataclasses"))]
)


class ValuesExtension(Extension):
    """Takes `@value` for `@dataclass`."""

    def on_class_instance(self, *, cls: Class, **_: Any) -> None:
        """Add the decorator that Griffe knows."""
        cls.decorators += [
            Decorator(DATACLASS, lineno=each.lineno, endlineno=each.endlineno)
            for each in cls.decorators
            if each.callable_path == VALUE
        ]
