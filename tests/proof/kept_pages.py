"""Pages that staff and student read at one moment and post at another, from one tab or two; their judge."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.trail.audit import Act as Trace
from tests.fakes.ports import FakePorts

Act = Callable[[str], None]
Reads = Callable[[str], "Page | None"]
MOST_TABS = 8
LOOKED_FOR = 4


def _same(now: object, told: object) -> bool:
    return now == told


def _nothing(_: Changes) -> object:
    return None


def audited_as(*acts: Trace) -> Callable[[Changes], bool]:
    """Tell the commit of these acts from what else a use case may commit before and after it."""
    return lambda changes: changes.audit is not None and changes.audit.act in acts


@dataclass(frozen=True)
class Page:
    """A form: `shows` reads what its page tells, at any moment, and `post` sends it with what was told then.

    `is_act` knows the commit of what it asks for, `does` what this does of that which was `promised`.
    `moved` are the refusals that say that something else was read.
    """

    is_act: Callable[[Changes], bool]
    moved: tuple[type[QuittanceError], ...]
    shows: Callable[[], object]
    post: Callable[[Any], object]
    does: Callable[[Changes], object] = _nothing
    promised: object = None
    holds: Callable[[Any, Any], bool] = _same


@dataclass(frozen=True)
class Tab:
    """A page as it was read."""

    registration_id: str
    page: Page
    told: object
    read_at: datetime


class KeptPages:
    """Judges within each commit of a kept page whether that is done which was read."""

    def __init__(self) -> None:
        self.judged = 0
        self._posted: dict[int, tuple[Changes, Tab]] = {}

    def expect(self, changes: Changes, tab: Tab) -> None:
        """Note the post whose commit follows; other commits may come before it."""
        self._posted[id(changes)] = changes, tab

    def shown(self, changes: Changes) -> object:
        """Return what the page of a commit shows just before it."""
        _, tab = self._posted.get(id(changes), (None, None))
        return tab.page.shows() if tab and tab.page.is_act(changes) else None

    def judge(self, changes: Changes, shown: object) -> None:
        """Look at a commit just after it."""
        _, tab = self._posted.pop(id(changes), (None, None))
        if tab and tab.page.is_act(changes):
            self.judged += 1
            page = tab.page
            assert page.holds(shown, tab.told), f"an act on another state than was read: {shown}, {tab.told}"
            done = page.does(changes)
            assert done == page.promised, f"another act than was read: {done}, {page.promised}"


class Post:
    """The ports of one post: their commits are marked as its own."""

    def __init__(self, ports: FakePorts, judge: KeptPages, tab: Tab) -> None:
        self._ports, self._judge, self._tab = ports, judge, tab
        self.store = self
        self.has_acted = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ports, name)

    def commit(self, changes: Changes) -> None:
        self._judge.expect(changes, self._tab)
        self._ports.store.commit(changes)
        self.has_acted = self.has_acted or self._tab.page.is_act(changes)


@dataclass
class Reader:
    """Who has the tabs; `pages` read each kind of page, and give None where there is none to read."""

    ports: FakePorts
    judge: KeptPages
    chance: Random
    pages: tuple[Reads, ...]
    tabs: list[Tab] = field(default_factory=list)

    def acts(self, registration_id: str) -> Iterator[tuple[float, Act]]:
        """Yield each act with its weight."""
        yield 8, self.reads
        yield 1.5, self.reads_and_posts
        yield (12 if self._tabs_of(registration_id) else 0), self.posts

    def reads(self, registration_id: str) -> None:
        """Read a page and leave it in its tab; of very many the oldest is closed."""
        if tab := self._read(registration_id):
            self.tabs = [*self.tabs, tab][-MOST_TABS:]

    def posts(self, registration_id: str) -> None:
        """Post a page of a while ago, the last one most often; now and then it stays open in another tab."""
        tabs = self._tabs_of(registration_id)
        if not tabs:
            return
        tab = self.chance.choice((tabs[-1], self.chance.choice(tabs)))
        if self.chance.random() < 0.6:
            self.tabs.remove(tab)
        self._post(tab)

    def reads_and_posts(self, registration_id: str) -> None:
        """Post what was just read, with nothing in between where nobody else is running."""
        if tab := self._read(registration_id):
            self._post(tab, is_fresh=True)

    def _read(self, registration_id: str) -> Tab | None:
        """Read a page of the few that were looked for, if one of them can be read."""
        for reads in self.chance.sample(self.pages, LOOKED_FOR):
            with suppress(QuittanceError):
                if page := reads(registration_id):
                    return Tab(registration_id, page, page.shows(), self.ports.at)
        return None

    def _post(self, tab: Tab, *, is_fresh: bool = False) -> None:
        post = Post(self.ports, self.judge, tab)
        try:
            tab.page.post(post)
        except QuittanceError as refusal:
            self._judge_refusal(refusal, post, tab, is_fresh=is_fresh and self.ports.at == tab.read_at)
            raise

    def _judge_refusal(self, refusal: QuittanceError, post: Post, tab: Tab, *, is_fresh: bool) -> None:
        """What is refused is not written; it is refused as moved only if something has moved."""
        assert not post.has_acted, f"refused, and written: {refusal!r}"
        assert not (is_fresh and isinstance(refusal, tab.page.moved)), f"refused as moved: {refusal!r}"

    def _tabs_of(self, registration_id: str) -> list[Tab]:
        return [each for each in self.tabs if each.registration_id == registration_id]
