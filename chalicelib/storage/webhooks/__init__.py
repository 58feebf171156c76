"""Endpoints of other systems, and what is sent to them."""
