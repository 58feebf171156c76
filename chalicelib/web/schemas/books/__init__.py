"""Requests and responses of the API about the school's books."""
