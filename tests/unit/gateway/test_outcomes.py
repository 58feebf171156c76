"""Every documented code has its meaning; no other code is ever taken for one."""

import string
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payments import Outcome
from chalicelib.gateway.outcomes import DIRECT_CODES, PAGE_CODES, classify_direct_code, classify_page_code

ON_THE_PAGE = (
    "00000 00001 00003 00004 00006 00008 00009 00010 00011 00015 00016 00021 00029 00030 00031 00032"
    " 00033 00040 99999"
)
IN_A_DIRECT_CALL = (
    "00000 00001 00002 00003 00004 00005 00006 00007 00008 00009 00010 00011 00012 00013 00014 00015"
    " 00016 00017 00018 00020 00021 00022 00023 00024 00026 00039 00040 00097 00098 00099"
)
OF_THE_CARD_SCHEME = (
    "00 01 02 03 04 05 07 08 12 13 14 15 17 19 20 24 25 26 27 28 29 30 31 33 34 38 41 43 51 54 55 56 57 58 59"
    " 60 61 63 68 75 76 89 90 91 94 96 97 98 99 A1 A4 R1 R3"
)


def _documented(codes: str) -> set[str]:
    return {*codes.split(), *(f"001{code}" for code in OF_THE_CARD_SCHEME.split())}


def test_every_documented_code_is_mapped_and_no_other() -> None:
    assert set(PAGE_CODES) == _documented(ON_THE_PAGE)
    assert set(DIRECT_CODES) == _documented(IN_A_DIRECT_CALL)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("00000", Outcome.PAID),
        ("00001", Outcome.UNKNOWN),
        ("00003", Outcome.UNKNOWN),
        ("00004", Outcome.REFUSED_HARD),
        ("00006", Outcome.CONFIGURATION),
        ("00015", Outcome.UNKNOWN),
        ("00030", Outcome.ABANDONED),
        ("00040", Outcome.NEEDS_AUTHENTICATION),
        ("00100", Outcome.UNKNOWN),
        ("00105", Outcome.REFUSED_SOFT),
        ("00151", Outcome.REFUSED_SOFT),
        ("00154", Outcome.REFUSED_HARD),
        ("00189", Outcome.NEEDS_AUTHENTICATION),
        ("00194", Outcome.UNKNOWN),
        ("001A1", Outcome.NEEDS_AUTHENTICATION),
        ("001R3", Outcome.REFUSED_HARD),
        ("99999", Outcome.UNKNOWN),
        ("00018", Outcome.UNKNOWN),
    ],
)
def test_code_of_the_page_means(code: str, outcome: Outcome) -> None:
    assert classify_page_code(code) is outcome


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("00009", Outcome.CONFIGURATION),
        ("00017", Outcome.REFUSED_HARD),
        ("00018", Outcome.NOT_FOUND),
        ("00030", Outcome.UNKNOWN),
        ("00039", Outcome.UNKNOWN),
        ("00097", Outcome.UNKNOWN),
        ("99999", Outcome.UNKNOWN),
    ],
)
def test_code_of_a_direct_call_means(code: str, outcome: Outcome) -> None:
    assert classify_direct_code(code) is outcome


DUNNING = {
    Outcome.PAID: "00000",
    Outcome.REFUSED_HARD: (
        "00004 00008 00017 00021 00024 001R1 001R3"
        " 00104 00107 00114 00115 00133 00134 00138 00141 00143 00154 00156 00157 00159 00163 00175 00176"
    ),
    Outcome.REFUSED_SOFT: (
        "00022 00023"
        " 00101 00102 00105 00117 00119 00120 00151 00155 00161 00168 00190 00191 00196 00197 00198 00199"
    ),
    Outcome.NEEDS_AUTHENTICATION: "00040 00189 001A1 001A4",
    Outcome.CONFIGURATION: (
        "00002 00006 00007 00009 00010 00011 00012 00013 00014 00016 00020 00026"
        " 00103 00112 00113 00124 00125 00126 00127 00128 00129 00130 00131 00158 00160"
    ),
    Outcome.NOT_FOUND: "00018",
    Outcome.UNKNOWN: "00001 00003 00005 00015 00039 00097 00098 00099 00100 00108 00194",
}


def test_every_code_of_a_direct_call_is_of_the_class_that_decides_what_follows() -> None:
    told = {code: outcome for outcome, codes in DUNNING.items() for code in codes.split()}

    assert {code: classify_direct_code(code) for code in _documented(IN_A_DIRECT_CALL)} == told


def test_card_scheme_means_the_same_on_the_page_and_in_a_direct_call() -> None:
    for code in _documented(""):
        assert classify_page_code(code) is classify_direct_code(code)


def test_five_zeros_alone_mean_paid() -> None:
    letters = string.digits + "AR"
    codes = [f"00{''.join(rest)}" for rest in product(letters, repeat=3)]

    assert [code for code in codes if classify_page_code(code) is Outcome.PAID] == ["00000"]
    assert [code for code in codes if classify_direct_code(code) is Outcome.PAID] == ["00000"]


@given(st.text())
def test_what_is_not_listed_is_unknown(code: str) -> None:
    if code not in PAGE_CODES:
        assert classify_page_code(code) is Outcome.UNKNOWN
    if code not in DIRECT_CODES:
        assert classify_direct_code(code) is Outcome.UNKNOWN
