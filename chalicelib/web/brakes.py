"""The brakes of operations as a request meets them: who finds the portal closed, and what is said."""

from chalicelib.domain.access import Action
from chalicelib.domain.brakes.brake import AppliedBrake, Brake, Brakes
from chalicelib.domain.brakes.refusals import PaymentsSuspended, PortalClosed, PortalClosedSaying
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.languages import Language
from chalicelib.web.caller import Caller


def require_open(caller: Caller, action: Action, *, is_public: bool) -> None:
    """Raise `PortalClosed` if the portal is closed and the request is of a student or a payer.

    Staff go on with all but the student's own menus; so do the public ways in, which they need. Whoever is
    logged in can log out.
    """
    if action is Action.END_OWN_SESSIONS:
        return
    closed = caller.brakes.of(Brake.PORTAL)
    is_of_student = action is Action.USE_STUDENT_MENUS
    if closed and (is_of_student or not (is_public or caller.person.is_staff)):
        raise closed_as(closed, caller.language)


def closed_as(closed: AppliedBrake, language: Language) -> PortalClosed:
    """Return the refusal with the operator's sentence in a language, else with the portal's own."""
    sentence = closed.sentence.in_language(language)
    return PortalClosedSaying(sentence) if sentence else PortalClosed()


def notice_of(caller: Caller) -> QuittanceError | None:
    """Return what pages for students and visitors say above their content, None to staff.

    It reads nothing: a page about a fault has it only if the request came that far.
    """
    brakes: Brakes | None = vars(caller).get("brakes")
    if brakes is None or (caller.known_person and caller.known_person.is_staff):
        return None
    if closed := brakes.of(Brake.PORTAL):
        return closed_as(closed, caller.language)
    return PaymentsSuspended() if brakes.is_on(Brake.PAYMENTS) else None
