"""Texts of campaigns on the pages: escaped, with links for their mail addresses alone."""

import pytest

from chalicelib.portal.texts import mail_links

LINK = '<a href="mailto:{0}">{0}</a>'


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("sans adresse", "sans adresse"),
        ("écrivez à a.b-c@ecole.example.", f"écrivez à {LINK.format('a.b-c@ecole.example')}."),
        ("a@b.test ou c@d.test", f"{LINK.format('a@b.test')} ou {LINK.format('c@d.test')}"),
        ("<b>&a@b.test'", f"&lt;b&gt;&amp;{LINK.format('a@b.test')}&#39;"),
        ('x@y.test" onclick="z', f"{LINK.format('x@y.test')}&#34; onclick=&#34;z"),
        ("javascript:a@b.test", f"javascript:{LINK.format('a@b.test')}"),
        ("a@b", "a@b"),
        ("https://ecole.example", "https://ecole.example"),
    ],
)
def test_mail_addresses_become_links_and_all_else_is_escaped(words: str, shown: str) -> None:
    assert mail_links(words) == shown
