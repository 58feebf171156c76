"""The seeds of `lifetime.py` from which on more people act: the histories before stay as they were."""

CREDITED_FROM = 8_500
"""From this seed on accounting issues credit notes as well."""
REFUNDED_FROM = 9_000
"""From this seed on two accountants give money back as well."""
CORRECTED_FROM = 11_000
"""From this seed on the registrar corrects files with money in as well, and accounting writes off a rest."""
CANCELLED_FROM = 15_000
"""From this seed on accounting cancels approved refunds as well."""
SHARED_FROM = 20_000
"""From this seed on third-party payers take a part as well."""
BOOKED_FROM = 100_000
"""From this seed on the bank tells what moved, and accounting keeps the books to the month that closes."""
LINKED_FROM = 200_000
"""From this seed on payers without an account pay shares by links as well, and no books are closed."""
WAIVED_FROM = 300_000
"""From this seed on two people give up what a third-party payer owes as well."""
BRAKED_FROM = 400_000
"""From this seed on an operator stops debits and card payments as well."""
PRICED_FROM = 500_000
"""From this seed on an administrator changes prices as well."""
KEPT_FROM = 700_000
"""From this seed on staff and student post pages of a while ago as well."""
