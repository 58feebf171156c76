"""The school's bank on this machine: it credits remittances, keeps what it is told, and writes statements.

It imports nothing of the application, whose readers of CFONB 120 and camt.053 so have another author's files.
"""

from infra.local.bank.account import ACCOUNT, Bank, Movement, Statement
from infra.local.bank.camt import camt_053
from infra.local.bank.cfonb import cfonb_120

__all__ = ["ACCOUNT", "Bank", "Movement", "Statement", "camt_053", "cfonb_120"]
