"""One request of a browser: its caller, form and cookies, and the pages that answer it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.causes import FileNotOpen
from chalicelib.domain.errors import NotFound, SessionMissing
from chalicelib.domain.languages import Language
from chalicelib.domain.menu import MenuItem, MenuKey, menu
from chalicelib.domain.registration import Registration
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.desks import desks_of
from chalicelib.pages.frame.language import language_of, switch_of
from chalicelib.pages.frame.navigation import menu_links
from chalicelib.pages.frame.shown import SHOWN
from chalicelib.pages.frame.typed import kept_typed
from chalicelib.pages.responses import (
    DEVICE,
    SESSION,
    VISITOR,
    cookie,
    cookie_name,
    form_token,
    html,
)
from chalicelib.portal.render import Frame, link_to, render
from chalicelib.portal.sentences import Told, sentence
from chalicelib.portal.texts import said, typeset
from chalicelib.settings import Stage, settings
from chalicelib.usecases.registrations.show_account import open_file, open_files
from chalicelib.web.bodies import form_fields
from chalicelib.web.brakes import notice_of
from chalicelib.web.caller import Caller
from chalicelib.web.problems import FormUnreadable, UploadMissing
from chalicelib.web.uploads import MULTIPART, Parts, read_parts

LONGEST_CURSOR = 250
MISTAKEN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS}
"""The statuses of a form that comes back with what is to correct in it."""
FILE = "registration"
"""The query parameter with the file of a student who has several."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,200}")


class FileNotChosen(Exception):
    """The student has several files, and the URL names none of them."""


@dataclass(frozen=True)
class PageRequest(Caller):
    """One request of a browser, as passed to its view."""

    shows_account: bool = False

    @cached_property
    def token(self) -> str:
        """The session token of the cookie, "" without one."""
        return self._secret_of(SESSION)

    @cached_property
    def secret(self) -> str:
        """The secret of this browser: its session's token, or a visitor's token that the next page sets."""
        return self.token or self.visitor or self.ports.new_token()

    @property
    def visitor(self) -> str:
        return self._secret_of(VISITOR)

    @cached_property
    def device(self) -> str:
        """The identifier of this browser from one login to the next; a new one if it has none."""
        return self._secret_of(DEVICE) or self.ports.new_token()

    def _secret_of(self, name: str) -> str:
        value = self.cookie(name)
        return value if _TOKEN.fullmatch(value) else ""

    @cached_property
    def cookies(self) -> dict[str, str]:
        """The cookies of this host by name, the last sent first; of one sent twice its first value."""
        own, pairs = cookie_name(""), (self.request.headers.get("cookie") or "").split(";")
        sent = (pair.strip().partition("=") for pair in reversed(pairs))
        return {name.removeprefix(own): str(value) for name, _, value in sent if name.startswith(own)}

    def cookie(self, wanted: str) -> str:
        return self.cookies.get(wanted, "")

    @property
    def has_several_files(self) -> bool:
        return len(self.account.registrations) > 1

    @cached_property
    def chosen_file(self) -> RegistrationFile | None:
        """The file in the URL, or the only one; None if there are several to choose from."""
        named = self.parameter(FILE)
        if not named and len(self.account.registrations) != 1:
            return None
        return open_file(self.ports, self.account, named or self.account.registrations[-1].id)

    @property
    def file(self) -> RegistrationFile:
        """The file of this page; raise `FileNotChosen` or `NotFound` if there is none."""
        if self.chosen_file is None:
            if self.has_several_files:
                raise FileNotChosen
            raise FileNotOpen
        return self.chosen_file

    @property
    def files(self) -> tuple[RegistrationFile, ...]:
        return open_files(self.ports, self.account)

    @property
    def campaign(self) -> Campaign:
        """The chosen file's campaign; the current one without a file, and at the desks of the staff."""
        if str(self.request.path).startswith("/staff"):
            return self.ports.campaigns.current()
        return self.chosen_file.campaign if self.chosen_file else self.ports.campaigns.current()

    @property
    def registration(self) -> Registration:
        return self.file.registration

    def to(self, path: str) -> str:
        """Return the path of a student's page about the same file."""
        return link_to(path, self._named_file)

    @property
    def _named_file(self) -> str:
        """The registration that links name, "" if the student has only one."""
        chosen = self.chosen_file if self.has_several_files else None
        return chosen.registration.id if chosen else ""

    def _name_of(self, registration_id: str) -> str:
        """Return what tells one of several files apart: its programme, and its campaign where they differ."""
        file = open_file(self.ports, self.account, registration_id)
        campaigns = {registration.campaign_id for registration in self.account.registrations}
        name = file.programme.label.in_language(self.language)
        label = file.campaign.label.in_language(self.language)
        return f"{name}, {label}" if len(campaigns) > 1 else name

    @property
    def language(self) -> Language:
        return language_of(self)

    def said(self, words: str, **data: Any) -> str:
        """Return a text of the portal in the reader's language."""
        return said(words, self.language, **data)

    def sentence(self, told: Told | None) -> str:
        """Return the sentence of a refusal in the reader's language."""
        return typeset(sentence(told, self.language))

    def menu_item(self, key: MenuKey) -> MenuItem:
        """Return one of the menus; raise as `file` does."""
        return next(item for item in self.menu if self.file and item.key is key)

    @cached_property
    def menu(self) -> tuple[MenuItem, ...]:
        """The menus of the chosen file, as they are at the request."""
        return menu(self.chosen_file, self.ports.now())

    @cached_property
    def form(self) -> dict[str, list[str]]:
        if self._content_type.startswith(MULTIPART):
            return self._parts.fields
        return form_fields(self.request.raw_body)

    @property
    def _content_type(self) -> str:
        return str(self.request.headers.get("content-type") or "")

    @cached_property
    def _parts(self) -> Parts:
        return read_parts(self._content_type, self.request.raw_body)

    @property
    def upload(self) -> bytes:
        """Return the file that the form sent; raise `UploadMissing` without one."""
        if not self._parts.file:
            raise UploadMissing
        return self._parts.file

    def field(self, name: str) -> str:
        """Return the value of a form field, stripped; "" if it was not sent."""
        return self.typed(name).strip()

    def typed(self, name: str) -> str:
        """Return the exact value of a form field: a password may begin with a space.

        Raise `FormUnreadable` for a field that is sent twice with other values.
        """
        first, *others = self.form.get(name, [""])
        if any(other != first for other in others):
            raise FormUnreadable
        return first

    def parameter(self, name: str) -> str:
        """Return a query parameter, "" if it is missing or occurs twice."""
        given = self.request.query_params
        values = given.getlist(name) if given and name in given else []
        return str(values[0]) if len(values) == 1 else ""

    def cursor(self, name: str = "after") -> str | None:
        """Return the cursor of a list's page; None for the first page, and for one that is too long."""
        after = self.parameter(name)
        return after if 0 < len(after) <= LONGEST_CURSOR else None

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters that occur once, by name."""
        return {name: self.parameter(name) for name in self.request.query_params or ()}

    def page(
        self,
        template: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        cookies: tuple[str, ...] = (),
        registration_id: str = "",
        campaign: Campaign | None = None,
        **facts: Any,
    ) -> Response:
        """Return a page for the person logged in: about a file, or of a desk that shows another campaign."""
        shown = registration_id or self._named_file
        typed, forgotten = kept_typed(self)
        frame = self._frame(
            campaign or self.campaign,
            is_mistaken=_is_mistaken(template, status),
            person=self.person,
            desks=desks_of(self.person, str(self.request.path)),
            registration_id=shown,
            file_name=self._name_of(shown) if shown else "",
            open_payments=tuple(attempt for attempt in self.account.attempts if attempt.is_open),
            menu=menu_links(self),
            typed=typed,
        )
        return self._html(template, frame, status, (*cookies, *forgotten), facts)

    def public_page(self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **facts: Any) -> Response:
        """Return a page for any caller, logged in or not."""
        try:
            return self.page(template, status=status, **facts)
        except (SessionMissing, NotFound):
            return self.bare_page(template, status=status, **facts)

    def bare_page(
        self,
        template: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        cookies: tuple[str, ...] = (),
        **facts: Any,
    ) -> Response:
        """Return a page without data of the caller; nothing is read."""
        frame = self._frame(self.ports.campaigns.current(), is_mistaken=_is_mistaken(template, status))
        given = () if self.token or self.visitor else (cookie(VISITOR, self.secret),)
        return self._html(template, frame, status, (*cookies, *given), facts)

    def _html(
        self,
        template: str,
        frame: Frame,
        status: HTTPStatus,
        cookies: tuple[str, ...],
        facts: Mapping[str, Any],
    ) -> Response:
        return html(render(template, frame, **facts), status, cookies, frame.language)

    def _frame(self, campaign: Campaign, **of_person: Any) -> Frame:
        return Frame(
            campaign,
            form_token=form_token(self.secret),
            is_demo=is_demo(),
            is_lax=not self.ports.requires_second_factor,
            is_rehearsal=is_rehearsal(),
            language=self.language,
            switch=switch_of(self, SHOWN),
            notice=self.sentence(notice_of(self)),
            **of_person,
        )


def _is_mistaken(template: str, status: HTTPStatus) -> bool:
    return status in MISTAKEN and template != "problem"


def is_demo() -> bool:
    return settings().stage is Stage.LOCAL


def is_rehearsal() -> bool:
    return settings().stage is Stage.REHEARSAL
