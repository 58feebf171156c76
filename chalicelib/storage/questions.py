from chalicelib.storage.table import Table

HIGHEST = 2_147_483_647


class DynamoQuestions:
    """A stored counter, never random and never a hash, so that no number is used for two questions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def next_question(self) -> int:
        row = self._table.row("COUNTER#QUESTIONS", "COUNTER")
        row.update(
            actions=[self._table.row.version.add(1), self._table.row.facts.set("{}")],
        )
        return (int(row.version) - 1) % HIGHEST + 1
