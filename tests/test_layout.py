"""Machinery and tests lie apart: the proof knows no test."""

import grimp

PROOF = "tests.proof"


def test_the_proof_imports_no_test() -> None:
    """What runs the samples is complete without the tests of it."""
    graph = grimp.build_graph("tests", cache_dir=None)
    proof = {PROOF, *graph.find_descendants(PROOF)}
    strays = {
        f"{module} imports {found}"
        for module in proof
        for found in graph.find_modules_directly_imported_by(module) - proof
    }
    assert not strays, sorted(strays)


def test_what_the_proof_consists_of_is_no_test() -> None:
    """pytest would run it there, and nobody would look for it there."""
    graph = grimp.build_graph("tests", cache_dir=None)
    names = {name.rpartition(".")[2] for name in graph.find_descendants(PROOF)}
    assert not {name for name in names if name.startswith("test_")}
