"""The evidence for the answer to a dispute as finished French text: a drafted letter, then the facts."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.collection.disputes import DisputeReason
from chalicelib.domain.collection.evidence import EvidenceFile
from chalicelib.domain.payments import Evidence
from chalicelib.invoicing.facts import FRENCH_DAY, euros, parties

Rows = list[list[str]]
SAID = {
    DisputeReason.FRAUDULENT: "son titulaire dit ne pas l'avoir fait",
    DisputeReason.UNRECOGNISED: "son titulaire ne le reconnaît pas",
    DisputeReason.DUPLICATE: "il aurait été payé deux fois",
    DisputeReason.NOT_PROVIDED: "la prestation n'aurait pas été rendue",
    DisputeReason.CREDIT_NOT_PROCESSED: "un remboursement promis n'aurait pas été reçu",
    DisputeReason.PROCESSING_ERROR: "le montant ou la date seraient erronés",
    DisputeReason.OTHER: "pour un autre motif",
}
AUTHENTICATED = {"Y": "authentification réussie", "A": "authentification tentée", "N": "non authentifié"}


def evidence_words(evidence: EvidenceFile) -> dict[str, Any]:
    pack = evidence.pack
    return {
        **parties(evidence.seller, evidence.client),
        "title": "Dossier de preuve",
        "about": [
            ["Établi le", _day(evidence.issued_on)],
            ["Paiement", f"{euros(pack.payment.amount_cents)}, transaction n° {pack.payment.transaction}"],
            ["Client", f"{evidence.client.first_name} {evidence.client.last_name}"],
            ["Inscription", evidence.session],
        ],
        "letter": list(_letter(evidence)),
        "sections": [[title, rows] for title, rows in _sections(evidence) if rows],
        "consent": pack.mandate.consent if pack.mandate else "",
    }


def _letter(evidence: EvidenceFile) -> Iterator[str]:
    pack = evidence.pack
    payment, paid = pack.payment, _paid_on(evidence)
    about = f"le paiement de {euros(payment.amount_cents)} du {paid} (transaction n° {payment.transaction})"
    yield "Madame, Monsieur,"
    if payment.dispute:
        yield f"Vous nous avez fait savoir que {about} est contesté : {SAID[payment.dispute.reason]}."
    else:
        yield f"Vous trouverez ci-dessous ce que nous savons sur {about}."
    proof = _proof(evidence)
    result = AUTHENTICATED.get(proof.authenticated) if proof else None
    if proof and result:
        yield f"Le titulaire a été soumis à 3-D Secure : {result} (résultat {proof.authenticated})."
    if pack.debit and pack.mandate:
        yield (
            f"Ce prélèvement exécute l'accord donné le {_moment(pack.mandate.agreed_at)}, dont le texte et "
            "l'empreinte de l'échéancier sont reproduits ci-après."
        )
    announced = [each for each in evidence.notices if each.topic == "debit_notice"]
    if announced:
        yield f"Il a été annoncé au payeur par mail le {_moment(announced[-1].sent_at)}."
    if pack.invoice:
        yield (
            f"Il règle la facture n° {pack.invoice.number} du {_day(pack.invoice.issued_on)}, pour "
            f"l'inscription « {evidence.session} »."
        )
    yield "Nous vous demandons de rejeter la contestation et de maintenir ce paiement."
    yield "Veuillez agréer, Madame, Monsieur, l'expression de nos salutations distinguées."


def _sections(evidence: EvidenceFile) -> Iterator[tuple[str, Rows]]:
    pack = evidence.pack
    payment, debit, mandate, invoice = pack.payment, pack.debit, pack.mandate, pack.invoice
    yield (
        "Le paiement",
        [
            ["Montant", euros(payment.amount_cents)],
            ["Enregistré le", _moment(payment.received_at)],
            ["Jour de la banque", _day(payment.banked_on) if payment.banked_on else "non communiqué"],
            ["Transaction, appel", f"{payment.transaction}, {payment.call}"],
        ],
    )
    if pack.attempt:
        page = [["Ouverte le", _moment(pack.attempt.started_at)], ["Référence", pack.attempt.reference]]
        yield "La page de paiement", [*page, *_authentication(pack.attempt.evidence)]
    if debit:
        sent = _moment(debit.sent_at) if debit.sent_at else "non connu"
        part = pack.instalment
        due = f"n° {part.rank}, {_day(part.due_on)}, {euros(part.amount_cents)}" if part else "non connue"
        yield "Le prélèvement", [["Référence", debit.reference], ["Envoyé le", sent], ["Échéance", due]]
    if mandate:
        given = [["Donné le", _moment(mandate.agreed_at)], ["Empreinte", mandate.schedule_hash]]
        yield "L'accord aux prélèvements", [*given, *_authentication(mandate.evidence)]
    yield (
        "Les messages envoyés",
        [[_moment(each.sent_at), f"{MAILS[each.topic]}, à {each.to}"] for each in evidence.notices],
    )
    if invoice:
        lines = [[line.product, euros(line.total_cents)] for line in invoice.lines]
        named = [["Facture", f"n° {invoice.number} du {_day(invoice.issued_on)}"]]
        yield "La facture", [*named, *lines, ["Total TTC", euros(invoice.totals.total_cents)]]
    days = ", ".join(_day(each) for each in evidence.log_in_days)
    yield "Les connexions connues", [["Jours", days]] if days else []


MAILS = {
    "debit_notice": "annonce du prélèvement",
    "debit_taken": "prélèvement effectué",
    "payment_booked": "paiement enregistré",
}


def _proof(evidence: EvidenceFile) -> Evidence | None:
    if evidence.pack.attempt:
        return evidence.pack.attempt.evidence
    return evidence.pack.mandate.evidence if evidence.pack.mandate else None


def _authentication(proof: Evidence) -> Rows:
    card = f"{proof.card_kind or 'carte'}, se termine par {proof.card_last_digits or '–'}"
    return [
        ["Carte", card],
        ["Autorisation", proof.authorisation or "–"],
        ["3-D Secure", f"{proof.authenticated or '–'}, garantie {proof.guaranteed or '–'}"],
    ]


def _paid_on(evidence: EvidenceFile) -> str:
    payment = evidence.pack.payment
    return _day(payment.banked_on or payment.received_at.astimezone(PARIS).date())


def _day(day: date) -> str:
    return day.strftime(FRENCH_DAY)


def _moment(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%d/%m/%Y à %H:%M")
