from chalicelib.storage.table import Row, Table

HIGHEST = 2_147_483_647


class DynamoQuestions:
    """A stored counter, never random and never a hash, so that no number is used for two questions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def next_question(self) -> int:
        row = self._counted(1)
        return (int(row.version) - 1) % HIGHEST + 1

    def skip(self, numbers: int) -> None:
        self._counted(numbers)

    def _counted(self, numbers: int) -> Row:
        row = self._table.row("COUNTER#QUESTIONS", "COUNTER")
        row.update(actions=[self._table.row.version.add(numbers), self._table.row.facts.set("{}")])
        return row
