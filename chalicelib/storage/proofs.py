"""What a person proves to be themselves with: links of passwords, second factors."""

from chalicelib.domain.links import IbanLink, PasswordLink
from chalicelib.domain.payment_links.link import PaymentLinkKey
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.storage.keys import link_key, person_key
from chalicelib.storage.table import Table, load


class DynamoLinks:
    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, token_hash: str) -> PasswordLink | None:
        row = self._table.get(link_key(token_hash), "LINK")
        return load(PasswordLink, row) if row else None


class DynamoIbanLinks:
    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, token_hash: str) -> IbanLink | None:
        row = self._table.get(link_key(token_hash), "IBAN")
        return load(IbanLink, row) if row else None


class DynamoPaymentLinkKeys:
    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, token_hash: str) -> PaymentLinkKey | None:
        row = self._table.get(link_key(token_hash), "PAY")
        return load(PaymentLinkKey, row) if row else None


class DynamoSecondFactors:
    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, person_id: str) -> SecondFactor | None:
        row = self._table.get(person_key(person_id), "SECOND_FACTOR")
        return load(SecondFactor, row) if row else None
