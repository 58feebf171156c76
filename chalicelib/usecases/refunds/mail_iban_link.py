from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.links import IBAN_LINK_LIFETIME, IbanLink
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.people import Person
from chalicelib.usecases.refunds.ports import IbanPorts
from chalicelib.usecases.registrations.show_account import open_file, show_account
from chalicelib.usecases.sign_in.open_session import digest


def mail_iban_link(ports: IbanPorts, entry: OutboxEntry) -> Person | None:
    """Mail the student of a refund by transfer a new link to give the IBAN.

    Send nothing if the refund takes no IBAN any more, or has one, or if its person was erased; return the
    person who was mailed.
    """
    account = show_account(ports, entry.person_id)
    refund = account.refund(entry.id.removeprefix(f"{entry.topic}-"))
    person = account.person
    if refund is None or not refund.waits_for_iban or person.erased_on:
        return None
    token, now = ports.new_token(), ports.now()
    link = IbanLink(digest(token), person.id, refund.id, person.email, now + IBAN_LINK_LIFETIME)
    ports.store.commit(Changes((link,)))
    campaign = open_file(ports, account, entry.registration_id).campaign
    ports.mailer.send_iban_link(person, entry, token, account, campaign, paris_day(now))
    return person
