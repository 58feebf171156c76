from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import TooManyAttempts
from chalicelib.domain.limits import LINK, LINK_ADDRESS, network_of
from chalicelib.domain.links import LINK_LIFETIME, PasswordLink
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.usecases.limits.limit_tries import account_key, count_try
from chalicelib.usecases.passwords.ports import PasswordPorts
from chalicelib.usecases.sign_in.open_session import digest


def request_link(ports: PasswordPorts, email: str, topic: Topic, address: str) -> None:
    """Request a mailed link; answer and work are the same for known and unknown addresses.

    The account is looked up at delivery. Above the limits nothing is sent.
    """
    wanted = email.strip().lower()
    try:
        count_try(ports, LINK_ADDRESS, network_of(address))
        count_try(ports, LINK, account_key(wanted))
    except TooManyAttempts:
        return
    entry_id = f"{topic}-{ports.new_id()}"
    ports.outbox.add(OutboxEntry(entry_id, topic, "", "", ports.now(), email=wanted))


def send_link(ports: PasswordPorts, entry: OutboxEntry) -> Person | None:
    """Mail a new link to the owner of the address.

    Send nothing for an unknown address or a closed account; return the person who was mailed.
    """
    credentials = ports.people.credentials(entry.email)
    person = ports.people.person(credentials.person_id) if credentials else None
    if credentials is None or person is None or not person.is_active:
        return None
    token = ports.new_token()
    expires_at = ports.now() + LINK_LIFETIME
    ports.store.commit(
        Changes((PasswordLink(digest(token), person.id, entry.email, credentials.version, expires_at),))
    )
    ports.mailer.send_link(person, entry, token, ports.campaigns.current())
    return person
