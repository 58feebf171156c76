import hashlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from chalice.app import Chalice, Request, Response

from chalicelib.functions.routes import answer_nowhere
from chalicelib.web.response_headers import add_response_headers
from infra.local.front import create_front
from infra.local.serving import serve


def _bytes(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode()


def _request(app: Chalice) -> Request:
    assert app.current_request is not None
    return app.current_request


def _application() -> Chalice:
    app = Chalice(app_name="small")
    app.middleware("http")(add_response_headers)
    app.middleware("http")(answer_nowhere)
    together = threading.Barrier(4)

    @app.route("/echo/{name}/{part}", methods=["GET"])
    def echo(name: str, part: str) -> dict[str, Any]:
        query = _request(app).query_params
        return {
            "name": name,
            "part": part,
            "query": {key: query.getlist(key) for key in query} if query else None,
        }

    @app.route(
        "/body", methods=["POST"], content_types=["application/x-www-form-urlencoded", "application/json"]
    )
    def body() -> dict[str, Any]:
        raw = _bytes(_request(app).raw_body)
        event = _request(app).to_original_event()
        return {
            "sha256": hashlib.sha256(raw).hexdigest(),
            "event_body": event["body"],
            "sent_by": event["headers"],
        }

    @app.route("/cookies")
    def cookies() -> Response:
        return Response(
            "", headers={"Set-Cookie": ["a=1; Path=/", "b=2; Path=/"], "Content-Type": "text/html"}
        )

    @app.route("/picture")
    def picture() -> Response:
        return Response(b"\x89PNG\x00\xff", headers={"Content-Type": "image/png"})

    @app.route("/gone", methods=["DELETE"])
    def gone() -> Response:
        return Response("", status_code=204)

    @app.route("/large")
    def large() -> str:
        return "x" * (6 * 1024 * 1024 + 1)

    @app.route("/together/{name}")
    def wait_for_the_others(name: str) -> str:
        together.wait(timeout=10)
        return str((_request(app).uri_params or {})["name"])

    return app


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serve(create_front(_application())) as address, httpx.Client(base_url=address) as client:
        yield client


def test_path_parameters_arrive_decoded(client: httpx.Client) -> None:
    answer = client.get("/echo/%C3%A9t%C3%A9/a%2Fb%20c").json()

    assert (answer["name"], answer["part"]) == ("été", "a/b c")


def test_query_keeps_every_value_and_is_null_when_absent(client: httpx.Client) -> None:
    assert client.get("/echo/a/b?x=1&x=2&y=").json()["query"] == {"x": ["1", "2"], "y": [""]}
    assert client.get("/echo/a/b").json()["query"] is None


def test_form_body_arrives_byte_for_byte(client: httpx.Client) -> None:
    raw = b"Mt=1000&Ref=TEST%20zyxwv&Sign=ab%2Bcd%3D&caf\xc3\xa9=+&Mt=1000"

    answer = client.post(
        "/body", content=raw, headers={"Content-Type": "application/x-www-form-urlencoded"}
    ).json()

    assert answer["sha256"] == hashlib.sha256(raw).hexdigest()


def test_body_sent_in_chunks_arrives_whole(client: httpx.Client) -> None:
    answer = client.post(
        "/body", content=iter([b"a=1", b"&b=2"]), headers={"Content-Type": "application/json"}
    )

    assert answer.json()["event_body"] == "a=1&b=2"


def test_request_without_a_body_has_null_for_a_body(client: httpx.Client) -> None:
    assert client.post("/body", headers={"Content-Type": "application/json"}).json()["event_body"] is None


def test_headers_arrive_once_with_where_they_come_from(client: httpx.Client) -> None:
    sent = {"X-Forwarded-For": "203.0.113.9", "Idempotency-Key": "k-1", "Content-Type": "application/json"}

    headers = client.post("/body", headers=sent).json()["sent_by"]

    assert headers["idempotency-key"] == "k-1"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["content-type"] == "application/json"


def test_each_cookie_keeps_its_own_header(client: httpx.Client) -> None:
    answer = client.get("/cookies")

    assert answer.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]
    assert answer.headers["content-type"] == "text/html"


def test_binary_answer_arrives_as_bytes(client: httpx.Client) -> None:
    answer = client.get("/picture", headers={"Accept": "image/png"})

    assert answer.content == b"\x89PNG\x00\xff"
    assert answer.headers["content-type"] == "image/png"


def test_answer_without_a_type_is_json_as_behind_api_gateway(client: httpx.Client) -> None:
    assert client.get("/echo/a/b").headers["content-type"] == "application/json"


def test_answer_without_content_is_empty(client: httpx.Client) -> None:
    answer = client.delete("/gone")

    assert (answer.status_code, answer.content) == (204, b"")


def test_trailing_slash_changes_nothing(client: httpx.Client) -> None:
    assert client.get("/cookies/").status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/echo//b", "/echo/a", "//cookies/x", "/"])
def test_unknown_path_is_told_as_a_problem(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "en"})

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "en"
    assert answer.json() == {
        "type": "urn:quittance:problem:not_found",
        "title": "Not found",
        "status": 404,
        "detail": "This page does not exist, or is not yours.",
        "code": "not_found",
    }


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "OPTIONS", "TRACE", "QUERY"])
def test_method_without_a_route_is_told_with_those_that_have_one(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/body")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["code"] == "method_not_allowed"


def test_head_is_answered_without_a_body(client: httpx.Client) -> None:
    answer = client.head("/cookies")

    assert (answer.status_code, answer.headers["allow"], answer.content) == (405, "GET", b"")


def test_body_above_ten_megabytes_is_refused_in_a_sentence(client: httpx.Client) -> None:
    answer = client.post("/body", content=b"x" * (10 * 1024 * 1024 + 1))

    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


def test_answer_above_what_lambda_gives_back_fails_here_too(client: httpx.Client) -> None:
    answer = client.get("/large")

    assert answer.status_code == 502
    assert answer.json()["code"] == "answer_too_large"


def test_requests_at_the_same_time_keep_their_own_context(client: httpx.Client) -> None:
    said: dict[str, str] = {}

    def ask(name: str) -> None:
        said[name] = httpx.get(f"{client.base_url}/together/{name}").text

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("a", "b", "c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert said == {"a": "a", "b": "b", "c": "c", "d": "d"}


def test_absolute_address_in_the_request_line_finds_its_route(client: httpx.Client) -> None:
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as connection:
        connection.sendall(
            b"GET http://portal.test/cookies?a=1 HTTP/1.1\r\nHost: portal.test\r\nConnection: close\r\n\r\n"
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 200 OK")
