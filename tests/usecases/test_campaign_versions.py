"""A year is data: loaded by one person, applied by another, from its day on; what is invoiced stays."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from chalicelib.campaigns.copies import SHAPE
from chalicelib.campaigns.reader import shipped_text
from chalicelib.campaigns.rehearsal import RehearsedCampaigns
from chalicelib.campaigns.stored import FileReader, StoredCampaigns
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns import refusals
from chalicelib.domain.campaigns.preview import Preview, TariffChange, preview, use_of
from chalicelib.domain.campaigns.versions import CampaignVersion, VersionState
from chalicelib.domain.causes import SamePerson
from chalicelib.domain.errors import Forbidden, NotFound, PlanNotApproved
from chalicelib.domain.fees import shown_quote
from chalicelib.domain.money import totals
from chalicelib.domain.people import Person, Role
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.rehearsal import rehearsed
from chalicelib.domain.sessions import Credentials
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.campaigns.count_exemptions import count_exemptions
from chalicelib.usecases.campaigns.decide_campaign import decide_campaign
from chalicelib.usecases.campaigns.explain_amount import explain_amount
from chalicelib.usecases.campaigns.list_campaigns import list_campaigns, show_version
from chalicelib.usecases.campaigns.preview_campaign import MOST_BYTES, preview_campaign
from chalicelib.usecases.campaigns.propose_campaign import propose_campaign
from tests.fakes.ports import FakePorts, enrol_student
from tests.usecases.conftest import CHRIS, REGISTRAR, Student

YEAR = "clermont-auvergne-inp-2022"
NEXT_YEAR = "clermont-auvergne-inp-2023"
DEARER = ('unit_price: "601.00"', 'unit_price: "650.00"')
REDUCED = '      "14": [{product: "Droits de scolarité", unit_price: "401.00"}]\n'
LOADER = Person("00000000000000b1", "admin@demo.test", "Dominique", "TESTAD", frozenset({Role.ADMINISTRATOR}))
AUDITOR = Person("00000000000000b2", "auditor@demo.test", "Maxime", "TESTAU", frozenset({Role.AUDITOR}))


def edited(*changes: tuple[str, str]) -> bytes:
    text = shipped_text(YEAR)
    for was, becomes in changes:
        assert was in text
        text = text.replace(was, becomes)
    return text.encode()


@dataclass
class School:
    ports: FakePorts

    def previews(self, data: bytes, holds_on: date | None = None) -> Preview:
        return preview_campaign(self.ports, YEAR, data, holds_on).preview

    def proposes(self, data: bytes, holds_on: date | None = None, campaign_id: str = YEAR) -> CampaignVersion:
        return propose_campaign(self.ports, campaign_id, data, holds_on, LOADER)[0]

    def decides(self, version: CampaignVersion, *, is_approved: bool = True) -> CampaignVersion:
        return decide_campaign(self.ports, version.campaign_id, version.number, is_approved, AUDITOR)

    def loads(self, data: bytes, holds_on: date | None = None, campaign_id: str = YEAR) -> CampaignVersion:
        return self.decides(self.proposes(data, holds_on, campaign_id))

    def moves_to(self, day: date) -> None:
        self.ports.at = datetime(day.year, day.month, day.day, 10, tzinfo=PARIS)


@pytest.fixture
def school(ports: FakePorts) -> School:
    """The demo's school with its year loaded as a first version."""
    stored = StoredCampaigns(ports.campaign_versions, ports.now, lambda: 0.0)
    ports.campaigns = stored  # type: ignore[assignment]  # the real reader over the fakes
    for person in (LOADER, AUDITOR):
        ports.memory.enrol(person, Credentials(person.id, "password"))
    made = School(ports)
    made.loads(edited())
    return made


@pytest.fixture
def chris(school: School) -> Student:
    registration = enrol_student(school.ports, CHRIS, "I2223_Y1_1A", YEAR)
    return Student(school.ports, CHRIS, registration.id)


def price(student: Student) -> int:
    return totals(shown_quote(student.file)).total_cents


def of_the_first_year(declared: int, invoiced: int = 0, asked: int = 0) -> TariffChange:
    return TariffChange("I2223_Y1_1A", "01", 60100, 65000, declared, invoiced, asked)


class TestSystemWithoutACampaign:
    def test_says_so_and_is_no_error(self, ports: FakePorts) -> None:
        stored = StoredCampaigns(ports.campaign_versions, ports.now, lambda: 0.0)
        assert not stored.current().is_loaded
        assert stored.every() == ()
        assert stored.current().text("menu.guide") == "–"
        assert stored.current().ends_on > ports.now().date() + timedelta(days=365_000)

    def test_still_knows_the_shipped_campaign_of_its_rows(self, ports: FakePorts) -> None:
        stored = StoredCampaigns(ports.campaign_versions, ports.now, lambda: 0.0)
        assert stored.get(YEAR).id == YEAR
        with pytest.raises(NotFound):
            stored.get("unknown-2031")


class TestStage:
    def test_rehearsal_compares_a_version_with_its_like(self, school: School) -> None:
        school.ports.campaigns = RehearsedCampaigns(school.ports.campaigns)  # type: ignore[assignment]  # as wired
        school.ports.campaign_reader = FileReader(served=rehearsed)
        version = school.loads(edited(DEARER))
        assert school.ports.campaigns.get(YEAR).version == version
        assert school.previews(edited()).others == ()

    def test_production_takes_no_other_seller_however_far_the_file_is(self, school: School) -> None:
        version = school.proposes(edited(DEARER))
        school.ports.campaign_reader = FileReader(lambda found: (("school.siren", f"pas {found.siren}"),))
        for act in (school.previews, school.proposes):
            with pytest.raises(refusals.CampaignFileRefused):
                act(edited(DEARER))
        with pytest.raises(refusals.CampaignFileRefused) as refused:
            school.decides(version)
        assert refused.value.errors[0][0] == "school.siren"
        assert school.ports.campaigns.get(YEAR).version != version


class TestPreview:
    def test_names_each_price_that_changes_and_for_how_many(self, school: School, chris: Student) -> None:
        chris.declares("01")
        found = school.previews(edited(DEARER))
        assert of_the_first_year(declared=1) in found.tariffs
        assert (found.declared, found.invoiced, found.windows, found.plans) == (1, 0, False, ())

    def test_counts_what_is_invoiced_apart(self, school: School, chris: Student) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        found = school.previews(edited(DEARER))
        assert of_the_first_year(declared=0, invoiced=1) in found.tariffs

    def test_counts_plans_that_must_be_asked_for_again(self, school: School, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_approved()
        found = school.previews(edited(DEARER))
        assert of_the_first_year(declared=1, asked=1) in found.tariffs
        assert found.asked == 1

    def test_names_plans_programmes_windows_and_other_parts(self, school: School) -> None:
        found = school.previews(
            edited(
                ("notice_days: 7", "notice_days: 8"),
                ('closes_at: "2022-10-01 00:00"', 'closes_at: "2022-10-02 00:00"'),
                ("Ingénieur Isima 1ère année", "Ingénieur ISIMA 1ère année"),
                ("Éditer ma facture", "Éditer mes factures"),
            )
        )
        assert found.plans == ("paybox-3", "paybox-6")
        assert (found.programmes, found.windows, found.others) == (("I2223_Y1_1A",), True, ("texts",))

    def test_shows_prices_that_come_and_go(self, school: School) -> None:
        found = school.previews(edited((REDUCED, "")))
        assert [(each.fee_situation_code, each.before_cents, each.after_cents) for each in found.tariffs] == [
            ("14", 40100, None)
        ] * 2

    def test_stores_nothing(self, school: School) -> None:
        school.previews(edited(DEARER))
        assert len(school.ports.campaign_versions.register().versions) == 1

    def test_of_a_campaign_of_its_own_is_new(self, school: School) -> None:
        found = preview_campaign(school.ports, None, edited((YEAR, NEXT_YEAR)))
        assert (found.preview.is_new, found.number, found.campaign.id) == (True, 1, NEXT_YEAR)


def test_proposal_keeps_text_and_values(school: School) -> None:
    version = school.proposes(edited(DEARER))
    kept = school.ports.campaign_versions.values(YEAR, version.number, SHAPE)
    assert kept
    assert (kept.digest, kept.campaign_id) == (version.digest, YEAR)
    assert school.ports.campaign_versions.text(YEAR, version.number).digest == version.digest


class TestFileIsRefused:
    def test_with_every_error_and_its_place(self, school: School) -> None:
        with pytest.raises(refusals.CampaignFileRefused) as refused:
            school.previews(edited(('"601.00"', "601.00"), ("guide_url", "guide_link")))
        places = [place for place, _ in refused.value.errors]
        assert refused.value.count == len(places) > 2
        assert places[0].startswith(f"{YEAR}.yaml:")
        assert any("programmes.I2223_Y1_1A.tariffs.01.0.unit_price" in place for place in places)

    def test_if_it_is_too_long_or_no_text(self, school: School) -> None:
        with pytest.raises(refusals.CampaignTooLong):
            school.previews(b" " * (MOST_BYTES + 1))
        with pytest.raises(refusals.CampaignNotText):
            school.previews("année".encode("cp1252"))
        by_api_gateway = shipped_text(YEAR).encode("cp1252", "replace").decode(errors="replace").encode()
        with pytest.raises(refusals.CampaignNotText):
            school.previews(by_api_gateway)

    def test_if_it_names_another_campaign(self, school: School) -> None:
        with pytest.raises(refusals.CampaignNotNamed):
            school.previews(edited((YEAR, NEXT_YEAR)))

    def test_if_numbers_would_begin_again(self, school: School) -> None:
        with pytest.raises(refusals.CampaignSeriesChanged) as refused:
            school.previews(edited(("series: INP", "series: ISIMA")))
        assert (refused.value.before, refused.value.after) == ("INP", "ISIMA")

    def test_if_it_changes_nothing(self, school: School) -> None:
        with pytest.raises(refusals.CampaignUnchanged):
            school.previews(edited(("# ", "## ")))

    def test_if_it_drops_a_situation_that_somebody_declared(self, school: School, chris: Student) -> None:
        chris.declares("14")
        with pytest.raises(refusals.CampaignPartInUse) as refused:
            school.previews(edited((REDUCED, "")))
        assert refused.value.named == "I2223_Y1_1A 14"

    def test_if_it_drops_a_programme_or_a_plan_in_use(self, school: School, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for("paybox-3")
        with pytest.raises(refusals.CampaignPartInUse) as refused:
            school.previews(edited(("I2223_Y1_1A:", "I2324_Y1_1A:"), ("paybox-3:", "paybox-trois:")))
        assert refused.value.parts == ("I2223_Y1_1A", "paybox-3")

    def test_unless_who_used_it_has_withdrawn(self, school: School, chris: Student) -> None:
        chris.declares("14")
        gone = replace(chris.registration, status=RegistrationStatus.WITHDRAWN)
        school.ports.memory.registrations_by_id[gone.id] = gone
        assert school.previews(edited((REDUCED, ""))).declared == 0

    def test_if_a_past_day_would_price_again_what_is_invoiced(self, school: School, chris: Student) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        with pytest.raises(refusals.CampaignBackdated):
            school.previews(edited(DEARER), date(2022, 6, 23))
        assert school.previews(edited(DEARER), date(2022, 6, 24)).invoiced == 1


class TestTwoPeople:
    def test_proposal_changes_nothing(self, school: School, chris: Student) -> None:
        chris.declares("01")
        version = school.proposes(edited(DEARER))
        assert (version.number, version.state) == (2, VersionState.PROPOSED)
        assert price(chris) == 60100

    def test_applied_version_holds_at_once_and_is_audited(self, school: School, chris: Student) -> None:
        chris.declares("01")
        applied = school.loads(edited(DEARER))
        assert price(chris) == 65000
        assert (applied.loaded_by, applied.decided_by) == (LOADER.id, AUDITOR.id)
        acts = [(each.act, each.by, each.target) for each in school.ports.audit.waiting(100)]
        assert acts[-2:] == [
            (Act.CAMPAIGN_PROPOSED, LOADER.id, f"{YEAR}-2"),
            (Act.CAMPAIGN_APPLIED, AUDITOR.id, f"{YEAR}-2"),
        ]

    def test_nobody_applies_what_they_loaded(self, school: School) -> None:
        version = school.proposes(edited(DEARER))
        with pytest.raises(SamePerson):
            decide_campaign(school.ports, YEAR, version.number, is_approved=True, by=LOADER)

    def test_who_loaded_it_takes_it_back(self, school: School) -> None:
        version = school.proposes(edited(DEARER))
        refused = decide_campaign(school.ports, YEAR, version.number, is_approved=False, by=LOADER)
        assert refused.state is VersionState.REFUSED

    def test_other_roles_neither_load_nor_apply(self, school: School) -> None:
        version = school.proposes(edited(DEARER))
        with pytest.raises(Forbidden):
            propose_campaign(school.ports, YEAR, edited(DEARER), None, REGISTRAR)
        with pytest.raises(Forbidden):
            decide_campaign(school.ports, YEAR, version.number, is_approved=True, by=REGISTRAR)

    def test_refused_version_never_holds(self, school: School, chris: Student) -> None:
        chris.declares("01")
        refused = school.decides(school.proposes(edited(DEARER)), is_approved=False)
        assert (refused.state, price(chris)) == (VersionState.REFUSED, 60100)
        with pytest.raises(refusals.VersionDecided):
            school.decides(refused)

    def test_later_proposal_replaces_the_one_that_waits(self, school: School) -> None:
        earlier = school.proposes(edited(DEARER))
        later = school.proposes(edited((DEARER[0], DEARER[1].replace("650", "660"))))
        with pytest.raises(refusals.VersionDecided):
            school.decides(earlier)
        assert school.decides(later).state is VersionState.APPLIED

    def test_what_came_into_use_meanwhile_is_not_dropped(self, school: School, chris: Student) -> None:
        version = school.proposes(edited((REDUCED, "")))
        chris.declares("14")
        with pytest.raises(refusals.CampaignPartInUse):
            school.decides(version)
        shown = show_version(school.ports, YEAR, version.number)
        assert isinstance(shown.refused, refusals.CampaignPartInUse)
        assert school.decides(version, is_approved=False).state is VersionState.REFUSED

    def test_unknown_version_is_not_found(self, school: School) -> None:
        with pytest.raises(NotFound):
            decide_campaign(school.ports, YEAR, 9, is_approved=True, by=AUDITOR)


class TestFromItsDayOn:
    def test_version_of_a_day_to_come_waits_for_it(self, school: School, chris: Student) -> None:
        chris.declares("01")
        school.loads(edited(DEARER), date(2022, 7, 1))
        assert price(chris) == 60100
        school.moves_to(date(2022, 7, 1))
        assert price(chris) == 65000

    def test_day_that_passed_before_the_decision_begins_with_it(self, school: School) -> None:
        version = school.proposes(edited(DEARER), date(2022, 6, 25))
        school.moves_to(date(2022, 6, 28))
        assert school.decides(version).holds_from == school.ports.at

    def test_years_stand_side_by_side_and_the_latest_that_has_begun_is_current(self, school: School) -> None:
        to_come = edited((YEAR, NEXT_YEAR), ('_at: "2022-', '_at: "2023-'))
        school.loads(to_come, campaign_id=NEXT_YEAR)
        campaigns = school.ports.campaigns
        assert [each.id for each in campaigns.every()] == [YEAR, NEXT_YEAR]
        school.moves_to(date(2023, 5, 2))
        assert [each.id for each in campaigns.every()] == [NEXT_YEAR, YEAR]
        assert campaigns.current().id == NEXT_YEAR
        assert campaigns.get(YEAR).label.fr == "Inscriptions 2022-2023"

    def test_list_tells_each_version_and_the_one_that_holds(self, school: School) -> None:
        school.proposes(edited(DEARER))
        school.proposes(edited((YEAR, NEXT_YEAR)), campaign_id=NEXT_YEAR)
        this, to_come = list_campaigns(school.ports)
        assert (this.id, this.holds, this.is_current) == (YEAR, 1, True)
        assert [each.number for each in this.versions] == [2, 1]
        assert (to_come.id, to_come.holds, to_come.is_current) == (NEXT_YEAR, None, False)
        assert show_version(school.ports, YEAR, 1).preview is None
        waiting = show_version(school.ports, YEAR, 2)
        assert waiting.preview
        assert waiting.preview.tariffs
        assert waiting.campaign
        assert waiting.campaign.programmes["I2223_Y1_1A"].tariffs["01"][0].unit_price_cents in {65000, 60100}

    def test_file_that_is_no_longer_read_is_shown_as_it_is(
        self, school: School, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        school.proposes(edited(DEARER))

        def refuses(_text: str, _name: str) -> Campaign:
            raise refusals.CampaignFileRefused((("campagne.yaml", "x"),))

        monkeypatch.setattr(school.ports.campaign_reader, "read", refuses)
        holds, waits = (show_version(school.ports, YEAR, number) for number in (1, 2))
        assert (holds.campaign, holds.refused, waits.campaign) == (None, None, None)
        assert isinstance(waits.refused, refusals.CampaignFileRefused)

    def test_closed_month_is_no_change_of_a_file(self, school: School) -> None:
        held = school.ports.campaigns.get(YEAR)
        closed = replace(held, books_open_from=date(2022, 7, 1))
        assert preview(closed, held, use_of((), ())).is_empty


class TestTariffThatChangesUnderAnOpenPage:
    def test_page_keeps_its_amount_and_the_rest_is_owed(self, school: School, chris: Student) -> None:
        chris.declares("01")
        attempt = chris.opens_the_page()
        school.loads(edited(DEARER))
        assert chris.attempt(attempt.id).amount_cents == 60100
        chris.pays(attempt)
        assert [order.totals.total_cents for order in chris.account.orders] == [65000]
        assert chris.balance_cents == 4900
        assert chris.opens_the_page().amount_cents == 4900

    def test_page_of_a_dearer_tariff_leaves_a_credit(self, school: School, chris: Student) -> None:
        chris.declares("01")
        attempt = chris.opens_the_page()
        school.loads(edited((DEARER[0], DEARER[1].replace("650", "590"))))
        chris.pays(attempt)
        assert [order.totals.total_cents for order in chris.account.orders] == [59000]
        assert sum(each.amount_cents - each.allocated_cents for each in chris.account.payments) == 1100

    def test_what_is_invoiced_stays_as_it_is(self, school: School, chris: Student) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        school.loads(edited(DEARER))
        assert (price(chris), chris.balance_cents) == (60100, 0)
        assert explain_amount(school.ports, chris.file).orders == (9357,)
        assert explain_amount(school.ports, chris.file).version is None


class TestPlanOfTheOldTariff:
    def test_is_asked_for_again_where_it_has_not_begun(self, school: School, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_approved()
        school.loads(edited(DEARER))
        with pytest.raises(PlanNotApproved):
            chris.opens_the_page_of(1)
        chris.asks_for()
        chris.is_approved()
        assert chris.opens_the_page_of(1).amount_cents == 21665

    def test_goes_on_as_agreed_where_it_has(self, school: School, chris: Student) -> None:
        chris.starts_the_plan()
        before = [each.amount_cents for each in chris.account.instalments]
        school.loads(edited(DEARER))
        chris.debits_run("2022-07-10 09:00")
        assert [each.amount_cents for each in chris.account.instalments] == before
        assert [order.totals.total_cents for order in chris.account.orders] == [60100]
        assert chris.taken(2) == [20031]


class TestAmountExplainsItself:
    SOURCE = (
        '    fr: "Etudiant non boursier"\n',
        '    fr: "Etudiant non boursier"\n    source: {fr: "arrêté du 19 avril", en: "order of 19 April"}\n',
    )
    OWN = (
        "    tariffs:\n",
        '    sources: {"01": {fr: "délibération du 3 mai", en: "decision of 3 May"}}\n    tariffs:\n',
    )

    def test_by_rule_year_and_who_loaded_it(self, school: School, chris: Student) -> None:
        school.loads(edited(self.SOURCE))
        chris.declares("01")
        why = explain_amount(school.ports, chris.file)
        assert why.source
        assert why.source.fr == "arrêté du 19 avril"
        assert (why.campaign.id, why.loaded_by, why.orders) == (YEAR, "TESTAD Dominique", ())
        assert why.version
        assert (why.version.number, why.version.loaded_at) == (2, school.ports.at)

    def test_by_the_decision_of_the_programme_first(self, school: School, chris: Student) -> None:
        school.loads(edited(self.SOURCE, self.OWN))
        chris.declares("01")
        why = explain_amount(school.ports, chris.file)
        assert why.source
        assert why.source.en == "decision of 3 May"

    def test_paid_amount_too_while_its_tariff_holds(self, school: School, chris: Student) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        why = explain_amount(school.ports, chris.file)
        assert (why.orders, why.source, why.version and why.version.number) == ((9357,), None, 1)

    def test_shipped_file_names_nobody(self, ports: FakePorts) -> None:
        registration = enrol_student(ports, CHRIS, "I2223_Y1_1A", YEAR)
        why = explain_amount(ports, Student(ports, CHRIS, registration.id).file)
        assert (why.version, why.loaded_by, why.source) == (None, "", None)


class TestCounterOfExemptions:
    def enrols(self, school: School, number: int, code: str | None, **more: object) -> None:
        person = replace(CHRIS, id=f"{number:016x}", email=f"s{number}@demo.test")
        registration = enrol_student(school.ports, person, "I2223_Y1_1A", YEAR)
        declared = replace(registration, fee_situation_code=code, **more)  # type: ignore[arg-type]  # its fields
        school.ports.memory.registrations_by_id[registration.id] = declared

    def test_counts_people_by_right_apart_and_caps_the_rest(self, school: School) -> None:
        for number in range(1, 23):
            self.enrols(school, number, "01" if number > 4 else "02")
        self.enrols(school, 30, "07")
        self.enrols(school, 31, "07")
        self.enrols(school, 32, None)
        self.enrols(school, 33, "07", status=RegistrationStatus.REFUSED, reason="incomplet")
        found = count_exemptions(school.ports, school.ports.campaigns.current())
        assert (found.registered, found.by_right, found.by_decision) == (24, 4, 2)
        assert (found.base, found.most, str(found.percent), found.is_over) == (20, 2, "10.0", False)
        self.enrols(school, 34, "07")
        assert count_exemptions(school.ports, school.ports.campaigns.current()).is_over

    def test_is_nothing_where_nobody_is_registered(self, school: School) -> None:
        found = count_exemptions(school.ports, school.ports.campaigns.current())
        assert (found.base, found.most, found.percent, found.is_over) == (0, 0, 0, False)
