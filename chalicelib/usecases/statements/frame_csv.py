from collections.abc import Mapping

from chalicelib.domain.refunds.ibans import masked
from chalicelib.domain.treasury.csv_mapping import CsvFrame, CsvMapping
from chalicelib.domain.treasury.refusals import StatementOfOtherAccount
from chalicelib.usecases.statements.import_statement import accounts
from chalicelib.usecases.statements.ports import StatementPorts


def frame_csv(
    ports: StatementPorts, iban: str, opening_cents: int, closing_cents: int, columns: Mapping[str, str]
) -> CsvFrame:
    """Return what a CSV file does not say; without headings those that read the account's last file.

    Without an IBAN it is the account of the current campaign. Raise `StatementOfOtherAccount` for none of
    the school's.
    """
    known = accounts(ports)
    chosen = "".join(iban.split()).upper() or next(iter(known), "")
    if chosen not in known:
        raise StatementOfOtherAccount(masked(chosen))
    named = {name: heading for name, heading in columns.items() if heading}
    mapping = CsvMapping(chosen, named) if named else ports.statements.mapping(chosen)
    return CsvFrame(mapping, opening_cents, closing_cents)
