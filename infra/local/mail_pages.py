"""The mails that were sent, and each that may be, as pages of the control server. Never deployed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, abort, render_template

from chalicelib.domain.languages import Language
from chalicelib.domain.outbox import Topic
from infra.local.mail_previews import ANSWER_HEADERS, TOPICS, for_a_frame, preview_html, preview_text

if TYPE_CHECKING:
    from flask import Flask

    from infra.local.control import Stack


def add_mail_pages(control: Flask, stack: Stack) -> None:
    def portal() -> str:
        return f"http://127.0.0.1:{stack.ports.portal}"

    @control.get("/mailbox/<mail_id>.html")
    def sent(mail_id: str) -> Response:
        html = stack.mailbox.html(mail_id)
        if html is None:
            abort(HTTPStatus.NOT_FOUND, "There is no such mail, or it has no HTML.")
        return Response(for_a_frame(html), headers=ANSWER_HEADERS)

    @control.get("/mails")
    def previews() -> str:
        told = [
            (topic, language, *preview_text(topic, language, portal()))
            for topic in TOPICS
            for language in Language
        ]
        return render_template("mails.html", previews=told)

    @control.get("/mails/<topic>/<language>.html")
    def preview(topic: str, language: str) -> Response:
        if topic not in TOPICS or language not in {each.value for each in Language}:
            abort(HTTPStatus.NOT_FOUND, "There is no such mail.")
        html = preview_html(Topic(topic), Language(language), portal())
        return Response(html, headers=ANSWER_HEADERS)
