"""One amount under one reference in direct calls, and the reading of their answers."""

from dataclasses import dataclass

from chalicelib.domain.payments import Answer, Evidence, Outcome
from chalicelib.gateway.bank_day import remittance_day
from chalicelib.gateway.direct import Fields, is_number
from chalicelib.gateway.notification import AUTHORISATION, is_test, kept, operation_number

LONGEST_CODE = 10


@dataclass(frozen=True)
class Purchase:
    """One purchase; `refusal_code` is the last refusal code of the gateway, "" if there was none."""

    reference: str
    amount_cents: int
    refusal_code: str = ""

    @property
    def fields(self) -> Fields:
        return {
            "MONTANT": f"{self.amount_cents:010d}",
            "DEVISE": "978",
            "REFERENCE": self.reference,
        }

    def answer(self, outcome: Outcome, code: str) -> Answer:
        return Answer(self.reference, self.amount_cents, outcome, code[:LONGEST_CODE])

    def paid(self, told: Fields) -> Answer:
        """Return the acceptance in `told`; its NUMTRANS and NUMAPPEL must be numbers."""
        authorisation = kept(told, "AUTORISATION", AUTHORISATION)
        return Answer(
            reference=self.reference,
            amount_cents=self.amount_cents,
            outcome=Outcome.PAID,
            code=told["CODEREPONSE"],
            transaction=operation_number(told["NUMTRANS"]),
            call=operation_number(told["NUMAPPEL"]),
            evidence=Evidence(authorisation=authorisation),
            is_test=is_test(authorisation),
            banked_on=remittance_day(told.get("REMISE", "")),
        )


def operation(told: Fields) -> Fields | None:
    """Return the two numbers of the operation in `told`; None unless both are there."""
    numbers = {name: told.get(name, "") for name in ("NUMTRANS", "NUMAPPEL")}
    return numbers if all(map(is_number, numbers.values())) else None
