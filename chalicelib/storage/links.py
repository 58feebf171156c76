from chalicelib.domain.links import PasswordLink
from chalicelib.storage.kinds import link_key
from chalicelib.storage.table import Table, load


class DynamoLinks:
    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, token_hash: str) -> PasswordLink | None:
        row = self._table.get(link_key(token_hash), "LINK")
        return load(PasswordLink, row) if row else None
