"""The outcome of every documented code (PAYBOX integration manuals).

Codes are strings: 001A1 exists. The 001xx family comes from the authorisation centre, xx being the card
scheme's code; it means the same on the page and in a direct call. A code that is not listed is unknown, never
refused.
"""

from collections.abc import Mapping

from chalicelib.domain.payments import Outcome

_Table = Mapping[Outcome, str]

_EVERYWHERE: _Table = {
    Outcome.PAID: "00000",
    Outcome.REFUSED_HARD: (
        "00004 00008 00021"
        " 00104 00107 00114 00115 00133 00134 00138 00141 00143 00154 00156 00157 00159 00163 00175 00176"
        " 001R1 001R3"
    ),
    Outcome.REFUSED_SOFT: (
        "00101 00102 00105 00117 00119 00120 00151 00155 00161 00168 00190 00191 00196 00197 00198 00199"
    ),
    Outcome.NEEDS_AUTHENTICATION: "00040 00189 001A1 001A4",
    Outcome.CONFIGURATION: (
        "00006 00010 00011 00016"
        " 00103 00112 00113 00124 00125 00126 00127 00128 00129 00130 00131 00158 00160"
    ),
    # 00001, 00003: the gateway lost the authorisation centre, or itself, on the way. 00015: already paid by
    # this reference. 00100, 00108: approvals told as refusals. 00194: a duplicate, so there is a first one.
    Outcome.UNKNOWN: "00001 00003 00015 00100 00108 00194",
}
_ON_THE_PAGE: _Table = {
    Outcome.REFUSED_HARD: "00029",
    Outcome.REFUSED_SOFT: "00009 00033",  # behaviour check, country of the payer
    Outcome.ABANDONED: "00030",
    Outcome.UNKNOWN: "00031 00032 99999",  # reserved, reserved, "pending"
}
_IN_A_DIRECT_CALL: _Table = {
    Outcome.REFUSED_HARD: "00017 00024",  # no such subscriber, country of the card
    Outcome.REFUSED_SOFT: "00022 00023",  # limits of the fraud filter
    Outcome.CONFIGURATION: "00002 00007 00009 00012 00013 00014 00020 00026",
    Outcome.NOT_FOUND: "00018",
    # 00005, 00039: this question number was processed before, with an answer that is not known.
    Outcome.UNKNOWN: "00005 00039 00097 00098 00099",
}


def _by_code(*tables: _Table) -> dict[str, Outcome]:
    return {code: outcome for table in tables for outcome, codes in table.items() for code in codes.split()}


PAGE_CODES = _by_code(_EVERYWHERE, _ON_THE_PAGE)
DIRECT_CODES = _by_code(_EVERYWHERE, _IN_A_DIRECT_CALL)


def classify_page_code(code: str) -> Outcome:
    """Return the outcome of a notification's E code."""
    return PAGE_CODES.get(code, Outcome.UNKNOWN)


def classify_direct_code(code: str) -> Outcome:
    """Return the outcome of CODEREPONSE for the operation asked for."""
    return DIRECT_CODES.get(code, Outcome.UNKNOWN)
