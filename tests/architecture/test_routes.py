"""The addresses of the application, as API Gateway takes them."""

from collections import defaultdict

import app


def test_what_follows_one_address_has_one_name() -> None:
    """API Gateway takes one variable below each part of an address, and refuses to deploy a second."""
    names = defaultdict(set)
    for path in app.app.routes:
        parts = path.split("/")
        for depth, part in enumerate(parts):
            if part.startswith("{"):
                names["/".join(parts[:depth])].add(part)

    assert {before: found for before, found in names.items() if len(found) > 1} == {}
