"""Proof of a person's identity."""
