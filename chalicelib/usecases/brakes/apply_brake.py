from chalicelib.domain.brakes.brake import NO_SENTENCE, AppliedBrake, Brake, put_on, released
from chalicelib.domain.campaign import Text
from chalicelib.domain.changes import Changes
from chalicelib.domain.trail.audit import OPERATOR, Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.brakes.ports import BrakePorts


def apply_brake(
    ports: BrakePorts, brake: Brake, reason: str, principal: str, sentence: Text = NO_SENTENCE
) -> AppliedBrake:
    """Put a brake on, or replace the reason and the sentence of one that is on already.

    `principal` is the identity of the operator at AWS. It holds from the next read of the row on. Raise
    `ConcurrentUpdate` if another command came in between.
    """
    applied = AppliedBrake(brake, ports.now(), reason, sentence)
    told = {"sentence_fr": sentence.fr, "sentence_en": sentence.en}
    details = {name: text for name, text in told.items() if text}
    entry = audited(
        ports, OPERATOR, Act.BRAKE_APPLIED, OPERATOR, brake, reason, principal=principal, **details
    )
    ports.store.commit(Changes((put_on(ports.brakes.current(), applied),), audit=entry))
    return applied


def release_brake(ports: BrakePorts, brake: Brake, reason: str, principal: str) -> AppliedBrake | None:
    """Release a brake and return what it was; return None, and write nothing, if it is not on."""
    brakes = ports.brakes.current()
    applied = brakes.of(brake)
    if applied is None:
        return None
    entry = audited(ports, OPERATOR, Act.BRAKE_RELEASED, OPERATOR, brake, reason, principal=principal)
    ports.store.commit(Changes((released(brakes, brake, ports.now()),), audit=entry))
    return applied
