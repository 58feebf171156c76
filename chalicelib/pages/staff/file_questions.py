"""What is asked before a file is validated although something is missing."""

from chalicelib.domain.access import Action, permit
from chalicelib.domain.fees import require_validated_as_read, seen_hash_of
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.languages import amount
from chalicelib.domain.registration import Decision, RegistrationStatus, tick_steps
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.books.confirmation import Asked, Pairs
from chalicelib.pages.desks import REGISTRATIONS
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.texts import marked
from chalicelib.usecases.lists.find_registrations import show_entry
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.parsing import steps_of
from chalicelib.web.schemas.registrations import DecisionRequest


def read_of(file: RegistrationFile) -> Pairs:
    """Return the fields by which a form of a decision tells what was read of the file."""
    return ("seen", seen_hash_of(file)), ("earlier_steps", " ".join(sorted(file.registration.seen_steps)))


def validation_asked(
    page_request: PageRequest,
    registration_id: str,
    decision: DecisionRequest,
    fields: Pairs,
) -> Asked | None:
    """Return the question; None if nothing is missing, or if the act is refused anyway.

    Raise `RegistrationMoved` if the file is no longer as it was read, but for money that came.
    """
    permit(page_request.person, Action.DECIDE_REGISTRATION, person_of(registration_id))
    file = show_file(page_request.ports, person_of(registration_id), registration_id)
    registration, say, language = file.registration, page_request.said, page_request.language
    if registration.status is not RegistrationStatus.PRE_REGISTERED or not registration.fee_situation_code:
        return None
    require_validated_as_read(file, decision.seen_hash)
    seen, earlier = steps_of(decision.seen_steps), steps_of(decision.earlier_steps)
    seen = registration.seen_steps if seen is None else tick_steps(registration, seen, earlier).seen_steps
    unseen = [each for each in file.campaign.previous_steps if each.key not in seen]
    entry = show_entry(page_request.ports, registration_id)
    is_paying = (
        file.has_binding_plan and file.orders and entry.line.paid_cents and not entry.line.arrears_cents
    )
    rest = 0 if is_paying else entry.rest_cents
    missing = [(say(marked("Justificatif pas vu")), each.label.in_language(language)) for each in unseen]
    if rest:
        missing.append((say(marked("Reste à recevoir")), amount(rest, language)))
    if not missing:
        return None
    programme = f"{file.programme.label.in_language(language)} ({registration.programme_code})"
    return Asked(
        title=say(marked("Valider le dossier de %(name)s ?"), name=registration.holder),
        consequence=say(marked("Il manque quelque chose à ce dossier. L'étudiant est prévenu par mail.")),
        facts=(
            (say(marked("Étudiant")), registration.holder),
            (say(marked("Formation")), programme),
            *missing,
        ),
        button=say(marked("Valider quand même : %(name)s"), name=registration.holder),
        action=f"{REGISTRATIONS.path}/{registration_id}/decision",
        back=f"{REGISTRATIONS.path}/{registration_id}",
        fields=(("decision", Decision.VALIDATE.value), *read_of(file), *fields),
        is_final=False,
    )
