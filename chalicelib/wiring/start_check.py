"""What a stage refuses: every fault at once, each with what to do. It reads settings and calls nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.domain.rehearsal import NO_SIREN
from chalicelib.settings import Settings, Stage, StartRefused, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.campaign import School

_RESERVED = re.compile(r"(.+\.)?(example|test|invalid|localhost|example\.(com|net|org))|127\..*")
"""Hosts that can belong to no school (RFC 2606)."""
_DEMONSTRATION = re.compile("d[ée]monstration|exemple|example", re.IGNORECASE)
_SCHOOL_FAULTS = {
    "school.siren": (
        "The campaign's SIREN (school.siren) is not SchoolSiren. Correct the one that is wrong.",
        "ce SIREN n'est pas celui avec lequel le portail est installé : corrigez celui qui est faux",
    ),
    "school.address": (
        "The campaign's address (school.address) is the demonstration's. Write the school's own.",
        "cette adresse est celle de la démonstration : écrivez celle de l'établissement",
    ),
    "school.phone": (
        "The campaign's telephone (school.phone) is a placeholder. Write the school's own.",
        "ce numéro de téléphone est un exemple : écrivez celui de l'établissement",
    ),
    "school.contact_email": (
        "The campaign's contact (school.contact_email) is a placeholder. Write the school's own.",
        "cette adresse mail est un exemple : écrivez celle de l'établissement",
    ),
}
"""By the place in a file: what is wrong and what to do, English for operators, French for the writer."""


def refuse_start(chosen: Settings) -> None:
    """Raise `StartRefused` with every fault of the settings."""
    if findings := setting_faults(chosen):
        raise StartRefused(findings)


def setting_faults(chosen: Settings) -> tuple[str, ...]:
    """Return a sentence for each setting that the stage refuses, by the name of its parameter."""
    if not chosen.is_deployed:
        return ()
    gateway = _of_production if chosen.stage is Stage.PRODUCTION else _of_rehearsal
    return (*_addresses(chosen), *_keys(chosen), *_receivers(chosen), *gateway(chosen))


def school_faults(chosen: Settings, school: School) -> tuple[str, ...]:
    """Return a sentence for each fact of the seller that real invoices cannot bear."""
    return tuple(_SCHOOL_FAULTS[key][0] for key in _school(chosen, school))


def school_refusals(chosen: Settings, school: School) -> tuple[tuple[str, str], ...]:
    """Return the same as `school_faults`, as the place and the French sentence for the file's writer."""
    return tuple((key, _SCHOOL_FAULTS[key][1]) for key in _school(chosen, school))


def _addresses(chosen: Settings) -> Iterator[str]:
    given = {
        "BaseUrl": (chosen.base_url,),
        "CasUrl": split(chosen.cas_url),
        "CvecUrl": split(chosen.cvec_url),
        "ApiParticulierUrl": split(chosen.api_particulier_url),
        "PayboxPageUrls": split(chosen.paybox_page_urls),
        "PayboxDirectUrls": split(chosen.paybox_direct_urls),
    }
    for name, urls in given.items():
        if not all(each.startswith("https://") for each in urls):
            yield f"{name} is not https: {chosen.stage} refuses to start. Give an address with https://."
    for name in ("PayboxPageUrls", "PayboxDirectUrls"):
        if not given[name]:
            yield f"{name} names no address. Leave the parameter empty to get those of the stage."
    if _RESERVED.fullmatch(urlsplit(chosen.base_url).hostname or "localhost"):
        yield "BaseUrl is a placeholder. Give the portal's own address (docs/deploy.md, Domain)."
    if _RESERVED.fullmatch(chosen.mail_from.rpartition("@")[2] or "localhost"):
        yield "MailFrom is a placeholder. Give an address of the domain verified in SES."


def _keys(chosen: Settings) -> Iterator[str]:
    if any(not is_vouched_for(key, chosen) for key in split(chosen.paybox_public_keys)):
        yield (
            f"PayboxPublicKeys names a key that is not the gateway's: {chosen.stage} refuses to start. "
            "Leave it empty; if the gateway has another key, give its SHA-256 in PayboxPublicKeyDigests."
        )


def _receivers(chosen: Settings) -> Iterator[str]:
    if chosen.loopback_receivers:
        yield (
            f"LOOPBACK_RECEIVERS sends events to this machine: {chosen.stage} refuses to start. "
            "Leave it unset: it is for the local stack alone."
        )


def is_vouched_for(key: str, chosen: Settings) -> bool:
    """Return True for the gateway's own key, and for a PEM of which the settings name the digest too."""
    from chalicelib.gateway.signature import OFFICIAL_KEY, fingerprint

    if key.split() == OFFICIAL_KEY.split():
        return True
    from cryptography.exceptions import UnsupportedAlgorithm  # slow to import: for another key alone

    try:
        return fingerprint(key) in split(chosen.paybox_public_key_digests.lower().replace(":", ""))
    except (ValueError, UnsupportedAlgorithm):
        return False


def _of_production(chosen: Settings) -> Iterator[str]:
    from chalicelib.gateway.environments import is_test_address, is_test_site

    if is_test_site(chosen.paybox_site):
        yield "PayboxSite is a public test merchant. Give the site of the school's contract."
    for name, urls in (
        ("PayboxPageUrls", chosen.paybox_page_urls),
        ("PayboxDirectUrls", chosen.paybox_direct_urls),
    ):
        if any(is_test_address(each) for each in split(urls)):
            yield f"{name} leads to the gateway's preproduction. Leave it empty to get the real one."
    if not is_siren(chosen.school_siren):
        yield "SchoolSiren is not the SIREN of a school. Give its nine digits, as its invoices bear them."


def _of_rehearsal(chosen: Settings) -> Iterator[str]:
    from chalicelib.gateway.environments import is_test_address

    for name, urls in (
        ("PayboxPageUrls", chosen.paybox_page_urls),
        ("PayboxDirectUrls", chosen.paybox_direct_urls),
    ):
        if not all(is_test_address(each) for each in split(urls)):
            yield (
                f"{name} leads to the real gateway: a rehearsal takes no money. "
                "Leave it empty to get the preproduction."
            )


def _school(chosen: Settings, school: School) -> Iterator[str]:
    if chosen.stage is not Stage.PRODUCTION:
        return
    if not is_siren(school.siren) or school.siren != chosen.school_siren:
        yield "school.siren"
    if any(_DEMONSTRATION.search(each) for each in school.address.lines):
        yield "school.address"
    if not school.phone.strip("0") or re.fullmatch("[0-9]{2}0+", school.phone):
        yield "school.phone"
    if _RESERVED.fullmatch(school.contact_email.rpartition("@")[2]):
        yield "school.contact_email"


def is_siren(text: str) -> bool:
    """Return True for nine digits with their check digit, other than the placeholder of zeros."""
    if not re.fullmatch("[0-9]{9}", text) or text == NO_SIREN:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(text))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0  # noqa: PLR2004 - Luhn
