"""A page that holds what nothing would run is refused."""

import pytest

from tests.proof.samples.structure import refusals

REFUSED = {
    "no language": "```\nx\n```\n",
    "another language": "```yaml\nx: 1\n```\n",
    "text that is no figure": "```text\nx\n```\n",
    "indented code": "Words.\n\n    >> code\n",
    "indented code after a list": "- item\n\nWords.\n\n    code\n",
    "indented code in a tab": '=== "A"\n\n    Words.\n\n        code\n',
    "skip": "```pycon\n>>> 1  # doctest: +SKIP\n2\n\n```\n",
    "skip with another flag": (
        "```pycon\n>>> 1  # doctest: +ELLIPSIS, +SKIP\n2\n\n```\n"
    ),
    "a session in a comment": "<!--\n>>> 1\n2\n-->\n",
    "a session in a quotation": "> >>> 1\n> 2\n",
    "a fence in a quotation": "> ```python\n> x\n> ```\n",
    "a session in prose": ">>> 1\n2\n",
    "a session in a list": "- >>> 1\n",
    "a session in a figure": "``` { .text .figure }\n>>> 1\n```\n",
    "raw html": "<pre>print(1)</pre>\n",
    "raw html with attributes": '<pre class="x"><code>1</code></pre>\n',
    "raw code": "<div><code>\nx\n</code></div>\n",
    "pycon without a blank line": "```pycon\n>>> 1\n1\n```\n",
    "pycon without a prompt": "```pycon\nprint(1)\n\n```\n",
    "an empty fence": "```python\n```\n",
    "a fence that is open": "```python\nx\n",
    "an include among code": (
        '```python\nx = 1\n--8<-- "snippets/a.py:b"\n```\n'
    ),
    "an include in a session": '```console\n--8<-- "snippets/a.py:b"\n```\n',
    "a server that nothing waits for": (
        "```console\n$ ./echo 7000 &\nREADY 7000\n$ nc 127.0.0.1 7000\n```\n"
    ),
    "an include in prose": '--8<-- "snippets/a.py:b"\n',
}
FINE = {
    "a server that is waited for": (
        "```console\n$ ./echo 7000 &\nREADY 7000\n"
        "$ until ss -tln | grep -q :7000; do sleep 0.1; done\n```\n"
    ),
    "a session": "```pycon\n>>> 1\n1\n\n```\n",
    "a figure": "``` { .text .figure }\nint f(void);\n```\n",
    "a built block": "```twin\nedge/echo_broken_x.py\n```\n",
    "the hero, which is empty": "```hero\n```\n",
    "a folded block": '??? question "Why?"\n\n    Because.\n\n    More.\n',
    "a list in a list": "- a\n\n    - b\n\n        more of b\n\n- c\n",
    "a definition": "Term\n\n:   What it is.\n\n    More.\n",
    "a fence in a tab": '=== "A"\n\n    ```c\n    int x;\n    ```\n',
    "code in a line": "A `<pre>` and a `>>>` in words.\n",
    "a lazy line": "A paragraph\n    that goes on.\n",
    "a comment": "<!-- nothing to see -->\n",
    "an include": '```python title="a"\n--8<-- "snippets/a.py:b"\n```\n',
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_block_that_nothing_runs_is_refused(text: str) -> None:
    """Each of these passes every other test of documentation."""
    assert refusals(text)


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_a_page_that_is_in_order_passes(text: str) -> None:
    """The check stands in nobody's way."""
    assert refusals(text) == []


def test_a_refusal_names_its_line() -> None:
    """An author finds what is meant."""
    (refusal,) = refusals("# Title\n\nWords.\n\n    code\n")
    assert refusal.line == 5
