"""The acts on one file that have a page of their own, each by its address and the role that may do it."""

from dataclasses import dataclass

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.corrections.waivers import may_be_waived
from chalicelib.domain.corrections.write_offs import may_be_written_off
from chalicelib.domain.credits import credited_cents
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.languages import Language, amount, day
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.portal.collection_words import METHODS
from chalicelib.portal.texts import marked, said


@dataclass(frozen=True)
class FileAct:
    """`path` holds {registration_id}; the action is the one that the page requires."""

    label: str
    path: str
    action: Action

    def fits(self, file: RegistrationFile) -> bool:
        """Return False for a correction of a file that has ended: its decision is taken back first."""
        return self.action is not Action.CORRECT_REGISTRATION or file.registration.is_accepted

    def is_for(self, person: Person) -> bool:
        return person.holds(*RULES[self.action].roles)


ACTS = (
    FileAct(
        marked("Changer la situation, avant ou après un paiement"),
        "/staff/registrations/{registration_id}/fee-situation",
        Action.CORRECT_REGISTRATION,
    ),
    FileAct(
        marked("Noter un désistement"),
        "/staff/registrations/{registration_id}/withdrawal",
        Action.CORRECT_REGISTRATION,
    ),
    FileAct(
        marked("Échéances, prélèvements : suspendre, reprendre, répartir, libérer"),
        "/staff/instalments/{registration_id}",
        Action.READ_INSTALMENTS,
    ),
    FileAct(
        marked("Règlements : saisir un chèque ou un virement, noter un impayé ou une contestation"),
        "/staff/registrations/{registration_id}/payments",
        Action.ENTER_PAYMENT,
    ),
    FileAct(
        marked("Liens de paiement : faire payer une part par quelqu'un d'autre"),
        "/staff/registrations/{registration_id}/payment-links",
        Action.SHARE_PAYMENT,
    ),
    FileAct(
        marked("Tiers payeur : désigner, facturer, retirer"),
        "/staff/registrations/{registration_id}/payer",
        Action.READ_PAYERS,
    ),
    FileAct(
        marked("Relevé de compte à ce jour (PDF)"),
        "/staff/registrations/{registration_id}/statement",
        Action.READ_REGISTRATIONS,
    ),
    FileAct(
        marked("Attestation de paiement (PDF)"),
        "/staff/registrations/{registration_id}/certificate",
        Action.READ_REGISTRATIONS,
    ),
    FileAct(marked("Personne : rôles, compte, données"), "/staff/people/{person_id}", Action.READ_PEOPLE),
    FileAct(
        marked("Tout le dossier pour contrôle (ZIP)"), "/staff/people/{person_id}/pack", Action.PACK_STUDENT
    ),
    FileAct(
        marked("Tout le journal d'audit de la personne"),
        "/staff/audit?subject={person_id}",
        Action.READ_AUDIT,
    ),
)
"""One line an act; those of other desks are added here."""


def acts_of(person: Person, file: RegistrationFile, language: Language) -> tuple[tuple[str, str], ...]:
    """Return the label and the address of each act on the file that a person may do."""
    ids = {"registration_id": file.registration.id, "person_id": file.registration.person_id}
    acts = [
        (said(act.label, language), act.path.format(**ids))
        for act in ACTS
        if act.is_for(person) and act.fits(file)
    ]
    if person.holds(*RULES[Action.ISSUE_CREDIT_NOTE].roles):
        acts += [_credit_note_of(each, language) for each in file.invoices]
    if person.holds(*RULES[Action.REFUND].roles):
        acts += [_refund_of(file, each, language) for each in file.payments if each.refundable_cents]
    owed = amount(owed_cents(file), language)
    if person.holds(*RULES[Action.WRITE_OFF].roles) and may_be_written_off(file):
        label = said(marked("Passer en pertes le reste de %(amount)s"), language, amount=owed)
        acts.append((label, f"/staff/registrations/{file.registration.id}/write-off"))
    if person.holds(*RULES[Action.PROPOSE_WAIVER].roles) and may_be_waived(file):
        words = marked("Proposer une remise gracieuse ou une non-valeur (%(amount)s)")
        acts.append(
            (said(words, language, amount=owed), f"/staff/registrations/{file.registration.id}/waivers")
        )
    return tuple(acts)


def _credit_note_of(invoice: Invoice, language: Language) -> tuple[str, str]:
    address = f"/staff/invoices/{invoice.number}/credit-notes?of={invoice.registration_id}"
    words = marked("Établir un avoir sur la facture n° %(number)s")
    return said(words, language, number=invoice.number), address


def _refund_of(file: RegistrationFile, payment: Payment, language: Language) -> tuple[str, str]:
    label = said(
        marked("Rendre tout ou partie des %(amount)s reçus (%(method)s du %(day)s)"),
        language,
        amount=amount(payment.amount_cents, language),
        method=said(METHODS[payment.method], language).lower(),
        day=day(payment.paid_on, language),
    )
    if credit := credited_cents(file, payment):
        told = amount(credit, language)
        label += said(marked(", dont %(amount)s en crédit"), language, amount=told)
    return label, f"/staff/payments/{payment.id}/refund"
