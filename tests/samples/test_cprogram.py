"""A C fence says what its program prints, or it fails."""

from pathlib import Path

import pytest

from tests.proof.samples.cprogram import CError, RefusedError, rewritten

TRUE = """\
#include <stdio.h>
#include <string.h>

int main(void)
{
    for (int i = 0; i < 2; i++)
        printf("%d of %zu\\n", i,
               strlen("ab"));
        //> 0 of 2
        //> 1 of 2
    printf("half ");
    if (puts("a line") >= 0) { putchar('x'); }
    //> half a line
    //> x
    return 0;
}
"""


def test_the_output_stands_under_the_statement_that_printed_it(
    tmp_path: Path,
) -> None:
    """A loop's lines stand together; a line belongs to who ended it."""
    assert rewritten(TRUE, tmp_path) == TRUE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0 of 2", "7 of 2"),
        ("        //> 0 of 2\n", ""),
        ("    //> x\n", "    //> x\n    //> y\n"),
        ('"ab"', '"abc"'),
    ],
)
def test_what_is_not_true_is_written_anew(
    tmp_path: Path, old: str, new: str
) -> None:
    """A changed output is put right; a changed constant shows."""
    changed = TRUE.replace(old, new)
    right = rewritten(changed, tmp_path)
    assert right != changed
    assert rewritten(right, tmp_path) == right


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("int x;", "compile"),
        ("return 3;", "status 3"),
        ("int a[2] = {0}; int i = 2; return a[i];", "status"),
        ('fputs("x", stderr);', "says"),
        ('fputs("x", stdout);', "not printed by"),
        ('char *p = strdup("x"); p = 0; (void)p;', "LeakSanitizer"),
        ("int i = 2147483647; i += argc; printf(0);", "compile"),
        ("int i = 2147483647; i += argc; return i == 0;", "overflow"),
    ],
)
def test_a_program_that_is_not_clean_fails(
    tmp_path: Path, body: str, why: str
) -> None:
    """Warnings, statuses, leaks, undefined behaviour, stray output."""
    head = "#define _GNU_SOURCE\n#include <stdio.h>\n#include <string.h>\n"
    unused = "(void)argv; (void)argc;"
    main = f"int main(int argc, char **argv)\n{{\n{unused} {body}\n}}\n"
    if body == "int x;":
        main = main.replace("(void)argv; ", "")
    with pytest.raises(CError, match=why):
        rewritten(head + main, tmp_path)


REFUSED = """\
#include <stdio.h>

int main(void)
{
    SAY
    fputs("io_uring_setup: Operation not permitted\\n", stderr);
    return 77;
}
"""


def test_what_the_kernel_refuses_is_told_apart_from_what_is_wrong(
    tmp_path: Path,
) -> None:
    """Status 77, and on stderr what was refused."""
    with pytest.raises(RefusedError, match="io_uring_setup: Operation not"):
        rewritten(REFUSED.replace("SAY", ""), tmp_path)


def test_a_program_that_has_shown_something_was_not_refused(
    tmp_path: Path,
) -> None:
    """What it printed may be wrong, so status 77 does not excuse it."""
    with pytest.raises(CError, match="status 77"):
        rewritten(REFUSED.replace("SAY", 'puts("shown");'), tmp_path)
