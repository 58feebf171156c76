"""Statements as banks write them: CFONB 120, camt.053 of two versions and CSV, of the same movements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape

IBAN = "FR7630001007941234567890185"
"""The account of the demo's campaign."""
_PLUS, _MINUS = "{ABCDEFGHI", "}JKLMNOPQR"


@dataclass(frozen=True)
class Movement:
    day: date
    cents: int
    label: str
    party: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Period:
    """One statement: its first balance, and what moved on which day."""

    opening_on: date
    opening_cents: int
    movements: Sequence[Movement] = ()
    closing_on: date | None = None
    iban: str = field(default=IBAN)

    @property
    def closing_cents(self) -> int:
        return self.opening_cents + sum(each.cents for each in self.movements)

    @property
    def last_on(self) -> date:
        return self.closing_on or max((each.day for each in self.movements), default=self.opening_on)


def cfonb(*periods: Period, ends: str = "\r\n") -> bytes:
    rows = [row for period in periods for row in _records(period)]
    assert {len(row) for row in rows} == {120}
    return (ends.join(rows) + ends).encode("latin-1")


def overpunched(cents: int) -> str:
    digits = f"{abs(cents):014d}"
    return digits[:-1] + (_MINUS if cents < 0 else _PLUS)[int(digits[-1])]


def _account(iban: str) -> tuple[str, str, str]:
    return iban[4:9], iban[9:14], iban[14:25]


def _balance(code: str, iban: str, day: date, cents: int) -> str:
    bank, branch, account = _account(iban)
    head = f"{code}{bank}    {branch}EUR2 {account}  {day:%d%m%y}"
    return f"{head:<90}{overpunched(cents)}".ljust(120)


def _records(period: Period) -> Iterable[str]:
    bank, branch, account = _account(period.iban)
    yield _balance("01", period.iban, period.opening_on, period.opening_cents)
    for each in period.movements:
        code = "05" if each.cents >= 0 else "06"
        head = f"{bank}0158{branch}EUR2 {account}{code}{each.day:%d%m%y}"
        label = f"{each.label[:31]:<31}"
        movement = f"04{head}  {each.day:%d%m%y}{label}  0000000  {overpunched(each.cents)}"
        yield movement.ljust(120)
        party = "NPY" if each.cents >= 0 else "NBE"
        told = [("LCC", each.label[31:101]), (party, each.party[:70]), ("RCN", each.reference[:35])]
        for kind, text in told:
            if text:
                yield f"05{head}     {kind}{text:<70}".ljust(120)
    yield _balance("07", period.iban, period.last_on, period.closing_cents)


def camt(*periods: Period, version: str = "02") -> bytes:
    statements = "".join(_statement(rank, period, version) for rank, period in enumerate(periods, 1))
    head = "<GrpHdr><MsgId>DEMO-1</MsgId><CreDtTm>2022-07-01T06:00:00+02:00</CreDtTm></GrpHdr>"
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{namespace}"><BkToCstmrStmt>'
        f"{head}{statements}</BkToCstmrStmt></Document>\n"
    ).encode()


def _statement(rank: int, period: Period, version: str) -> str:
    balances = _bal("OPBD", period.opening_on, period.opening_cents)
    balances += _bal("CLBD", period.last_on, period.closing_cents)
    entries = "".join(_entry(each, version) for each in period.movements)
    return (
        f"<Stmt><Id>{rank}</Id><CreDtTm>2022-07-01T06:00:00+02:00</CreDtTm>"
        f"<Acct><Id><IBAN>{period.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{entries}</Stmt>"
    )


def _amount(cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    whole, rest = divmod(abs(cents), 100)
    return f'<Amt Ccy="EUR">{whole}.{rest:02d}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _bal(code: str, day: date, cents: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(each: Movement, version: str) -> str:
    is_late = version >= "08"
    status = "<Sts><Cd>BOOK</Cd></Sts>" if is_late else "<Sts>BOOK</Sts>"
    party = f"<Nm>{escape(each.party)}</Nm>" if each.party else ""
    named = f"<Pty>{party}</Pty>" if is_late else party
    side = "Dbtr" if each.cents >= 0 else "Cdtr"
    parties = f"<RltdPties><{side}>{named}</{side}></RltdPties>" if each.party else ""
    reference = f"<Refs><EndToEndId>{escape(each.reference)}</EndToEndId></Refs>" if each.reference else ""
    amount = _amount(each.cents) if is_late else ""
    words = f"<RmtInf><Ustrd>{escape(each.label)}</Ustrd></RmtInf>" if each.label else ""
    code = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
    return (
        f"<Ntry>{_amount(each.cents)}{status}<BookgDt><Dt>{each.day}</Dt></BookgDt>"
        f"<ValDt><Dt>{each.day}</Dt></ValDt>{code}"
        f"<NtryDtls><TxDtls>{reference}{amount}{parties}{words}</TxDtls></NtryDtls></Ntry>"
    )


def csv(period: Period, separator: str = ";", encoding: str = "cp1252") -> bytes:
    rows = ["Date;Libellé;Débit;Crédit;Tiers;Référence"]
    for each in period.movements:
        cents = f"{abs(each.cents) // 100},{abs(each.cents) % 100:02d}"
        debit, credit = ("", cents) if each.cents >= 0 else (f"-{cents}", "")
        texts = (each.label, debit, credit, each.party, each.reference)
        rows.append(";".join((f"{each.day:%d/%m/%Y}", *texts)))
    return "\r\n".join(rows).replace(";", separator).encode(encoding)
