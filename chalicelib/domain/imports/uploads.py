"""A file that goes to the bucket directly, not through the portal."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SENT = "students.csv"
"""The name of the file as it was sent."""


@dataclass(frozen=True)
class Upload:
    """What the bucket accepts, for how long, and the page that it sends the browser to afterwards."""

    most_bytes: int
    seconds: int
    then: str = ""


@dataclass(frozen=True)
class UploadForm:
    """A form of multipart/form-data: its address, and the fields that go before the field `file`."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)
