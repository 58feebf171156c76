"""Corrections of what was invoiced: documents and entries of their own, never a change of an invoice."""
