"""The API pages show how a call is made, though `@value` is ours."""

import griffe

from tests.proof.project import ROOT


def test_a_value_has_the_parameters_of_a_dataclass() -> None:
    """Those of its parents last, as keywords?"""
    loaded = griffe.load(
        "epollref.trace.items",
        search_paths=[ROOT],
        extensions=griffe.load_extensions("tests.proof.site.values"),
    )
    begun = loaded["Begun"]
    assert isinstance(begun, griffe.Class)
    kinds = {each.name: each.kind for each in begun.parameters}
    own = ("name", "args", "fate", "call", "fd")
    assert [*kinds] == ["self", *own, "pid", "time", "line"]
    assert kinds["fd"] is griffe.ParameterKind.positional_or_keyword
    assert kinds["pid"] is griffe.ParameterKind.keyword_only


def test_a_class_that_is_no_value_has_none() -> None:
    """Is only what is decorated told to Griffe as a dataclass?"""
    loaded = griffe.load(
        "epollref.trace.sinks",
        search_paths=[ROOT],
        extensions=griffe.load_extensions("tests.proof.site.values"),
    )
    labels = {each.name: each.labels for each in loaded.classes.values()}
    assert "dataclass" not in labels["FileSink"]
