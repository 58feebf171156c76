"""Every operation of the API."""

from chalicelib.api.accounting.collection import collection
from chalicelib.api.accounting.credit_notes import credit_notes
from chalicelib.api.accounting.credits import credits_to_give_back
from chalicelib.api.accounting.figures import figures
from chalicelib.api.accounting.late import late
from chalicelib.api.accounting.payers import payers
from chalicelib.api.accounting.payment_links import payment_links
from chalicelib.api.accounting.refunds import refunds
from chalicelib.api.accounting.transfers import transfers
from chalicelib.api.accounting.write_offs import write_offs
from chalicelib.api.audit import audit
from chalicelib.api.books.balances import balances
from chalicelib.api.books.batches import batches
from chalicelib.api.books.exports import books_exports
from chalicelib.api.books.periods import periods
from chalicelib.api.books.rapprochements import rapprochements
from chalicelib.api.books.reconciliations import reconciliations
from chalicelib.api.books.rights import rights
from chalicelib.api.books.slips import slips
from chalicelib.api.books.statements import statements
from chalicelib.api.books.titles import titles
from chalicelib.api.books.waivers import waivers
from chalicelib.api.campaigns import campaigns
from chalicelib.api.card_payments import card_payments
from chalicelib.api.changed_plans import changed_plans
from chalicelib.api.imports import imports
from chalicelib.api.instalments import instalments
from chalicelib.api.invoices import invoices
from chalicelib.api.lists import lists
from chalicelib.api.openapi import openapi
from chalicelib.api.outbox import outbox
from chalicelib.api.people import people
from chalicelib.api.plans import plans
from chalicelib.api.privacy import privacy
from chalicelib.api.programs.events import events
from chalicelib.api.programs.service_keys import service_keys
from chalicelib.api.programs.webhook_endpoints import webhook_endpoints
from chalicelib.api.registrar.corrections import corrections
from chalicelib.api.registrations import registrations
from chalicelib.api.sessions import auth
from chalicelib.api.staff import staff

API = (
    auth,
    people,
    audit,
    privacy,
    registrations,
    plans,
    changed_plans,
    card_payments,
    payment_links,
    instalments,
    collection,
    credits_to_give_back,
    figures,
    credit_notes,
    late,
    refunds,
    payers,
    transfers,
    statements,
    slips,
    balances,
    periods,
    rapprochements,
    reconciliations,
    write_offs,
    batches,
    books_exports,
    waivers,
    titles,
    rights,
    invoices,
    staff,
    corrections,
    lists,
    imports,
    outbox,
    events,
    service_keys,
    webhook_endpoints,
    campaigns,
    openapi,
)
