"""Every page of the portal."""

from chalicelib.pages.accounting import pages_accounting
from chalicelib.pages.attempts import pages_attempts
from chalicelib.pages.audit import pages_audit
from chalicelib.pages.books.balances import pages_balances
from chalicelib.pages.books.batches import pages_batches
from chalicelib.pages.books.exports import pages_books_exports
from chalicelib.pages.books.line_matches import pages_line_matches
from chalicelib.pages.books.lines import pages_lines
from chalicelib.pages.books.periods import pages_periods
from chalicelib.pages.books.rapprochements import pages_rapprochements
from chalicelib.pages.books.reconciliations import pages_reconciliations
from chalicelib.pages.books.remittances import pages_remittances
from chalicelib.pages.books.rights import pages_rights
from chalicelib.pages.books.slips import pages_slips
from chalicelib.pages.books.statements import pages_statements
from chalicelib.pages.books.titles import pages_titles
from chalicelib.pages.books.waivers import pages_waivers
from chalicelib.pages.cas import cas
from chalicelib.pages.changed_plans import pages_changed_plans
from chalicelib.pages.credits import pages_credits
from chalicelib.pages.dossier.evidence import pages_evidence
from chalicelib.pages.dossier.home import pages_start
from chalicelib.pages.dossier.situation import pages_dossier
from chalicelib.pages.everyone.about import pages_about
from chalicelib.pages.everyone.look import pages_look
from chalicelib.pages.links.ibans import pages_iban_link
from chalicelib.pages.links.making import pages_payment_links
from chalicelib.pages.links.paying import pages_pay_link
from chalicelib.pages.outbox import pages_outbox
from chalicelib.pages.passwords import pages_password
from chalicelib.pages.payments import pages_payment
from chalicelib.pages.people import pages_people
from chalicelib.pages.plans import pages_plan
from chalicelib.pages.privacy import pages_privacy
from chalicelib.pages.programs.service_keys import pages_service_keys
from chalicelib.pages.programs.webhook_endpoints import pages_webhook_endpoints
from chalicelib.pages.registrations import pages_staff
from chalicelib.pages.second_factor import pages_second_factor
from chalicelib.pages.security import pages_security
from chalicelib.pages.sessions import pages_session
from chalicelib.pages.staff.bounces import pages_bounces
from chalicelib.pages.staff.campaigns import pages_campaigns
from chalicelib.pages.staff.comments import pages_comments
from chalicelib.pages.staff.corrections import pages_corrections
from chalicelib.pages.staff.credit_notes import pages_credit_notes
from chalicelib.pages.staff.decisions import pages_decisions
from chalicelib.pages.staff.documents import pages_documents
from chalicelib.pages.staff.files import pages_files
from chalicelib.pages.staff.home import pages_home
from chalicelib.pages.staff.imports import pages_imports
from chalicelib.pages.staff.payers import pages_payers
from chalicelib.pages.staff.receipts import pages_receipts
from chalicelib.pages.staff.refunds import pages_refunds
from chalicelib.pages.staff.transfers import pages_transfers
from chalicelib.pages.staff.write_offs import pages_write_offs
from chalicelib.pages.student import pages_student

ENTRY = (
    cas,
    pages_session,
    pages_password,
    pages_iban_link,
    pages_pay_link,
    pages_second_factor,
    pages_security,
    pages_privacy,
    pages_about,
    pages_look,
)
STUDENT = (
    pages_start,
    pages_student,
    pages_dossier,
    pages_evidence,
    pages_payment,
    pages_attempts,
    pages_plan,
    pages_payment_links,
)
DESKS = (
    pages_staff,
    pages_home,
    pages_files,
    pages_corrections,
    pages_comments,
    pages_documents,
    pages_decisions,
    pages_accounting,
    pages_changed_plans,
    pages_credits,
    pages_credit_notes,
    pages_receipts,
    pages_payers,
    pages_bounces,
    pages_refunds,
    pages_transfers,
    pages_statements,
    pages_lines,
    pages_line_matches,
    pages_slips,
    pages_balances,
    pages_periods,
    pages_rapprochements,
    pages_reconciliations,
    pages_remittances,
    pages_write_offs,
    pages_batches,
    pages_books_exports,
    pages_waivers,
    pages_titles,
    pages_rights,
    pages_people,
    pages_imports,
    pages_campaigns,
    pages_outbox,
    pages_service_keys,
    pages_webhook_endpoints,
    pages_audit,
)
PAGES = (*ENTRY, *STUDENT, *DESKS)
