"""*.localhost is this machine, whatever its resolver knows."""

import pytest

from infra.local.loopback import by_loopback


@pytest.mark.parametrize(
    ("url", "called", "headers"),
    [
        (
            "http://portal.localhost:8003/a?b=c",
            "http://127.0.0.1:8003/a?b=c",
            {"Host": "portal.localhost:8003"},
        ),
        ("http://portal.localhost/a", "http://127.0.0.1:80/a", {"Host": "portal.localhost"}),
        ("https://inscription.ecole.fr/a", "https://inscription.ecole.fr/a", {}),
    ],
)
def test_name_of_this_machine_is_called_by_the_loopback(
    url: str, called: str, headers: dict[str, str]
) -> None:
    assert by_loopback(url) == (called, headers)
