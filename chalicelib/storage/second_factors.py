from chalicelib.domain.second_factor import SecondFactor
from chalicelib.storage.kinds import person_key
from chalicelib.storage.table import Table, load


class DynamoSecondFactors:
    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, person_id: str) -> SecondFactor | None:
        row = self._table.get(person_key(person_id), "SECOND_FACTOR")
        return load(SecondFactor, row) if row else None
