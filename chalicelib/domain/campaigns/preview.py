"""What a new version of a campaign changes, and for how many; what it must not drop."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from chalicelib.domain.campaign import Campaign, Programme
from chalicelib.domain.campaigns.refusals import CampaignPartInUse, CampaignSeriesChanged
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration, RegistrationStatus

Priced = tuple[str, str]
"""A programme's code and a situation's."""

_OWN_LISTS = frozenset({"id", "windows", "programmes", "plans", "version", "books_open_from"})


@dataclass(frozen=True)
class Use:
    """How many registrations use each part of a campaign; files given up without an order count nowhere."""

    programmes: set[str]
    declared: Counter[Priced]
    """Not invoiced yet: they owe what the version that holds says."""
    invoiced: Counter[Priced]
    plans: Counter[str]
    asked: Counter[Priced]
    """Of `declared` those with a plan asked for or approved, and not begun: it was cut at the old price."""


@dataclass(frozen=True)
class TariffChange:
    """One changed price in cents, with tax; None where there was or will be none."""

    programme_code: str
    fee_situation_code: str
    before_cents: int | None
    after_cents: int | None
    declared: int
    invoiced: int
    asked: int = 0


@dataclass(frozen=True)
class Preview:
    """`plans` and `programmes` are the codes that were added, changed or removed; `others` are other keys."""

    is_new: bool
    tariffs: tuple[TariffChange, ...] = ()
    plans: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    windows: bool = False
    others: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (
            self.is_new or self.tariffs or self.plans or self.programmes or self.windows or self.others
        )

    @property
    def declared(self) -> int:
        """The registrations that will owe another amount."""
        return sum(change.declared for change in self.tariffs)

    @property
    def asked(self) -> int:
        """The registrations that must ask for their plan again."""
        return sum(change.asked for change in self.tariffs)

    @property
    def invoiced(self) -> int:
        """The registrations that stay as they were invoiced."""
        return sum(change.invoiced for change in self.tariffs)


def use_of(registrations: Iterable[Registration], requests: Iterable[PlanRequest]) -> Use:
    binding = [request for request in requests if request.is_binding]
    plans = Counter(request.plan_code for request in binding)
    use = Use(set(), Counter(), Counter(), plans, Counter())
    asking = {request.registration_id for request in binding if not request.started}
    for registration in registrations:
        if registration.status is RegistrationStatus.WITHDRAWN and not registration.has_order:
            continue
        use.programmes.add(registration.programme_code)
        if code := registration.fee_situation_code:
            counted = use.invoiced if registration.has_order else use.declared
            counted[registration.programme_code, code] += 1
            use.asked[registration.programme_code, code] += registration.id in asking
    return use


def preview(before: Campaign | None, after: Campaign, use: Use) -> Preview:
    """Compare two versions; without one before, all of `after` is new."""
    if before is None:
        return Preview(is_new=True)
    return Preview(
        is_new=False,
        tariffs=tuple(_tariffs(before, after, use)),
        plans=_changed(before.plans, after.plans),
        programmes=_changed(_labels(before), _labels(after)),
        windows=before.windows != after.windows,
        others=tuple(
            field.name
            for field in fields(Campaign)
            if field.name not in _OWN_LISTS and getattr(before, field.name) != getattr(after, field.name)
        ),
    )


def require_kept(before: Campaign | None, after: Campaign, use: Use) -> None:
    """Raise `CampaignPartInUse` or `CampaignSeriesChanged` for what a version must not change."""
    if before and before.numbering.series != after.numbering.series:
        raise CampaignSeriesChanged(before.numbering.series, after.numbering.series)
    if parts := tuple(_dropped(after, use)):
        raise CampaignPartInUse(parts)


def _dropped(after: Campaign, use: Use) -> Iterator[str]:
    yield from sorted(use.programmes - after.programmes.keys())
    for programme_code, code in sorted(use.declared + use.invoiced):
        programme = after.programmes.get(programme_code)
        if programme and code not in programme.tariffs:
            yield f"{programme_code} {code}"
    yield from sorted(code for code in use.plans if code not in after.plans)


def _labels(campaign: Campaign) -> dict[str, object]:
    return {code: programme.label for code, programme in campaign.programmes.items()}


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(code for code in {**before, **after} if before.get(code) != after.get(code))


def _tariffs(before: Campaign, after: Campaign, use: Use) -> Iterator[TariffChange]:
    one, other = _prices(before.programmes.values()), _prices(after.programmes.values())
    for priced in {**one, **other}:
        if one.get(priced) != other.get(priced):
            yield TariffChange(
                *priced,
                _cents(one.get(priced)),
                _cents(other.get(priced)),
                use.declared[priced],
                use.invoiced[priced],
                use.asked[priced],
            )


def _prices(programmes: Iterable[Programme]) -> dict[Priced, tuple[FeeLine, ...]]:
    return {(each.code, code): lines for each in programmes for code, lines in each.tariffs.items()}


def _cents(lines: tuple[FeeLine, ...] | None) -> int | None:
    return None if lines is None else totals(lines).total_cents
