"""Refunds: money given back of one payment, prepared by one accountant and approved by another."""
