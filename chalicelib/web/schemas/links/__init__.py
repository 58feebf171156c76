"""Requests and responses around links that are given to people."""
