"""A form with a file: multipart/form-data, RFC 7578, by the standard library's parser of MIME."""

from dataclasses import dataclass, field

from chalicelib.web.problems import LARGEST_UPLOAD_BYTES, FormUnreadable, UploadTooLarge

MULTIPART = "multipart/form-data"
ROOM_FOR_FIELDS_BYTES = 4096


@dataclass(frozen=True)
class Parts:
    """The fields of a form, and the bytes of its one file, b"" if none was chosen."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    file: bytes = b""


def read_parts(content_type: str, body: bytes) -> Parts:
    """Return the parts of a form; what is malformed has none. Raise `UploadTooLarge`, `FormUnreadable`."""
    if len(body) > LARGEST_UPLOAD_BYTES + ROOM_FOR_FIELDS_BYTES:
        raise UploadTooLarge
    from email.parser import BytesParser  # noqa: PLC0415 - few forms bring a file
    from email.policy import HTTP  # noqa: PLC0415 - the same

    head = f"Content-Type: {' '.join(content_type.splitlines())}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields: dict[str, list[str]] = {}
    file = b""
    for part in message.iter_parts() if message.is_multipart() else ():
        content = part.get_payload(decode=True) or b""
        name = part.get_param("name", "", "content-disposition")
        if part.get_filename() is not None:
            file = bytes(content)
        else:
            fields.setdefault(str(name), []).append(_text(bytes(content)))
    return Parts(fields, file)


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise FormUnreadable from None
