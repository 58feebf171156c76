from collections.abc import Callable

import pytest

from chalicelib.campaigns.reader import LONGEST_CHARACTERS, CampaignFileError, read_campaign
from chalicelib.campaigns.yaml_tree import DEEPEST, read_tree

Refusals = Callable[..., tuple[str, ...]]

TUITION = '{product: "Frais pédagogiques", unit_price: "990.01"}'


def refused(text: str) -> tuple[str, ...]:
    with pytest.raises(CampaignFileError) as caught:
        read_campaign(text, "ecole.yaml")
    return caught.value.errors


def test_every_error_is_listed_with_its_line_and_path(refusals: Refusals, imaginary_text: str) -> None:
    errors = refusals(
        ('"990.01"', "990.01"),
        ("guide_url: ", "guide_link: "),
        ("instalments: 4", "instalments: 1"),
        ('  menu.guide: {fr: "Guide des nuages", en: "Guide to the clouds"}\n', ""),
    )
    rows = imaginary_text.splitlines()
    amount_line = next(row for row, text in enumerate(rows, 1) if "990.01" in text)
    assert (
        f"ecole.yaml:{amount_line} programmes.BRUME-2.tariffs.A.0.unit_price: écrivez un montant" in errors[2]
    )
    assert [error.partition(": ")[0].partition(" ")[2] for error in errors] == [
        "guide_url",
        "guide_link",
        "programmes.BRUME-2.tariffs.A.0.unit_price",
        "plans.quatre-fois.instalments",
        "texts",
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "path", "sentence"),
    [
        (
            'unit_price: "990.01"',
            "unit_price: 990.01",
            "unit_price",
            "écrivez un montant en euros, entre guillemets",
        ),
        ('unit_price: "990.01"', "unit_price: 990", "unit_price", "écrivez un montant"),
        ('unit_price: "990.01"', 'unit_price: "990.1"', "unit_price", "« 990.1 » n'est pas un montant"),
        ('unit_price: "990.01"', 'unit_price: "-990.01"', "unit_price", "n'est pas un montant"),
        ('vat_rate: "5.5"', "vat_rate: 5.5", "vat_rate", "écrivez un pourcentage"),
        ('vat_rate: "5.5"', 'vat_rate: "cinq"', "vat_rate", "« cinq » n'est pas un pourcentage"),
        ('vat_rate: "5.5"', 'vat_rate: "120"', "vat_rate", "« 120 » dépasse 100 %"),
        ("quantity: 2", "quantity: 0", "quantity", "il faut au moins 1"),
        ("quantity: 2", 'quantity: "2"', "quantity", "un nombre entier est attendu"),
        ("quantity: 2", "quantities: 2", "quantities", "cette clé est inconnue"),
        (f"A: [{TUITION}]", "A: []", "tariffs.A", "il en faut au moins 1"),
        (f"A: [{TUITION}]", f"A: {TUITION}", "tariffs.A", "une liste est attendue"),
        (f"A: [{TUITION}]", f"Z9: [{TUITION}]", "tariffs.Z9", "la situation « Z9 » n'existe pas"),
        ("  BRUME-2:", "  BRUME 2:", "programmes.BRUME 2", "n'est pas un code"),
        ("  B2: {fr", "  A: {fr", "fee_situations.A", "cette clé est écrite deux fois (déjà ligne"),
        ("Frais pédagogiques", "Frais\u202epédagogiques", "product", "un caractère invisible (U+202E)"),
        ("Frais pédagogiques", "Frais\\u0007", "product", "un caractère invisible (U+0007)"),
        ('city: "Nulle-Part"', "city: null", "school.address.city", "un texte est attendu"),
        ('city: "Nulle-Part"', 'city: " "', "school.address.city", "n'est pas un texte : remplissez-le"),
        ('country: "BE"', 'country: "Belgique"', "school.address.country", "n'est pas un pays"),
        ('"111111118"', '"111111119"', "school.siren", "sa clé de contrôle est fausse"),
        ('"111111118"', '"1111"', "school.siren", "n'est pas un numéro SIREN de neuf chiffres"),
        ("bonjour@", "bonjour", "school.contact_email", "n'est pas une adresse mail"),
        ("https://ecole", "ecole", "guide_url", "n'est pas une adresse web"),
        (
            '"2031-09-01 08:00"',
            '"1er septembre"',
            "windows.0.opens_at",
            "« 1er septembre » n'est pas une date",
        ),
        ('"2031-09-01 08:00"', "2031-09-01 08:00:00", "windows.0.opens_at", "n'est pas une date"),
        ('"2031-09-01 08:00"', '"0001-01-01 00:00"', "windows.0.opens_at", "n'est pas une date"),
        ('"2031-09-01 08:00"', '"2031-03-30 02:30"', "windows.0.opens_at", "n'existe pas : cette nuit-là"),
        ('"2031-09-30 18:00"', '"2031-08-30 18:00"', "windows.0", "la période ferme avant d'ouvrir"),
        ("split: equal", "split: halves", "plans.quatre-fois.split", "valeurs admises : 'percent', 'equal'"),
        ("split: equal", "split: percent", "plans.quatre-fois", "« shares » compte 0 parts pour 4 échéances"),
        (
            "due_day: 5",
            'due_day: 5\n    shares: ["100"]',
            "plans.quatre-fois",
            "« shares » n'a de sens que pour",
        ),
        ("split: fixed_first", "split: equal", "plans.acompte", "« first_amount » n'a de sens que pour"),
        ("instalments: 4", "instalments: 1", "plans.quatre-fois.instalments", "il faut au moins 2"),
        ("instalments: 4", "instalments: 400", "plans.quatre-fois.instalments", "il faut au plus 24"),
        ("notice_days: 3", "", "plans.quatre-fois.notice_days", "cette clé obligatoire manque"),
        ("  menu.dossier:", "  menu.dosier:", "texts.menu.dosier", "vouliez-vous « menu.dossier » ?"),
        ("  menu.dossier:", "  zzz:", "texts", "le texte « menu.dossier » manque"),
        ("series: NUAGE31", "series: !!python/name:os.sep NUAGE31", "numbering.series", "l'étiquette YAML"),
        ("series: NUAGE31", "series: !!int NUAGE31", "numbering.series", "valeur illisible : « NUAGE31 »"),
        ("series: NUAGE31", "series: true", "numbering.series", "un texte est attendu"),
        ("numbering: {", "numbering: {[a, b]: 1, ", "numbering", "une clé doit être un simple texte"),
    ],
)
def test_error_says_where_and_what(
    refusals: Refusals, was: str, becomes: str, path: str, sentence: str
) -> None:
    found = [error for error in refusals((was, becomes)) if sentence in error]
    assert len(found) == 1, found
    assert f"{path}: " in found[0]


def test_one_mistake_gives_one_error(refusals: Refusals) -> None:
    assert len(refusals(("series: NUAGE31", "series: !!int NUAGE31"))) == 1
    assert len(refusals(("instalments: 4", "instalments: 1"))) == 1


def test_overlapping_windows_are_refused(refusals: Refusals) -> None:
    second = 'windows:\n  - opens_at: "2031-09-30 17:59"\n    closes_at: "2031-10-02 00:00"'
    (error,) = refusals(("windows:", second))
    assert "windows: les périodes 1 et 0 se chevauchent" in error


def test_windows_that_touch_do_not_overlap(imaginary_text: str) -> None:
    second = 'windows:\n  - opens_at: "2031-09-30 18:00"\n    closes_at: "2031-10-02 00:00"'
    assert len(read_campaign(imaginary_text.replace("windows:", second), "ecole.yaml").windows) == 2


def test_percent_shares_must_make_a_hundred(refusals: Refusals) -> None:
    shares = 'split: percent\n    shares: ["25", "25", "25", "24.99"]'
    (error,) = refusals(("split: equal", shares))
    assert "plans.quatre-fois: les parts de « shares » font 99.99 % et non 100 %" in error


def test_previous_step_named_twice_is_refused(refusals: Refusals) -> None:
    twice = (
        "previous_steps:\n  - key: interview\n    label: {fr: a, en: a}\n    note: {fr: a, en: a}\n  - oops"
    )
    errors = refusals(("previous_steps:", twice))
    assert any("previous_steps.2.key: l'étape « interview » figure déjà plus haut" in each for each in errors)
    assert any("previous_steps.1: un bloc de clés est attendu" in each for each in errors)


def test_reference_is_refused_even_when_it_never_ends(refusals: Refusals) -> None:
    (error,) = (
        each for each in refusals(("previous_steps:", "previous_steps: &all\n  - *all")) if "renvoi" in each
    )
    assert "previous_steps.0: les renvois YAML" in error


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "le fichier est vide"),
        ("# nothing\n", "le fichier est vide"),
        ("- a\n- b\n", "un bloc de clés est attendu"),
        ("id: [1, 2", "n'est pas du YAML lisible"),
        ("id: a\n\tlabel: b", "n'est pas du YAML lisible"),
        ("id: a\n---\nid: b", "n'est pas du YAML lisible"),
        ("id: \x00", "n'est pas du YAML lisible"),
        ("id: \ud800", "n'est pas du YAML lisible"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "est imbriqué sur plus de"),
        ("[" * 50_000, "est imbriqué sur plus de"),
        ("#" * (LONGEST_CHARACTERS + 1), "dépasse 500000 caractères"),
    ],
)
def test_text_that_is_no_campaign_at_all_is_one_sentence(text: str, sentence: str) -> None:
    (error,) = refused(text)
    assert error.startswith("ecole.yaml:")
    assert sentence in error


def test_bad_syntax_names_its_line() -> None:
    assert refused("id: a\nlabel: {\n")[0].startswith("ecole.yaml:3 ")


def test_blocks_of_the_wrong_kind_hide_no_other_error(refusals: Refusals) -> None:
    errors = refusals(("texts:", "texts: none\nwords:"), ("previous_steps:", "previous_steps: 3\nsteps:"))
    for path in ("texts", "words", "previous_steps", "steps"):
        assert any(f" {path}: " in error for error in errors)


def test_whole_numbers_and_switches_are_read_as_such() -> None:
    tree = read_tree("a: 3\nb: yes\nc: no\nd: ~\ne: 2022-07-23\nf: 1.5")
    assert tree.values == {"a": 3, "b": True, "c": False, "d": None, "e": "2022-07-23", "f": 1.5}


def test_unknown_ground_of_an_exemption_is_refused_with_those_that_are_known(
    refusals: Refusals, imaginary_text: str
) -> None:
    line = next(row for row in imaginary_text.splitlines() if row.startswith("  A: {fr:"))
    (error,) = refusals((line, line.replace("{", "{exemption: by_luck, ", 1)))
    assert "fee_situations.A.exemption: valeurs admises" in error
    assert "'by_right' or 'by_decision'" in error


def test_source_of_a_price_that_is_not_there_is_refused(refusals: Refusals) -> None:
    source = 'sources: {Z9: {fr: "arrêté", en: "order"}}'
    (error,) = refusals(("    tariffs:\n", f"    {source}\n    tariffs:\n"))
    assert "sources.Z9: la situation « Z9 » n'a pas de tarif" in error
