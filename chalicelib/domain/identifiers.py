"""Identifiers carry the partition they live in, so one read finds what they name.

person        16 hex digits
registration  <person>-<ordinal>
attempt       <registration>-<16 hex digits>
"""


def person_of(identifier: str) -> str:
    return identifier.partition("-")[0]
