"""Money of the school that the bank gives back pays nothing by itself, whatever is written beside it."""

import pytest

from chalicelib.domain.treasury.lines import LineState
from chalicelib.usecases.statements.import_statement import import_statement
from tests.fakes.bank_files import Period, camt, cfonb
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.statement_steps import DAY, REFERENCE, arrives, lines, looks, moved

FROM_STUDENT = Period(DAY, 0, [moved(10000, f"VIR {REFERENCE}")])
TOLD = "<SubFmlyCd>ESCT</SubFmlyCd>"


@pytest.fixture
def owing(chris: Student) -> Student:
    chris.declares("01")
    return chris


def state_after(owing: Student, statement: bytes) -> LineState:
    import_statement(owing.ports, statement, ACCOUNTANT)
    looks(owing.ports)
    return lines(owing.ports)[0].state


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("<BkTxCd>", "<RvslInd>true</RvslInd><BkTxCd>"),
        ("<BkTxCd>", "<RvslInd>1</RvslInd><BkTxCd>"),
        ("<Cd>RCDT</Cd>", "<Cd>ICDT</Cd>"),
        (TOLD, "<SubFmlyCd>RRTN</SubFmlyCd>"),
        (TOLD, "<SubFmlyCd>RPCR</SubFmlyCd>"),
        ("</RmtInf>", "</RmtInf><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"),
    ],
)
def test_transfer_that_comes_back_is_shown_to_a_person(owing: Student, written: str, instead: str) -> None:
    statement = camt(FROM_STUDENT).decode()
    assert written in statement
    assert state_after(owing, statement.replace(written, instead).encode()) is LineState.PROPOSED


def test_return_without_codes_of_the_bank_is_known_by_its_reason(owing: Student) -> None:
    statement = camt(FROM_STUDENT).decode()
    first, end = statement.index("<BkTxCd>"), statement.index("</BkTxCd>") + len("</BkTxCd>")
    bare = statement[:first] + statement[end:]
    returned = bare.replace("</RmtInf>", "</RmtInf><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")
    assert state_after(owing, returned.encode()) is LineState.PROPOSED
    assert lines(owing.ports)[0].code == "RRTN"


def test_movement_with_a_reason_of_rejection_is_shown_to_a_person(owing: Student) -> None:
    rows = cfonb(FROM_STUDENT).decode("latin-1").split("\r\n")
    rows[1] = rows[1][:40] + "04" + rows[1][42:]
    assert state_after(owing, "\r\n".join(rows).encode("latin-1")) is LineState.PROPOSED


@pytest.mark.parametrize("reversal", ["", "<RvslInd>false</RvslInd>"])
def test_transfer_of_a_student_is_booked(owing: Student, reversal: str) -> None:
    statement = camt(FROM_STUDENT).decode().replace("<BkTxCd>", f"{reversal}<BkTxCd>")
    assert state_after(owing, statement.encode()) is LineState.MATCHED


@pytest.mark.parametrize("label", [f"{REFERENCE}Z9", f"X{REFERENCE}", f"VIR{REFERENCE} MERCI"])
def test_reference_inside_a_longer_word_is_shown_to_a_person(owing: Student, label: str) -> None:
    arrives(owing.ports, moved(10000, label))
    looks(owing.ports)
    assert lines(owing.ports)[0].state is LineState.PROPOSED


@pytest.mark.parametrize(
    "label", ["RF06 0000 0000 0006 1", f"/ROC/{REFERENCE}//", f"é{REFERENCE}Z9 {REFERENCE}"]
)
def test_reference_in_words_of_its_own_is_booked(owing: Student, label: str) -> None:
    arrives(owing.ports, moved(10000, label))
    looks(owing.ports)
    assert lines(owing.ports)[0].state is LineState.MATCHED
