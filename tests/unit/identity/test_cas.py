"""CAS from our side: of all that a server can answer, only one clear success names somebody."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import IdentityProviderUnavailable
from chalicelib.identity.cas import (
    LONGEST_ANSWER,
    CasServer,
    NotClear,
    read_logout_request,
    read_validation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVICE = "https://inscription.school.example/api/v1/auth/cas/callback"
NAMESPACE = 'xmlns:cas="http://www.yale.edu/tp/cas"'
TICKET = "ST-1856339-aA5Yuvrxzpv8Tau1cYQ7"


def answered(inside: str, namespace: str = NAMESPACE) -> bytes:
    return f"<cas:serviceResponse {namespace}>{inside}</cas:serviceResponse>".encode()


def succeeded(inside: str) -> bytes:
    return answered(f"<cas:authenticationSuccess>{inside}</cas:authenticationSuccess>")


def named(user: str) -> bytes:
    return succeeded(f"<cas:user>{user}</cas:user>")


USER = "<cas:user>admin</cas:user>"
SUCCESS = f"<cas:authenticationSuccess>{USER}</cas:authenticationSuccess>"
FAILURE = '<cas:authenticationFailure code="INVALID_TICKET">no</cas:authenticationFailure>'
GOOD = named("student")
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

GOOD_ANSWERS = {
    "the specification's own": b"""<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">
 <cas:authenticationSuccess>
  <cas:user>student</cas:user>
 </cas:authenticationSuccess>
</cas:serviceResponse>
""",
    "with attributes": succeeded(
        "<cas:user>student</cas:user><cas:attributes>"
        "<cas:authenticationDate>2022-06-24T10:00:00Z</cas:authenticationDate>"
        "<cas:isFromNewLogin>true</cas:isFromNewLogin>"
        "<cas:user>admin</cas:user><cas:mail>admin@demo.test</cas:mail>"
        "</cas:attributes>"
    ),
    "without a prefix": b'<serviceResponse xmlns="http://www.yale.edu/tp/cas"><authenticationSuccess>'
    b"<user>student</user></authenticationSuccess></serviceResponse>",
    "with another prefix": GOOD.replace(b"cas:", b"c:").replace(b":cas", b":c"),
    "with a declaration": b'<?xml version="1.0" encoding="UTF-8"?>\n' + GOOD,
    "with a declaration of ASCII": b"<?xml version='1.0' encoding='us-ascii' standalone='yes' ?>" + GOOD,
    "with a mark of byte order": b"\xef\xbb\xbf" + GOOD,
    "after blank lines": b"\n\n" + GOOD,
    "with a ticket that nobody asked for": succeeded(
        "<cas:user>student</cas:user><cas:proxyGrantingTicket>PGTIOU-1</cas:proxyGrantingTicket>"
    ),
    "with its letters as numbers": named("&#115;tudent"),
    "with spaces around the name": named(" student"),
    "laid out in lines": named("\n    student\n  "),
    "with a line end as a number": named("student&#10;"),
    "with attributes beside the user": succeeded(
        "<cas:user>student</cas:user><cas:mail>student@demo.test</cas:mail><cas:group>a</cas:group>"
        "<cas:group>b</cas:group><cas:attribute name='uid' value='admin'/><email>student@demo.test</email>"
    ),
    "with an attribute that means nothing here": succeeded(
        "<cas:user>student</cas:user><cas:admin>true</cas:admin>"
    ),
    "in Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    + succeeded("<cas:user>student</cas:user><cas:sn>T\u00e9st</cas:sn>").decode().encode("latin-1"),
    "with an element that nobody knows, and what is in it": succeeded(
        "<cas:user>student</cas:user><cas:groups><cas:group>a</cas:group><cas:group/></cas:groups>"
    ),
    "in CDATA": named("<![CDATA[student]]>"),
    "in CDATA laid out in lines": named("\n <![CDATA[student]]>\n"),
    "with attributes in CDATA": succeeded(
        "<cas:user>student</cas:user><mail><![CDATA[student@demo.test]]></mail>"
    ),
    "with comments between its elements": b"<!-- CAS 6.6 -->\n"
    + answered(
        "\n<!-- ok -->\n<cas:authenticationSuccess><cas:user>student</cas:user></cas:authenticationSuccess>"
    )
    + b"\n<!-- end -->",
}

HOSTILE_ANSWERS = {
    "billion laughs": f"<!DOCTYPE x [<!ENTITY l0 'admin'>{LAUGHS}]>".encode() + named("&l9;"),
    "one internal entity": b"<!DOCTYPE x [<!ENTITY who 'admin'>]>" + named("&who;"),
    "external entity": b'<!DOCTYPE x [<!ENTITY who SYSTEM "file:///etc/hostname">]>' + named("&who;"),
    "parameter entity": b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>' + GOOD,
    "document type alone": b"<!DOCTYPE serviceResponse>" + GOOD,
    "document type elsewhere": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + GOOD,
    "undeclared entity": named("&admin;"),
    "XInclude": succeeded(
        '<cas:user><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" '
        'href="file:///etc/hostname"/></cas:user>'
    ),
    "XInclude beside the user": succeeded(
        f'{USER}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'
    ),
    "no namespace": GOOD.replace(NAMESPACE.encode(), b"").replace(b"cas:", b""),
    "another namespace": GOOD.replace(b"www.yale.edu/tp/cas", b"www.yale.example/tp/cas"),
    "namespace with a slash more": GOOD.replace(b"tp/cas", b"tp/cas/"),
    "namespace over https": GOOD.replace(b"http://", b"https://"),
    "success of another namespace": answered(
        '<x:authenticationSuccess xmlns:x="urn:x"><cas:user>admin</cas:user></x:authenticationSuccess>'
    ),
    "user of another namespace": succeeded('<x:user xmlns:x="urn:x">admin</x:user>'),
    "user of another namespace beside": succeeded(f'{USER}<x:user xmlns:x="urn:x">student</x:user>'),
    "undeclared prefix": GOOD.replace(NAMESPACE.encode(), b""),
    "another root": SUCCESS.replace("Success>", f"Success {NAMESPACE}>", 1).encode(),
    "two users": succeeded(f"<cas:user>student</cas:user>{USER}"),
    "user among the attributes alone": succeeded(f"<cas:attributes>{USER}</cas:attributes>"),
    "two blocks of attributes": succeeded(f"{USER}<cas:attributes/><cas:attributes/>"),
    "user without a namespace beside": succeeded(f"{USER}<user>student</user>"),
    "element of another namespace beside": succeeded(f'{USER}<x:mail xmlns:x="urn:x">a</x:mail>'),
    "attribute that holds a user": succeeded(f"{USER}<cas:groups><cas:user>student</cas:user></cas:groups>"),
    "failure without content beside the user": succeeded(f"{USER}<cas:authenticationFailure/>"),
    "failure": answered(FAILURE),
    "success inside a failure": answered(
        f'<cas:authenticationFailure code="INVALID_TICKET">{SUCCESS}</cas:authenticationFailure>'
    ),
    "failure inside a success": succeeded(f"{USER}{FAILURE}"),
    "success beside failure": answered(SUCCESS + FAILURE),
    "failure beside success": answered(FAILURE + SUCCESS),
    "two successes": answered(SUCCESS + SUCCESS),
    "nested response": answered(answered(SUCCESS).decode()),
    "nested success": succeeded(SUCCESS),
    "user beside the success": answered(f"<cas:authenticationSuccess/>{USER}"),
    "user with a child": named("stu<b/>dent"),
    "user inside the user": named(USER),
    "user with an attribute": succeeded('<cas:user admin="true">student</cas:user>'),
    "comment inside the user": named("admin<!---->.attacker"),
    "comment before the user": succeeded(f"<!-- {USER} -->{USER}"),
    "comment around the failure": answered(f"<!--{FAILURE}-->{SUCCESS}"),
    "comment at the end of the user": named("admin<!-- -->"),
    "comment in place of the user": named("<!-- admin -->"),
    "comment that hides the user": succeeded(
        f"<cas:sn><!--</cas:sn><cas:user>student</cas:user><cas:sn>--></cas:sn>{USER}"
    ),
    "comment that hides the user, after a tag": succeeded(
        f"<cas:sn/><!--<cas:user>student</cas:user>-->{USER}"
    ),
    "CDATA that hides the user": succeeded(
        f"<cas:sn><![CDATA[</cas:sn><cas:user>student</cas:user><cas:sn>]]></cas:sn>{USER}"
    ),
    "CDATA with markup": named("<![CDATA[<b>admin</b>]]>"),
    "CDATA with a reference": named("<![CDATA[&#97;dmin]]>"),
    "half CDATA": named("admin<![CDATA[<x>]]>"),
    "CDATA that does not end": named("<![CDATA[admin"),
    "CDATA with a null byte": named("<![CDATA[admin\0]]>"),
    "processing instruction inside the user": named("admin<?x?>.attacker"),
    "processing instruction for a style": b'<?xml-stylesheet href="file:///etc/hostname"?>' + GOOD,
    "two declarations": b'<?xml version="1.0"?>' * 2 + GOOD,
    "declaration after a blank line": b'\n<?xml version="1.0"?>' + GOOD,
    "XML 1.1": b'<?xml version="1.1"?>' + GOOD,
    "no user": succeeded(""),
    "empty user": named(""),
    "user of white space": named(" \n\t "),
    "line end in the user": named("ad\nmin"),
    "no-break space after the user": named("admin\u00a0"),
    "no-break space before the user": named("\u00a0admin"),
    "nothing as a number": named("admin&#0;"),
    "control character": named("admin&#x85;"),
    "text turned round": named("\u202enimda"),
    "character without width": named("ad\u200bmin"),
    "null byte": named("admin\0"),
    "half of a pair": named("&#xD800;"),
    "long user": named("a" * 256),
    "huge": named("student") + b" " * LONGEST_ANSWER,
    "huge inside": succeeded(
        f"<cas:user>student</cas:user><cas:attributes>{'<cas:a/>' * 10_000}</cas:attributes>"
    ),
    "deep": b"<a>" * 20_000,
    "deep attributes": succeeded(f"{USER}{'<cas:attributes>' * 3000}"),
    "empty": b"",
    "white space": b" \n ",
    "truncated": GOOD[:-1],
    "truncated in the user": GOOD[: GOOD.index(b"dent")],
    "something after the end": GOOD + b"<x/>",
    "two documents": GOOD + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-16 without a mark": GOOD.decode().encode("utf-16-be"),
    "UTF-16 the other way round": GOOD.decode().encode("utf-16-le"),
    "comment in UTF-16": named("admin<!---->.attacker").decode().encode("utf-16-be"),
    "UTF-32": GOOD.decode().encode("utf-32"),
    "UTF-7": GOOD.replace(b"<", b"+ADw-").replace(b">", b"+AD4-"),
    "UTF-7 that says so": b'<?xml version="1.0" encoding="UTF-7"?>'
    + named("admin").replace(b"<cas:user>", b"+ADw-cas:user+AD4-"),
    "UTF-16 that is said only": b'<?xml version="1.0" encoding="UTF-16"?>' + GOOD,
    "Latin-1 that says so after a mark of UTF-8": b'\xef\xbb\xbf<?xml version="1.0" encoding="ISO-8859-1"?>'
    + GOOD,
    "control character in Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?>'
    + named("admin\x85").decode().encode("latin-1"),
    "comment inside the user in Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?>'
    + named("admin<!---->.attacker"),
    "document type in Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE x>' + GOOD,
    "attribute that holds how somebody came": succeeded(f"{USER}<cas:groups><cas:proxies/></cas:groups>"),
    "Latin-1 that does not": named("h\u00e9l\u00e8ne").decode().encode("latin-1"),
    "EBCDIC": GOOD.decode().encode("cp500"),
    "overlong UTF-8": named("admin").replace(b"admin", b"adm\xc1\xa9n"),
    "HTML": b"<!DOCTYPE html><html><body><p>Log in</p></body></html>",
    "HTML without a type": b"<html><body>student</body></html>",
    "JSON": b'{"serviceResponse": {"authenticationSuccess": {"user": "admin"}}}',
    "CAS 1.0": b"yes\nadmin\n",
    "proxies": succeeded(f"{USER}<cas:proxies><cas:proxy>https://x.example/</cas:proxy></cas:proxies>"),
    "empty proxies": succeeded(f"{USER}<cas:proxies/>"),
    "proxy": succeeded(f"{USER}<cas:proxy>https://x.example/</cas:proxy>"),
    "proxy's success": answered(
        "<cas:proxySuccess><cas:proxyTicket>PT-1</cas:proxyTicket></cas:proxySuccess>"
    ),
    "SAML's success": b'<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"><Status><StatusCode '
    b'Value="samlp:Success"/></Status></Response>',
    "compressed": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}


def parse_validation(xml: bytes) -> str | None:
    """Return the user, None where the answer is refused."""
    try:
        return read_validation(xml)
    except NotClear:
        return None


def told(answers: dict[str, bytes]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("xml", [pytest.param(xml, id=name) for name, xml in answers.items()])


@told(GOOD_ANSWERS)
def test_one_clear_success_names_the_user(xml: bytes) -> None:
    assert parse_validation(xml) == "student"


@pytest.mark.parametrize(
    "user", ["a", "hélène", "jean dupont", "x.y-z_1@school.example", "a" * 255, "O'Brien"]
)
def test_user_is_told_as_the_server_writes_him(user: str) -> None:
    assert parse_validation(named(user)) == user


def test_name_in_latin_1_is_read_in_it() -> None:
    declared = b'<?xml version="1.0" encoding="iso-8859-1"?>'
    name = "h\u00e9l\u00e8ne"
    assert read_validation(declared + named(name).decode().encode("latin-1")) == name


REASONS = {
    "not readable as short, plain XML": b"<html>",
    "not one answer in CAS's namespace": b"<html/>",
    "INVALID_TICKET": answered(FAILURE),
    "INVALID_SERVICE": answered('<cas:authenticationFailure code=" INVALID_SERVICE "/>'),
    "neither a success nor a failure of the specification": answered(
        '<cas:authenticationFailure code="admin@demo.test"/>'
    ),
    "not one user": succeeded(USER * 2),
    "attributes told twice": succeeded(f"{USER}<cas:attributes/><cas:attributes/>"),
    "an element beside the user that is no attribute": succeeded(f"{USER}<cas:proxies/>"),
    "a user that is no plain name": named("admin<b/>"),
}


@pytest.mark.parametrize("reason", REASONS)
def test_refused_answer_is_noted_by_a_reason_without_its_content(
    scripted_cas: ScriptedCas, reason: str
) -> None:
    noted: list[str] = []
    scripted_cas.answers(REASONS[reason])
    assert (
        CasServer(scripted_cas.url, SERVICE, note=noted.append).subject(TICKET, "word", renew=False) is None
    )
    assert noted == [reason]


def test_refusing_status_is_noted_by_its_number(scripted_cas: ScriptedCas) -> None:
    noted: list[str] = []
    scripted_cas.answers(GOOD, "404 Not Found")
    assert (
        CasServer(scripted_cas.url, SERVICE, note=noted.append).subject(TICKET, "word", renew=False) is None
    )
    assert noted == ["HTTP 404"]


@told(HOSTILE_ANSWERS)
def test_hostile_answer_lets_nobody_in(xml: bytes) -> None:
    assert parse_validation(xml) is None


def test_hostile_answers_are_as_many_as_promised() -> None:
    assert len(HOSTILE_ANSWERS) >= 20


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(xml: bytes) -> None:
    assert parse_validation(xml) is None


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=3))
def test_changed_answer_names_a_user_of_the_success_or_nobody(at: int, change: bytes) -> None:
    subject = parse_validation(GOOD[:at] + change + GOOD[at + 1 :])

    assert subject is None or (subject == subject.strip() and subject.isprintable())


LOGOUT = (
    '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="LR-1" Version="2.0" '
    'IssueInstant="2022-06-24T10:00:00Z"><saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
    f"@NOT_USED@</saml:NameID><samlp:SessionIndex>{TICKET}</samlp:SessionIndex></samlp:LogoutRequest>"
)
INDEX = f"<samlp:SessionIndex>{TICKET}</samlp:SessionIndex>"
ODD_LOGOUTS = {
    "empty": "",
    "a ticket alone": TICKET,
    "truncated": LOGOUT[:-1],
    "no index": LOGOUT.replace(INDEX, ""),
    "two indexes": LOGOUT.replace(INDEX, INDEX * 2),
    "index elsewhere": LOGOUT.replace(INDEX, f"<samlp:Extensions>{INDEX}</samlp:Extensions>"),
    "index with a child": LOGOUT.replace(TICKET, f"{TICKET}<x/>"),
    "no ticket": LOGOUT.replace(TICKET, "TGT-1-x"),
    "two tickets": LOGOUT.replace(TICKET, f"{TICKET} {TICKET}"),
    "another namespace": LOGOUT.replace("SAML:2.0:protocol", "SAML:1.0:protocol"),
    "a response": LOGOUT.replace("LogoutRequest", "LogoutResponse"),
    "a document type": f"<!DOCTYPE x>{LOGOUT}",
    "an entity": f"<!DOCTYPE x [<!ENTITY t '{TICKET}'>]>" + LOGOUT.replace(TICKET, "&t;"),
    "a comment": LOGOUT.replace(TICKET, f"{TICKET}<!-- -->x"),
    "huge": LOGOUT + " " * LONGEST_ANSWER,
    "half of a pair": LOGOUT.replace("@NOT_USED@", "\ud800"),
    "a success": GOOD.decode(),
}


def test_logout_request_names_the_ticket() -> None:
    assert read_logout_request(LOGOUT) == TICKET
    assert read_logout_request(f'<?xml version="1.0" encoding="UTF-8"?>\n{LOGOUT}') == TICKET
    assert (
        CasServer("https://cas.example/cas", SERVICE).ended_ticket(LOGOUT.replace(TICKET, f"\n{TICKET}\n"))
        == TICKET
    )


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in ODD_LOGOUTS.items()])
def test_odd_logout_request_ends_nothing(text: str) -> None:
    assert read_logout_request(text) is None


def test_addresses_carry_the_service_with_the_browsers_word() -> None:
    cas = CasServer("https://cas.example/cas/", SERVICE)
    service = "https%3A%2F%2Finscription.school.example%2Fapi%2Fv1%2Fauth%2Fcas%2Fcallback%3Fjourney%3Dword"

    assert cas.login_address("word", renew=False) == f"https://cas.example/cas/login?service={service}"
    assert (
        cas.login_address("word", renew=True) == f"https://cas.example/cas/login?service={service}&renew=true"
    )


class ScriptedCas:
    """Writes `sends`, drops of bytes, to whoever asks and hangs up; keeps the addresses it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.sends: list[bytes] = []
        self.pause_seconds = 0.0
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/cas"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(cas) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler's methods have their self
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                cas.asked.append(self.path)
                self.close_connection = True
                for part in cas.sends:
                    if cas.over.wait(cas.pause_seconds):
                        return
                    try:
                        self.wfile.write(part)
                    except OSError:  # nobody listens any more
                        return

            def log_message(self, *words: object) -> None:
                """The tests' terminal stays quiet."""

        return Handler

    def answers(self, body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {length or len(body)}", *headers]
        self.sends = ["\r\n".join([*lines, "", ""]).encode() + body]


@pytest.fixture
def scripted_cas() -> Iterator[ScriptedCas]:
    server = ScriptedCas()
    yield server
    server.close()


@pytest.fixture
def subject(scripted_cas: ScriptedCas) -> Callable[..., str | None]:
    def ask(
        ticket: str = TICKET, *, renew: bool = False, connect_seconds: float = 20, read_seconds: float = 20
    ) -> str | None:
        cas = CasServer(scripted_cas.url, SERVICE, connect_seconds, read_seconds)
        return cas.subject(ticket, "word", renew=renew)

    return ask


def test_ticket_is_asked_for_once(scripted_cas: ScriptedCas, subject: Callable[..., str | None]) -> None:
    scripted_cas.answers(GOOD, "200 OK", "Content-Type: application/xml;charset=UTF-8")

    assert subject() == "student"
    (address,) = scripted_cas.asked
    assert urlsplit(address).path == "/cas/p3/serviceValidate"
    assert parse_qs(urlsplit(address).query) == {
        "service": [f"{SERVICE}?journey=word"],
        "ticket": [TICKET],
    }


def test_fresh_login_is_demanded(scripted_cas: ScriptedCas, subject: Callable[..., str | None]) -> None:
    scripted_cas.answers(GOOD)

    assert subject(renew=True) == "student"
    assert scripted_cas.asked[0].endswith("&renew=true")


@pytest.mark.parametrize(
    "ticket",
    [
        "",
        "ST-",
        "ST",
        "PT-1-abc",
        "st-1-abc",
        " ST-1-abc",
        "ST-1-abc\n",
        "ST-1&renew=false",
        "ST-1/../x",
        "ST-1%00",
        "ST-é",
        "ST-" + "a" * 254,
        "xST-1",
    ],
)
def test_ticket_of_another_shape_is_never_asked_for(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None], ticket: str
) -> None:
    scripted_cas.answers(GOOD)

    assert subject(ticket) is None
    assert scripted_cas.asked == []


@pytest.mark.parametrize("ticket", ["ST-1", "ST-1-aA5.cas_node-2.school.example", "ST-" + "a" * 253])
def test_ticket_as_servers_write_it_is_asked_for(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None], ticket: str
) -> None:
    scripted_cas.answers(GOOD)

    assert subject(ticket) == "student"


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Redirect", "308 Redirect"]
)
def test_redirect_is_not_followed(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None], status: str
) -> None:
    scripted_cas.answers(GOOD, status, f"Location: {scripted_cas.url}/elsewhere")

    assert subject() is None
    assert len(scripted_cas.asked) == 1


@pytest.mark.parametrize(
    "status", ["201 Created", "204 No Content", "400 Bad Request", "403 No", "404 Not Found"]
)
def test_success_under_another_status_lets_nobody_in(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None], status: str
) -> None:
    scripted_cas.answers(GOOD, status)

    assert subject() is None


@pytest.mark.parametrize("status", ["500 Error", "502 Bad Gateway", "503 Unavailable"])
def test_broken_server_is_unavailable_and_not_asked_again(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None], status: str
) -> None:
    scripted_cas.answers(GOOD, status, "Retry-After: 0")

    with pytest.raises(IdentityProviderUnavailable):
        subject()
    assert len(scripted_cas.asked) == 1


def test_oversized_answer_lets_nobody_in(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None]
) -> None:
    scripted_cas.answers(GOOD + b" " * LONGEST_ANSWER)

    assert subject() is None


def test_endless_answer_is_left_where_it_is_too_long(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None]
) -> None:
    scripted_cas.sends = [b"HTTP/1.1 200 OK\r\n\r\n" + GOOD, *[b" " * 65_536] * 1_000]

    assert subject() is None


def test_answer_of_the_greatest_length_is_read(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None]
) -> None:
    scripted_cas.answers(GOOD + b"\n" * (LONGEST_ANSWER - len(GOOD)))

    assert subject() == "student"


def test_compressed_answer_is_not_unpacked(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None]
) -> None:
    import gzip  # noqa: PLC0415 - this test alone packs

    scripted_cas.answers(gzip.compress(GOOD), "200 OK", "Content-Encoding: gzip")

    assert subject() is None


def test_slow_server_is_unavailable(scripted_cas: ScriptedCas, subject: Callable[..., str | None]) -> None:
    scripted_cas.answers(GOOD)
    scripted_cas.pause_seconds = 30

    with pytest.raises(IdentityProviderUnavailable):
        subject(read_seconds=0.05)
    assert len(scripted_cas.asked) == 1


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"], ids=["head", "body"]
)
def test_server_that_drips_its_answer_is_left(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None], head: bytes
) -> None:
    scripted_cas.sends = [head, *[b" "] * 5_000]
    scripted_cas.pause_seconds = 0.02

    with pytest.raises(IdentityProviderUnavailable):
        subject(connect_seconds=0.1, read_seconds=0.2)


def test_dropped_connection_is_unavailable(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None]
) -> None:
    with pytest.raises(IdentityProviderUnavailable):
        subject()


def test_success_cut_short_is_no_success(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None]
) -> None:
    scripted_cas.answers(GOOD, length=len(GOOD) + 1)

    with pytest.raises(IdentityProviderUnavailable):
        subject()


@pytest.mark.parametrize(
    "noise", [b"\0" * 100, b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]
)
def test_server_that_does_not_speak_http_is_unavailable(
    scripted_cas: ScriptedCas, subject: Callable[..., str | None], noise: bytes
) -> None:
    scripted_cas.sends = [noise]

    with pytest.raises(IdentityProviderUnavailable):
        subject()


def test_refused_connection_is_unavailable() -> None:
    with socket.socket() as taken:  # bound, never listening
        taken.bind(("127.0.0.1", 0))
        cas = CasServer(f"http://127.0.0.1:{taken.getsockname()[1]}/cas", SERVICE)
        with pytest.raises(IdentityProviderUnavailable):
            cas.subject(TICKET, "word", renew=False)
