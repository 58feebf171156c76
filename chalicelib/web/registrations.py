"""A registrar's decision as a form or a program gives it."""

from chalicelib.domain.people import Person
from chalicelib.usecases.registrations.decide_registration import decide_registration
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.web.parsing import steps_of
from chalicelib.web.schemas.registrations import DecisionRequest


def decide_as_asked(
    ports: RegistrationPorts, registration_id: str, asked: DecisionRequest, by: Person
) -> None:
    decide_registration(
        ports,
        registration_id,
        asked.decision,
        asked.reason,
        by,
        steps_of(asked.seen_steps),
        asked.kept_cents or 0,
        seen_hash=asked.seen_hash,
        earlier_steps=steps_of(asked.earlier_steps),
    )
