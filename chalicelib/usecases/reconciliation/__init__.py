"""Reconciliations: card movements gathered, the gateway asked, each policy run for a day."""
