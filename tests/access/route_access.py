"""Who may pass which door of the portal, told a second time: the matrix compares it with the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain.access import Reach
from chalicelib.domain.people import Role
from tests.fakes.bank_files import Movement, Period, camt

STUDENT = frozenset({Role.STUDENT})
REGISTRAR = frozenset({Role.REGISTRAR})
ACCOUNTANT = frozenset({Role.ACCOUNTANT})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
AUDITOR = frozenset({Role.AUDITOR})
EVERYBODY = frozenset(Role)
STAFF = EVERYBODY - STUDENT

ABOUT = ("aide", "accessibilite", "mentions-legales", "donnees-personnelles", "plan-du-site")
"""The pages about the portal, which everybody may read."""

Sent = Mapping[str, Any]


@dataclass(frozen=True)
class RouteAccess:
    """Who may pass, to whose objects; `sends` is a request that is well formed."""

    roles: frozenset[Role]
    reach: Reach = Reach.OWN
    sends: Sent | None = None
    query: str = ""
    file: bytes = b""
    yaml: bytes = b""


@dataclass(frozen=True)
class PublicRoute:
    """Where everybody stands, known or not: `status` is what a stranger is answered."""

    status: int
    sends: Sent | None = None


def own(roles: frozenset[Role] = EVERYBODY, sends: Sent | None = None, query: str = "") -> RouteAccess:
    return RouteAccess(roles, Reach.OWN, sends, query)


def read(roles: frozenset[Role], query: str = "", sends: Sent | None = None) -> RouteAccess:
    return RouteAccess(roles, Reach.ALL, sends, query)


def act(roles: frozenset[Role], /, **sends: Any) -> RouteAccess:
    return RouteAccess(roles, Reach.OTHERS, sends)


def books(**sends: Any) -> RouteAccess:
    """An act on the school's books, which are of nobody."""
    return RouteAccess(ACCOUNTANT, Reach.ALL, sends)


def load(file: bytes) -> RouteAccess:
    return RouteAccess(ADMINISTRATOR, Reach.ALL, file=file)


STAFF_OF_FILES = REGISTRAR | ACCOUNTANT | AUDITOR
NEW_PASSWORD = "quatre mots sans rapport"
REASON = "téléphone perdu"
EXPORT = b"Num\xe9ro remise banque;Date & Heure;Num. contrat;Rang;Nb transactions;Montant total\r\n"
REFUND = {"amount_cents": 100, "refundable_seen_cents": 19531, "method": "card", "reason": REASON}
FORM = {"amount": "1,00", "seen": "19531", "method": "card", "reason": REASON}
COMPANY = {"kind": "company", "name": "Démonstration", "siret": "73282932000074", "email": "p@demo.test"}
PLACE = {"line1": "2 rue de la Démonstration", "zip_code": "63000", "city": "Clermont-Ferrand"}
PAYER = {**COMPANY, "address": PLACE, "amount_cents": 100}
PAYER_FORM = {**COMPANY, **PLACE, "amount": "1,00"}
IBAN = "FR76 3000 6000 0112 3456 7890 189"
STUDENTS_FILE = b"numero_etudiant;nom;prenom;date_naissance;email;programme\n"
STUDENTS_FILE += b"T1;TESTNEW;Dominique;01/01/2004;new@demo.test;I2223_Y1_1A\n"
ENDPOINT = {"name": "SI", "url": "https://si.ecole.test/evenements"}
SINCE = {"since": "2022-06-24T08:00:00+02:00"}
KEY_ORDER = {"name": "essai", "scopes": [], "networks": ["127.0.0.0/8"], "days": 30}
"""Without a scope: whoever may make a key is told so, and nobody's role is asked about."""
CHEQUE = {"method": "cheque", "amount_cents": 100, "reference": "1", "received_on": "2022-06-24"}
STATEMENT = camt(Period(date(2022, 6, 23), 0, (Movement(date(2022, 6, 23), 100, "VIR"),)))
KEEPS_BOOKS_FOR = RouteAccess(ACCOUNTANT, Reach.ALL, {"owner": "a1"})
SEEN = {"version": 1}
LEFT = RouteAccess(ACCOUNTANT, Reach.ALL, {**SEEN, "subject": "INP-000001"})
RETURNED = RouteAccess(ACCOUNTANT, Reach.ALL, {**SEEN, "subject": "x-r1"})
LINE_ID = "20220624-0000000000000000-1"
MATCH = {**SEEN, "parts": [{"registration": "00000000000000ff-1", "cents": 1}]}
IMPORT_ID = "00000000000000f1"
WAIVER = {"kind": "remission", "amount_cents": 1, "owed_seen_cents": 1, "reason": REASON, "document": "PV"}
RETURN_FILE = b"ecriture;resultat\n1;pris en charge\n"
STAFF_FILE = b"email;nom;prenom;roles\ncolleague@demo.test;TESTCO;Sacha;comptable\n"

API: dict[str, RouteAccess | PublicRoute] = {
    "GET /openapi.json": PublicRoute(200),
    "POST /auth/first-connection": PublicRoute(202, {"email": "nobody@demo.test"}),
    "POST /auth/password-reset": PublicRoute(202, {"email": "nobody@demo.test"}),
    "POST /auth/password": PublicRoute(410, {"token": "of nobody", "password": NEW_PASSWORD}),
    "PUT /auth/password": own(sends={"current_password": "password", "password": NEW_PASSWORD}),
    "POST /auth/sessions": PublicRoute(201, {"email": "student2@demo.test", "password": "password"}),
    "GET /auth/sessions": own(),
    "DELETE /auth/sessions": own(),
    "DELETE /auth/sessions/current": own(),
    "POST /auth/second-factor": own(),
    "POST /auth/second-factor/confirmation": own(sends={"otp": "123456"}),
    "DELETE /auth/second-factor": own(),
    "GET /auth/cas": PublicRoute(302),
    "GET /auth/cas/callback": PublicRoute(401),
    "POST /auth/cas/callback": PublicRoute(200),
    "GET /me": own(),
    "GET /me/export": own(),
    "GET /menu": own(),
    "GET /registrations": own(),
    "GET /registrations/{registration_id}": own(),
    "PUT /registrations/{registration_id}/fee-situation": own(sends={"code": "01"}),
    "PUT /registrations/{registration_id}/cvec": own(sends={"number": "ABC1HIJKLM23"}),
    "PUT /registrations/{registration_id}/grant": own(sends={"ine": "1234567890A", "consent": True}),
    "GET /registrations/{registration_id}/quote": own(),
    "GET /registrations/{registration_id}/plans": own(),
    "PUT /registrations/{registration_id}/plan-request": own(sends={"plan": "paybox-3"}),
    "DELETE /registrations/{registration_id}/plan-request": own(),
    "POST /registrations/{registration_id}/card-payments": own(sends={"address": {"mode": "none"}}),
    "POST /registrations/{registration_id}/certificate": own(),
    "POST /registrations/{registration_id}/statement": own(sends={}),
    "GET /registrations/{registration_id}/instalments": own(),
    "GET /card-payments/{payment_id}": own(),
    "DELETE /card-payments/{payment_id}": own(),
    "POST /registrations/{registration_id}/payment-links": own(STUDENT, sends={"until": "2022-06-30"}),
    "GET /registrations/{registration_id}/payment-links": own(STUDENT),
    "DELETE /registrations/{registration_id}/payment-links/{link_id}": own(STUDENT),
    "POST /staff/registrations/{registration_id}/payment-links": act(ACCOUNTANT, until="2022-06-30"),
    "GET /staff/registrations/{registration_id}/payment-links": RouteAccess(ACCOUNTANT, Reach.OTHERS),
    "DELETE /staff/registrations/{registration_id}/payment-links/{link_id}": act(ACCOUNTANT),
    "GET /invoices": own(),
    "POST /invoices/{number}/pdf": own(),
    "GET /invoices/{number}/pdf": own(),
    "POST /credit-notes/{note_number}/pdf": own(),
    "GET /credit-notes/{note_number}/pdf": own(),
    "GET /account": own(),
    "GET /staff/registrations": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "POST /staff/registrations/{registration_id}/decision": act(REGISTRAR, decision="validate"),
    "PUT /staff/registrations/{registration_id}/seen-steps": act(REGISTRAR, seen_steps=[]),
    "POST /staff/registrations/{registration_id}/undo": act(REGISTRAR | ACCOUNTANT, version=1),
    "PUT /staff/registrations/{registration_id}/comment": act(REGISTRAR | ACCOUNTANT, text="à rappeler"),
    "PUT /staff/registrations/{registration_id}/block": act(ACCOUNTANT, blocked=True, reason=REASON),
    "GET /staff/registrations/{registration_id}/instalments": read(ACCOUNTANT | AUDITOR),
    "POST /staff/registrations/{registration_id}/statement": read(STAFF_OF_FILES, sends={}),
    "POST /staff/registrations/{registration_id}/payments": act(ACCOUNTANT, **CHEQUE),
    "POST /staff/payments/{booked_payment_id}/bounce": act(ACCOUNTANT, amount_cents=100, reason=REASON),
    "POST /staff/payments/{booked_payment_id}/evidence": read(ACCOUNTANT | AUDITOR),
    "POST /staff/payments/{booked_payment_id}/dispute": act(ACCOUNTANT, stage="lost"),
    "GET /staff/unpaid": read(ACCOUNTANT | AUDITOR),
    "GET /staff/arrears": read(ACCOUNTANT | AUDITOR),
    "GET /staff/conflicts": read(ACCOUNTANT | AUDITOR),
    "GET /staff/debit-runs/{day}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/instalments/{registration_id}/{rank}/release": act(ACCOUNTANT),
    "GET /staff/plan-requests": read(ACCOUNTANT | AUDITOR),
    "POST /staff/plan-requests/{registration_id}/decision": act(ACCOUNTANT, decision="approve"),
    "POST /staff/plans/{registration_id}/stop": act(ACCOUNTANT, reason=REASON),
    "POST /staff/plans/{registration_id}/resume": act(ACCOUNTANT, reason=REASON),
    "POST /staff/plans/{registration_id}/recut": act(ACCOUNTANT, reason=REASON),
    "POST /staff/plans/{registration_id}/recut/preview": act(ACCOUNTANT, reason=REASON),
    "GET /staff/credits": read(ACCOUNTANT | AUDITOR),
    "POST /staff/invoices/{number}/credit-notes": act(ACCOUNTANT, amount_cents=100, reason=REASON),
    "PUT /staff/registrations/{registration_id}/payer": act(REGISTRAR | ACCOUNTANT, **PAYER),
    "POST /staff/registrations/{registration_id}/payer/withdrawal": act(
        REGISTRAR | ACCOUNTANT, reason=REASON
    ),
    "POST /staff/registrations/{registration_id}/payer/invoice": act(ACCOUNTANT),
    "GET /staff/payers": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "GET /staff/refunds": read(ACCOUNTANT | AUDITOR),
    "POST /staff/payments/{booked_payment_id}/refunds": act(ACCOUNTANT, **REFUND),
    "POST /staff/refunds/{refund_id}/approval": act(ACCOUNTANT, decision="refuse", reason=REASON),
    "POST /staff/refunds/{refund_id}/closing": act(ACCOUNTANT, reason=REASON),
    "POST /staff/refunds/{refund_id}/cancellation": act(ACCOUNTANT, reason=REASON),
    "POST /staff/refunds/{refund_id}/transfer": act(ACCOUNTANT, step="sent"),
    "POST /staff/refunds/{refund_id}/iban": act(ACCOUNTANT),
    "POST /staff/refunds/{refund_id}/as-transfer": act(ACCOUNTANT),
    "POST /staff/registrations/{registration_id}/write-off": act(
        ACCOUNTANT, owed_seen_cents=50, reason=REASON
    ),
    "GET /staff/statements": read(ACCOUNTANT | AUDITOR),
    "POST /staff/statements": RouteAccess(ACCOUNTANT, Reach.ALL, file=STATEMENT),
    "POST /staff/statements/matching": RouteAccess(ACCOUNTANT, Reach.ALL),
    "GET /staff/statement-lines": read(ACCOUNTANT | AUDITOR, query="?state=suspense"),
    "GET /staff/statement-lines/{statement_line_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/statement-lines/{statement_line_id}/match": RouteAccess(ACCOUNTANT, Reach.ALL, MATCH),
    "POST /staff/statement-lines/{statement_line_id}/suspense": RouteAccess(ACCOUNTANT, Reach.ALL, SEEN),
    "POST /staff/statement-lines/{statement_line_id}/fee": RouteAccess(ACCOUNTANT, Reach.ALL, SEEN),
    "POST /staff/statement-lines/{statement_line_id}/transfers": LEFT,
    "POST /staff/statement-lines/{statement_line_id}/returned-refund": RETURNED,
    "POST /staff/statement-lines/{statement_line_id}/returned-payments": RouteAccess(
        ACCOUNTANT, Reach.ALL, {**SEEN, "payments": ["00000000000000ff-m1"]}
    ),
    "POST /staff/statement-lines/{statement_line_id}/discard": RouteAccess(
        ACCOUNTANT, Reach.ALL, {**SEEN, "reason": REASON}
    ),
    "POST /staff/statement-lines/{statement_line_id}/undo": RouteAccess(
        ACCOUNTANT, Reach.ALL, {**SEEN, "reason": REASON}
    ),
    "POST /staff/statement-lines/{statement_line_id}/owner": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"owner": "a1"}
    ),
    "GET /staff/titles": read(STAFF_OF_FILES),
    "POST /staff/titles": RouteAccess(REGISTRAR, Reach.ALL, {"seen": "0-2022-0"}),
    "GET /staff/titles/{batch_id}": read(STAFF_OF_FILES),
    "GET /staff/titles/{batch_id}/file": read(STAFF_OF_FILES),
    "GET /staff/waivers": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "POST /staff/registrations/{registration_id}/waivers": act(ACCOUNTANT, **WAIVER),
    "POST /staff/waivers/{waiver_id}/decision": act(REGISTRAR | ACCOUNTANT, decision="refuse", reason=REASON),
    "GET /staff/batches": read(ACCOUNTANT | AUDITOR),
    "POST /staff/batches": RouteAccess(ACCOUNTANT, Reach.ALL, {"seen": "0-2022-0"}),
    "GET /staff/batches/{batch_id}": read(ACCOUNTANT | AUDITOR),
    "GET /staff/batches/{batch_id}/entries": read(ACCOUNTANT | AUDITOR),
    "GET /staff/batches/{batch_id}/file": read(ACCOUNTANT | AUDITOR),
    "GET /staff/batches/{batch_id}/sheet": read(ACCOUNTANT | AUDITOR),
    "POST /staff/batches/{batch_id}/return": RouteAccess(ACCOUNTANT, Reach.ALL, file=RETURN_FILE),
    "POST /staff/people/{person_id}/pack": act(AUDITOR),
    "GET /staff/rights": read(ADMINISTRATOR | AUDITOR),
    "GET /staff/exports/rights.csv": read(ADMINISTRATOR | AUDITOR, "?day=2022-06-24"),
    "GET /staff/exports/fec.zip": read(ACCOUNTANT | AUDITOR, "?year=2022"),
    "GET /staff/exports/journal.zip": read(ACCOUNTANT | AUDITOR, "?from=2022-06-01&to=2022-06-30"),
    "GET /staff/exports/receipts.zip": read(ACCOUNTANT | AUDITOR, "?day=2022-06-24"),
    "GET /staff/reconciliations": read(ACCOUNTANT | AUDITOR, "?policy=gateway"),
    "POST /staff/reconciliations": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"policy": "bank", "day": "2022-06-01"}
    ),
    "GET /staff/reconciliations/{run_id}": read(ACCOUNTANT | AUDITOR),
    "GET /staff/differences": read(ACCOUNTANT | AUDITOR),
    "POST /staff/differences/{difference_id}/explanation": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"text": REASON, "seen_cents": 100}
    ),
    "POST /staff/differences/{difference_id}/owner": RouteAccess(ACCOUNTANT, Reach.ALL),
    "POST /staff/gateway-exports": RouteAccess(ACCOUNTANT, Reach.ALL, file=EXPORT),
    "GET /staff/remittances": read(ACCOUNTANT | AUDITOR),
    "POST /staff/statement-lines/{statement_line_id}/remittances": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"numbers": ["220624001"]}
    ),
    "GET /staff/transfers": read(ACCOUNTANT | AUDITOR),
    "POST /staff/transfers": RouteAccess(ACCOUNTANT, Reach.ALL, {"digest": "0" * 64}),
    "GET /staff/transfers/{transfer_file_id}/xml": RouteAccess(ACCOUNTANT, Reach.ALL),
    "GET /staff/cheques": read(ACCOUNTANT | AUDITOR),
    "GET /staff/cheque-slips": read(ACCOUNTANT | AUDITOR),
    "POST /staff/cheque-slips": books(cheques=[]),
    "GET /staff/cheque-slips/{slip_id}": read(ACCOUNTANT | AUDITOR),
    "PUT /staff/cheque-slips/{slip_id}/cheques": books(cheques=[], version=1),
    "POST /staff/cheque-slips/{slip_id}/deposit": books(deposited_on="2022-06-24", version=1),
    "POST /staff/cheque-slips/{slip_id}/credit": books(amount_cents=100, credited_on="2022-06-24"),
    "GET /staff/cheque-slips/{slip_id}/pdf": read(ACCOUNTANT | AUDITOR),
    "GET /staff/rapprochements": read(ACCOUNTANT | AUDITOR),
    "POST /staff/rapprochements": books(),
    "GET /staff/rapprochements/{rapprochement_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/rapprochements/{rapprochement_id}/check": books(digest="0" * 64),
    "GET /staff/rapprochements/{rapprochement_id}/pdf": read(ACCOUNTANT | AUDITOR),
    "POST /staff/statement-lines/{statement_line_id}/deposits": books(slips=["INP-000001"], version=1),
    "GET /staff/periods": read(ACCOUNTANT | AUDITOR),
    "POST /staff/periods/{month}/close": books(),
    "GET /staff/balances": read(ACCOUNTANT | AUDITOR),
    "GET /staff/balances.csv": read(ACCOUNTANT | AUDITOR),
    "GET /staff/letterings/{person_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/letterings/{person_id}": books(entries=["a", "b"]),
    "POST /staff/letterings/{person_id}/undo": books(lettering="l1", reason=REASON),
    "PUT /refunds/{refund_id}/iban": own(STUDENT, sends={"iban": IBAN}),
    "GET /staff/people": read(ADMINISTRATOR | AUDITOR),
    "GET /staff/people/{person_id}": read(ADMINISTRATOR | AUDITOR),
    "GET /staff/people/{person_id}/export": RouteAccess(ADMINISTRATOR, Reach.OTHERS),
    "POST /staff/people/{person_id}/erasure": act(ADMINISTRATOR, reason=REASON),
    "PUT /staff/people/{person_id}/access": act(ADMINISTRATOR, is_active=False, reason=REASON),
    "POST /staff/people/{person_id}/second-factor-removal": act(ADMINISTRATOR, reason=REASON),
    "POST /staff/people/{person_id}/role-changes": act(ADMINISTRATOR, roles=["student"], reason=REASON),
    "GET /staff/role-changes": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/role-changes/{change_id}/decision": act(ADMINISTRATOR | AUDITOR, decision="refuse"),
    "POST /staff/imports/students": load(STUDENTS_FILE),
    "POST /staff/imports/staff": load(STAFF_FILE),
    "POST /staff/imports": RouteAccess(ADMINISTRATOR, Reach.ALL, {}),
    "GET /staff/imports/{import_id}": read(ADMINISTRATOR),
    "GET /me/service-keys": own(),
    "POST /me/service-keys": own(STAFF, KEY_ORDER),
    "POST /me/service-keys/{key_id}/roll": own(STAFF),
    "DELETE /me/service-keys/{key_id}": own(STAFF),
    "GET /staff/service-keys": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/service-keys/{key_id}/revocation": read(ADMINISTRATOR),
    "GET /staff/webhook-endpoints": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/webhook-endpoints": read(ADMINISTRATOR, sends=ENDPOINT),
    "PUT /staff/webhook-endpoints/{endpoint_id}": read(ADMINISTRATOR, sends=ENDPOINT),
    "DELETE /staff/webhook-endpoints/{endpoint_id}": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/secret": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/state": read(ADMINISTRATOR, sends={"state": "off"}),
    "POST /staff/webhook-endpoints/{endpoint_id}/test": read(ADMINISTRATOR),
    "GET /staff/webhook-endpoints/{endpoint_id}/deliveries": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/deliveries/{event_id}/replay": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/replay": read(ADMINISTRATOR, sends=SINCE),
    "GET /events": read(ADMINISTRATOR | AUDITOR),
    "GET /staff/outbox": read(ADMINISTRATOR),
    "POST /staff/outbox/{entry_id}/retry": act(ADMINISTRATOR),
    "GET /staff/audit": read(AUDITOR, "?subject=0000000000000002"),
    "GET /staff/exports/audit.csv": read(AUDITOR),
    "GET /staff/campaigns": read(ADMINISTRATOR | AUDITOR),
    "PUT /staff/campaigns/{campaign_id}": RouteAccess(ADMINISTRATOR, Reach.ALL, yaml=b"id: none"),
    "GET /staff/campaigns/{campaign_id}/versions/{version}": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/campaigns/{campaign_id}/versions/{version}/decision": act(
        ADMINISTRATOR | AUDITOR, decision="apply"
    ),
    "POST /staff/registrations/{registration_id}/fee-situation": act(REGISTRAR, code="02", reason=REASON),
    "PUT /staff/registrations/{registration_id}/provisional": act(REGISTRAR, until="2022-10-31"),
    "POST /staff/registrations/{registration_id}/withdrawal": act(
        REGISTRAR, asked_on="2022-06-24", reason=REASON
    ),
    "GET /staff/exemptions": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "GET /staff/registrations/{registration_id}": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "POST /staff/registrations/decisions": read(REGISTRAR, sends={"ids": ["x"], "decision": "validate"}),
    "POST /staff/plan-requests/decisions": read(ACCOUNTANT, sends={"ids": ["x"], "decision": "approve"}),
    "GET /staff/desk": read(STAFF),
    "GET /staff/figures": read(ACCOUNTANT | AUDITOR),
    "GET /staff/exports/registrations.csv": read(REGISTRAR),
    "GET /staff/exports/registrations-control.csv": read(REGISTRAR),
}
PAGES: dict[str, RouteAccess | PublicRoute] = {
    "POST /webhooks/paybox": PublicRoute(400),
    "GET /static/{name}": PublicRoute(200),
    "GET /look/{campaign_id}/{name}": PublicRoute(404),
    "GET /payments/return/{way}": PublicRoute(200),
    "GET /login": PublicRoute(200),
    "POST /login": PublicRoute(403),
    "POST /logout": PublicRoute(303),
    "GET /first-connection": PublicRoute(200),
    "POST /first-connection": PublicRoute(403),
    **{f"GET /{name}": PublicRoute(200) for name in ABOUT},
    "GET /password-reset": PublicRoute(200),
    "POST /password-reset": PublicRoute(403),
    "GET /password": PublicRoute(410),
    "POST /password": PublicRoute(403),
    "GET /second-factor": PublicRoute(303),
    "POST /second-factor": PublicRoute(403),
    "GET /second-factor/enrolment": PublicRoute(303),
    "POST /second-factor/enrolment": PublicRoute(403),
    "GET /": own(),
    "GET /payments/{payment_id}": own(STUDENT),
    "POST /payments/{payment_id}/leave": own(STUDENT),
    "POST /payments/{payment_id}/give-up": own(STUDENT),
    "GET /security": own(),
    "GET /security/export": own(),
    "POST /security/password": own(sends={"current": "password", "password": NEW_PASSWORD}),
    "POST /security/sessions": own(),
    "POST /security/second-factor-removal": own(),
    "POST /security/identity": own(),
    "POST /security/identity-removal": own(),
    "GET /security/service-keys": own(STAFF),
    "POST /security/service-keys": own(STAFF),
    "POST /security/service-keys/{key_id}/roll": own(STAFF),
    "POST /security/service-keys/{key_id}/revocation": own(STAFF),
    "GET /staff/webhook-endpoints": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/webhook-endpoints": read(ADMINISTRATOR),
    "GET /staff/webhook-endpoints/{endpoint_id}": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/change": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/secret": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/test": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/on": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/off": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/removal": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/replay": read(ADMINISTRATOR),
    "POST /staff/webhook-endpoints/{endpoint_id}/deliveries/{event_id}/replay": read(ADMINISTRATOR),
    "GET /staff/service-keys": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/service-keys/{key_id}/revocation": read(ADMINISTRATOR),
    "GET /dossier": own(STUDENT),
    "POST /dossier": own(STUDENT, {"code": "01"}),
    "GET /pay": PublicRoute(410),
    "POST /pay": PublicRoute(403),
    "GET /payment-links": own(STUDENT),
    "POST /payment-links": own(STUDENT),
    "POST /payment-links/{link_id}/revocation": own(STUDENT),
    "GET /staff/registrations/{registration_id}/payment-links": RouteAccess(ACCOUNTANT, Reach.OTHERS),
    "POST /staff/registrations/{registration_id}/payment-links": act(ACCOUNTANT),
    "POST /staff/payment-links/{link_id}/revocation": act(ACCOUNTANT),
    "POST /dossier/cvec": own(STUDENT, {"number": "ABC1HIJKLM23"}),
    "POST /dossier/grant": own(STUDENT, {"ine": "1234567890A", "consent": "yes"}),
    "GET /pay-once": own(STUDENT),
    "GET /pay-once/recap": own(STUDENT),
    "POST /pay-once": own(STUDENT, {"mode": "none"}),
    "GET /choose-plan": own(STUDENT),
    "POST /choose-plan": own(STUDENT, {"plan": "paybox-3"}),
    "POST /choose-plan/withdraw": own(STUDENT),
    "GET /pay-plan": own(STUDENT),
    "GET /pay-rest": own(STUDENT),
    "POST /pay-rest": own(STUDENT, {"mode": "none"}),
    "GET /pay-plan/{rank}": own(STUDENT),
    "POST /pay-plan/{rank}": own(STUDENT, {"mode": "none"}),
    "GET /invoices": own(STUDENT),
    "GET /invoices/{number}/pdf": own(STUDENT),
    "POST /invoices/{number}/pdf": own(STUDENT),
    "GET /certificate": own(STUDENT),
    "GET /account": own(STUDENT),
    "GET /account/statement": own(STUDENT),
    "GET /staff/desk": read(STAFF),
    "GET /staff/registrations": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "GET /staff/registrations/{registration_id}": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "GET /staff/exports/registrations.csv": read(REGISTRAR),
    "GET /staff/exports/registrations-control.csv": read(REGISTRAR),
    "POST /staff/registrations/decisions": read(REGISTRAR, sends={"id": "x", "decision": "validate"}),
    "POST /staff/plan-requests/decisions": read(ACCOUNTANT, sends={"id": "x", "decision": "approve"}),
    "GET /staff/registrations/{registration_id}/statement": read(STAFF_OF_FILES),
    "GET /staff/registrations/{registration_id}/certificate": read(STAFF_OF_FILES),
    "POST /staff/registrations/{registration_id}/undo": act(REGISTRAR | ACCOUNTANT, version="1"),
    "POST /staff/registrations/{registration_id}/comment": act(REGISTRAR | ACCOUNTANT, text="à rappeler"),
    "POST /staff/registrations/{registration_id}/block": act(ACCOUNTANT, blocked="1", reason=REASON),
    "POST /staff/registrations/{registration_id}/decision": act(REGISTRAR, decision="validate"),
    "POST /staff/registrations/{registration_id}/seen-steps": act(REGISTRAR),
    "GET /staff/registrations/{registration_id}/withdrawal": RouteAccess(REGISTRAR, Reach.OTHERS),
    "POST /staff/registrations/{registration_id}/withdrawal": act(
        REGISTRAR, asked_on="2022-06-24", reason=REASON
    ),
    "POST /staff/registrations/{registration_id}/provisional": act(REGISTRAR, until="2022-10-31"),
    "GET /staff/registrations/{registration_id}/fee-situation": RouteAccess(REGISTRAR, Reach.OTHERS),
    "POST /staff/registrations/{registration_id}/fee-situation": act(REGISTRAR, code="02", reason=REASON),
    "GET /staff/plan-requests": read(ACCOUNTANT | AUDITOR),
    "POST /staff/plan-requests/{registration_id}/decision": act(ACCOUNTANT, decision="approve"),
    "GET /staff/instalments/{registration_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/instalments/{registration_id}/{rank}/release": act(ACCOUNTANT),
    "POST /staff/instalments/{registration_id}/stop": act(ACCOUNTANT, reason=REASON),
    "POST /staff/instalments/{registration_id}/resume": act(ACCOUNTANT, reason=REASON),
    "POST /staff/instalments/{registration_id}/recut": act(ACCOUNTANT, reason=REASON),
    "GET /staff/credits": read(ACCOUNTANT | AUDITOR),
    "GET /staff/invoices/{number}/credit-notes": read(ACCOUNTANT | AUDITOR),
    "POST /staff/invoices/{number}/credit-notes/issue": act(
        ACCOUNTANT, **{"line-0": "1,00", "reason": REASON}
    ),
    "POST /staff/invoices/{number}/credit-notes/preview": act(
        ACCOUNTANT, **{"line-0": "1,00", "reason": REASON}
    ),
    "GET /credit-notes/{note_number}/pdf": own(STUDENT),
    "GET /staff/payers": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "GET /staff/registrations/{registration_id}/payer": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "POST /staff/registrations/{registration_id}/payer/check": act(REGISTRAR | ACCOUNTANT, **PAYER_FORM),
    "POST /staff/registrations/{registration_id}/payer/confirmation": act(
        REGISTRAR | ACCOUNTANT, **PAYER_FORM
    ),
    "POST /staff/registrations/{registration_id}/payer/withdrawal": act(
        REGISTRAR | ACCOUNTANT, reason=REASON
    ),
    "GET /staff/registrations/{registration_id}/payer/invoice": RouteAccess(ACCOUNTANT, Reach.OTHERS),
    "POST /staff/registrations/{registration_id}/payer/invoice": act(ACCOUNTANT),
    "POST /staff/registrations/{registration_id}/payer/pdf": read(
        REGISTRAR | ACCOUNTANT | AUDITOR, sends={"number": "1"}
    ),
    "GET /staff/refunds": read(ACCOUNTANT | AUDITOR),
    "GET /staff/refunds/{refund_id}": read(ACCOUNTANT | AUDITOR),
    "GET /staff/payments/{booked_payment_id}/refund": RouteAccess(ACCOUNTANT, Reach.OTHERS),
    "POST /staff/payments/{booked_payment_id}/refund": act(ACCOUNTANT, **FORM),
    "POST /staff/refunds/{refund_id}/decision": act(ACCOUNTANT, decision="refuse", reason=REASON),
    "POST /staff/refunds/{refund_id}/closing": act(ACCOUNTANT, reason=REASON),
    "POST /staff/refunds/{refund_id}/cancellation": act(ACCOUNTANT, reason=REASON),
    "POST /staff/refunds/{refund_id}/transfer": act(ACCOUNTANT, step="sent"),
    "POST /staff/refunds/{refund_id}/iban": act(ACCOUNTANT),
    "POST /staff/refunds/{refund_id}/as-transfer": act(ACCOUNTANT),
    "GET /staff/registrations/{registration_id}/write-off": RouteAccess(ACCOUNTANT, Reach.OTHERS),
    "POST /staff/registrations/{registration_id}/write-off": act(ACCOUNTANT, seen_cents="50", reason=REASON),
    "GET /staff/statements": read(ACCOUNTANT | AUDITOR),
    "POST /staff/statements": RouteAccess(ACCOUNTANT, Reach.ALL, file=STATEMENT),
    "POST /staff/statements/matching": RouteAccess(ACCOUNTANT, Reach.ALL),
    "GET /staff/statement-lines": read(ACCOUNTANT | AUDITOR, query="?state=suspense"),
    "GET /staff/statement-lines/{statement_line_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/statement-lines/{statement_line_id}/match/check": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"registration_1": "nobody"}
    ),
    "POST /staff/statement-lines/{statement_line_id}/match": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"version": "1"}
    ),
    "POST /staff/statement-lines/{statement_line_id}/suspense": RouteAccess(ACCOUNTANT, Reach.ALL, {}),
    "POST /staff/statement-lines/{statement_line_id}/fee": RouteAccess(ACCOUNTANT, Reach.ALL, {}),
    "POST /staff/statement-lines/{statement_line_id}/transfers": LEFT,
    "POST /staff/statement-lines/{statement_line_id}/deposits": books(slip="INP-000001"),
    "POST /staff/statement-lines/{statement_line_id}/returned-payments": books(payment="00000000000000ff-m1"),
    "POST /staff/statement-lines/{statement_line_id}/returned-refund": RETURNED,
    "POST /staff/statement-lines/{statement_line_id}/discard": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"reason": REASON}
    ),
    "POST /staff/statement-lines/{statement_line_id}/undo": books(version="1", reason=REASON),
    "POST /staff/statement-lines/{statement_line_id}/owner": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"owner": "a1"}
    ),
    "GET /staff/titles": read(STAFF_OF_FILES),
    "POST /staff/titles": RouteAccess(REGISTRAR, Reach.ALL, {"seen": "0-2022-0"}),
    "GET /staff/titles/{batch_id}": read(STAFF_OF_FILES),
    "GET /staff/titles/{batch_id}/file": read(STAFF_OF_FILES),
    "GET /staff/titles/{batch_id}/sheet": read(STAFF_OF_FILES),
    "GET /staff/waivers": read(REGISTRAR | ACCOUNTANT | AUDITOR),
    "GET /staff/registrations/{registration_id}/waivers": act(ACCOUNTANT),
    "POST /staff/registrations/{registration_id}/waivers": act(ACCOUNTANT, reason=REASON),
    "POST /staff/waivers/{waiver_id}/decision": act(REGISTRAR | ACCOUNTANT, decision="refuse", reason=REASON),
    "GET /staff/batches": read(ACCOUNTANT | AUDITOR),
    "POST /staff/batches": RouteAccess(ACCOUNTANT, Reach.ALL, {"seen": "0-2022-0"}),
    "GET /staff/batches/{batch_id}": read(ACCOUNTANT | AUDITOR),
    "GET /staff/batches/{batch_id}/file": read(ACCOUNTANT | AUDITOR),
    "GET /staff/batches/{batch_id}/sheet": read(ACCOUNTANT | AUDITOR),
    "POST /staff/batches/{batch_id}/return": RouteAccess(ACCOUNTANT, Reach.ALL, file=RETURN_FILE),
    "GET /staff/people/{person_id}/pack": act(AUDITOR),
    "GET /staff/rights": read(ADMINISTRATOR | AUDITOR),
    "GET /staff/rights/file": read(ADMINISTRATOR | AUDITOR, "?day=2022-06-24"),
    "GET /staff/exports": read(ACCOUNTANT | AUDITOR),
    "GET /staff/exports/fec": read(ACCOUNTANT | AUDITOR, "?year=2022"),
    "GET /staff/exports/journal": read(ACCOUNTANT | AUDITOR, "?from=2022-06-01&to=2022-06-30"),
    "GET /staff/exports/receipts": read(ACCOUNTANT | AUDITOR, "?day=2022-06-24"),
    "GET /staff/reconciliations": read(ACCOUNTANT | AUDITOR),
    "POST /staff/reconciliations": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"policy": "bank", "day": "2022-06-01"}
    ),
    "GET /staff/reconciliations/{run_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/gateway-exports": RouteAccess(ACCOUNTANT, Reach.ALL, file=EXPORT),
    "GET /staff/differences/{difference_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/differences/{difference_id}/explanation": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"text": REASON, "seen_cents": "100"}
    ),
    "POST /staff/differences/{difference_id}/owner": RouteAccess(ACCOUNTANT, Reach.ALL),
    "GET /staff/remittances": read(ACCOUNTANT | AUDITOR),
    "POST /staff/remittances": RouteAccess(
        ACCOUNTANT, Reach.ALL, {"number": "220624001", "line": "20220625-0000000000000001-1"}
    ),
    "GET /staff/transfers": read(ACCOUNTANT | AUDITOR),
    "POST /staff/transfers": RouteAccess(ACCOUNTANT, Reach.ALL, {"seen": "0" * 64}),
    "GET /staff/transfers/{transfer_file_id}": read(ACCOUNTANT | AUDITOR),
    "GET /staff/transfers/{transfer_file_id}/xml": RouteAccess(ACCOUNTANT, Reach.ALL),
    "GET /staff/cheque-slips": read(ACCOUNTANT | AUDITOR),
    "POST /staff/cheque-slips": books(),
    "GET /staff/cheque-slips/{slip_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/cheque-slips/{slip_id}/cheques": books(),
    "POST /staff/cheque-slips/{slip_id}/deposit": books(deposited_on="2022-06-24"),
    "POST /staff/cheque-slips/{slip_id}/credit": books(amount="1,00", credited_on="2022-06-24"),
    "GET /staff/cheque-slips/{slip_id}/pdf": read(ACCOUNTANT | AUDITOR),
    "GET /staff/rapprochements": read(ACCOUNTANT | AUDITOR),
    "POST /staff/rapprochements": books(),
    "GET /staff/rapprochements/{rapprochement_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/rapprochements/{rapprochement_id}/check": books(digest="0" * 64),
    "GET /staff/rapprochements/{rapprochement_id}/pdf": read(ACCOUNTANT | AUDITOR),
    "POST /staff/cheque-slips/{slip_id}/line": books(line="20220625-0000000000000001-1"),
    "GET /staff/periods": read(ACCOUNTANT | AUDITOR),
    "POST /staff/periods/{month}/close": books(),
    "GET /staff/balances": read(ACCOUNTANT | AUDITOR),
    "GET /staff/balances.csv": read(ACCOUNTANT | AUDITOR),
    "GET /staff/letterings/{person_id}": read(ACCOUNTANT | AUDITOR),
    "POST /staff/letterings/{person_id}": books(entry="a"),
    "POST /staff/letterings/{person_id}/undo": books(lettering="l1", reason=""),
    "GET /iban": PublicRoute(410),
    "POST /iban": PublicRoute(403),
    "POST /refunds/{refund_id}/iban": own(STUDENT, sends={"iban": IBAN}),
    "GET /staff/people": read(ADMINISTRATOR | AUDITOR),
    "GET /staff/unpaid": read(ACCOUNTANT | AUDITOR),
    "GET /staff/payments/{booked_payment_id}/bounce/evidence": read(ACCOUNTANT | AUDITOR),
    "GET /staff/payments/{booked_payment_id}/bounce/evidence/pdf": read(ACCOUNTANT | AUDITOR),
    "GET /staff/arrears": read(ACCOUNTANT | AUDITOR),
    "GET /staff/registrations/{registration_id}/payments": read(ACCOUNTANT | AUDITOR),
    "POST /staff/registrations/{registration_id}/payments/check": act(ACCOUNTANT, amount="1", reference="1"),
    "POST /staff/registrations/{registration_id}/payments/confirmation": act(
        ACCOUNTANT, method="cheque", amount="1", reference="1", received_on="2022-06-24"
    ),
    "GET /staff/payments/{booked_payment_id}/bounce": read(ACCOUNTANT | AUDITOR),
    "POST /staff/payments/{booked_payment_id}/bounce/check": act(ACCOUNTANT, reason=REASON),
    "POST /staff/payments/{booked_payment_id}/bounce/confirmation": act(
        ACCOUNTANT, amount_cents="100", reason=REASON
    ),
    "POST /staff/payments/{booked_payment_id}/bounce/dispute": act(ACCOUNTANT, stage="lost"),
    "POST /staff/people/search": read(ADMINISTRATOR | AUDITOR, sends={"email": "student2@demo.test"}),
    "GET /staff/people/{person_id}": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/people/{person_id}/roles": act(ADMINISTRATOR, role="auditor", reason=REASON, seen="student"),
    "POST /staff/people/{person_id}/access": act(ADMINISTRATOR, access="close", reason=REASON, seen="0"),
    "POST /staff/people/{person_id}/second-factor-removal": act(ADMINISTRATOR, reason=REASON),
    "POST /staff/people/{person_id}/erasure": act(ADMINISTRATOR, sure="1", reason=REASON),
    "POST /staff/people/role-changes/{change_id}/decision": act(ADMINISTRATOR | AUDITOR, decision="refuse"),
    "GET /staff/imports": read(ADMINISTRATOR),
    "POST /staff/imports/large": RouteAccess(ADMINISTRATOR, Reach.ALL, {}),
    "POST /staff/imports/large/confirmation": RouteAccess(ADMINISTRATOR, Reach.ALL, {"import_id": IMPORT_ID}),
    "POST /staff/imports/confirmation": RouteAccess(ADMINISTRATOR, Reach.ALL, {"import_id": IMPORT_ID}),
    "POST /staff/imports/students": load(STUDENTS_FILE),
    "POST /staff/imports/staff": load(STAFF_FILE),
    "GET /staff/outbox": read(ADMINISTRATOR),
    "POST /staff/outbox/{entry_id}/retry": act(ADMINISTRATOR),
    "GET /staff/audit": read(AUDITOR),
    "GET /staff/audit/file": read(AUDITOR),
    "GET /staff/campaigns": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/campaigns/preview": RouteAccess(ADMINISTRATOR, Reach.ALL, {"text": "x"}),
    "POST /staff/campaigns/proposals": RouteAccess(ADMINISTRATOR, Reach.ALL, {"text": "x"}),
    "GET /staff/campaigns/{campaign_id}/versions/{version}": read(ADMINISTRATOR | AUDITOR),
    "POST /staff/campaigns/{campaign_id}/versions/{version}/decision": act(
        ADMINISTRATOR | AUDITOR, decision="apply"
    ),
    "GET /staff/exemptions": read(REGISTRAR | ACCOUNTANT | AUDITOR),
}
TABLE = {key.replace(" /", " /api/v1/", 1): door for key, door in API.items()} | PAGES
