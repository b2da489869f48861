"""A console session is marked up by what is typed in it."""

from lxml import html
from markdown import Markdown

from tests.proof.site.sessions import console

BODY = """\
$ cat > a <<'end'
> $HOME is not "a prompt
>
> end
$ printf 'one
> two' | cat
one
> two
"""


def shown(body: str) -> html.HtmlElement:
    """The block that a fence becomes."""
    page = console(body, "console", "language-console", {}, Markdown())
    return html.fragment_fromstring(page)


def test_the_text_of_a_session_is_left_as_it_is() -> None:
    """The ledger knows a block by its text."""
    assert shown(BODY).text_content() == BODY


def test_lines_of_here_documents_and_quotations_are_typed() -> None:
    """Each typed line has a prompt of its own, and no line of output has."""
    lines = shown(BODY).xpath(".//code/span")
    prompts = [line.xpath("string(span[@class='gp'])") for line in lines]
    assert prompts == ["$ ", "> ", ">", "> ", "$ ", "> ", "", ""]


def test_a_command_is_coloured_as_a_whole() -> None:
    """The second line of a quotation is a string too."""
    last = shown(BODY).xpath(".//code/span")[5]
    assert last.xpath("string(span[@class='s1'])") == "two'"
