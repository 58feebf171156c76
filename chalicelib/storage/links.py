from pynamodb.transactions import TransactWrite

from chalicelib.domain.links import PasswordLink
from chalicelib.storage.table import Table, load


def spend_link(table: Table, write: TransactWrite, link: PasswordLink) -> None:
    """It goes in the transaction of the password it sets: that happens once."""
    spent = table.tombstone(_key(link.token_hash), "LINK", link.expires_at)
    write.save(spent, condition=table.at_version(1))


def _key(token_hash: str) -> str:
    return f"LINK#{token_hash}"


def links_of(person_id: str) -> str:
    """The queue of one person's links."""
    return f"LINKS#{person_id}"


class DynamoLinks:
    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, link: PasswordLink) -> None:
        purge_at = int(link.expires_at.timestamp())
        row = self._table.new(
            _key(link.token_hash),
            "LINK",
            link,
            queue_pk=links_of(link.person_id),
            queue_sk=link.token_hash,
            purge_at=purge_at,
        )
        self._table.put(row, self._table.absent)

    def find(self, token_hash: str) -> PasswordLink | None:
        row = self._table.get(_key(token_hash), "LINK")
        return load(PasswordLink, row) if row else None
