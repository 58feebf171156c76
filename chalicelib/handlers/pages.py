"""Every page of the portal."""

from chalicelib.handlers.pages_accounting import pages_accounting
from chalicelib.handlers.pages_audit import pages_audit
from chalicelib.handlers.pages_password import pages_password
from chalicelib.handlers.pages_payment import pages_payment
from chalicelib.handlers.pages_people import pages_people
from chalicelib.handlers.pages_plan import pages_plan
from chalicelib.handlers.pages_privacy import pages_privacy
from chalicelib.handlers.pages_second_factor import pages_second_factor
from chalicelib.handlers.pages_security import pages_security
from chalicelib.handlers.pages_session import pages_session
from chalicelib.handlers.pages_staff import pages_staff
from chalicelib.handlers.pages_student import pages_student

ENTRY = (pages_session, pages_password, pages_second_factor, pages_security, pages_privacy)
STUDENT = (pages_student, pages_payment, pages_plan)
DESKS = (pages_staff, pages_accounting, pages_people, pages_audit)
PAGES = (*ENTRY, *STUDENT, *DESKS)
