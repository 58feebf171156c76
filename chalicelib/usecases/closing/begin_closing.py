from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.periods import Closing, begun
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaigns.versions import opening
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.closing.ports import BeginningPorts
from chalicelib.usecases.races import again


def begin_closing(ports: BeginningPorts, series: str, month: str, by: Person) -> Closing:
    """Begin to close a month of a school: whoever writes an entry from now on dates it later.

    The day is in the register of campaigns too, which every writer reads already: none reads more. Raise
    `PeriodBeingClosed`, `PeriodAlreadyClosed`, `PeriodNotEnded`, `PeriodNotNext`.
    """
    permit(by, Action.CLOSE_PERIOD, "")
    return again(lambda: _begin(ports, series, month, by), ports.pause)


def _begin(ports: BeginningPorts, series: str, month: str, by: Person) -> Closing:
    now = ports.now()
    closing = begun(ports.periods.closing(series), month, by.id, paris_day(now), now)
    register = opening(ports.campaign_versions.register(), series, closing.open_from)
    entry = audited(ports, by.id, Act.PERIOD_LEFT, series, f"{series}-{month}")
    ports.store.commit(Changes((closing, register), entry))
    ports.campaigns.refresh()
    return closing
