"""A pynamodb model that loads rows without a lookup of each attribute."""

from typing import Any, Self

from pynamodb.constants import NUMBER
from pynamodb.models import Model


class PlainModel(Model):
    """A model of texts and whole numbers, whose attributes have the names that they have in the table."""

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """Return a row that was read: pynamodb's own asks each attribute in turn, several times."""
        row, attributes = cls.__new__(cls), cls.get_attributes()
        row.attribute_values = {
            name: each.default for name, each in attributes.items() if each.default is not None
        }
        for name, typed in data.items():
            known = attributes.get(name)
            if known is not None and known.attr_type in typed:
                value = typed[known.attr_type]
                row.attribute_values[name] = int(value) if known.attr_type == NUMBER else value
        return row
