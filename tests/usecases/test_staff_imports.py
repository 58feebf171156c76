"""A file of staff proposes roles, and a second person approves; the first people come from a command."""

from dataclasses import replace

import pytest

from chalicelib.campaigns.unloaded import UNLOADED
from chalicelib.domain.errors import Forbidden, NotFound, RolesNotCompatible
from chalicelib.domain.imports.mistakes import AdministratorPresent, MailNotValid
from chalicelib.domain.people import Person, Role
from chalicelib.domain.trail.audit import OPERATOR, Act
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.imports.import_staff import check_staff, import_staff
from chalicelib.usecases.passwords.set_password import set_password
from chalicelib.usecases.people.change_roles import change_roles
from chalicelib.usecases.people.create_first_administrator import (
    FirstPerson,
    create_first_administrator,
)
from tests.fakes.ports import MANUAL_DAY, FakePorts
from tests.usecases.sign_in_steps import acts

ALEX = FirstPerson("Alex@demo.test", "TESTAL", frozenset({Role.ADMINISTRATOR, Role.REGISTRAR}))
SACHA = FirstPerson("sacha@demo.test", "", frozenset({Role.AUDITOR, Role.ACCOUNTANT}))
FILE = b"email;nom;prenom;roles\nnoa@demo.test;TESTNO;Noa;comptable\nsacha@demo.test;X;Y;accountant auditor\n"


def person_of(ports: FakePorts, email: str) -> Person:
    credentials = ports.people.credentials(email)
    assert credentials is not None
    return ports.people.person(credentials.person_id)


class TestFirstPeople:
    def test_administrator_sets_a_password_by_the_mailed_link(self, ports: FakePorts) -> None:
        create_first_administrator(ports, ALEX)
        alex = person_of(ports, "alex@demo.test")
        assert (alex.last_name, alex.roles) == ("TESTAL", ALEX.roles)
        (entry,) = ports.outbox.pending(ports.at)
        deliver_outbox(ports, entry.id)
        set_password(ports, ports.mailer.tokens[0], "quatre mots sans rapport", "192.0.2.1")
        found = ports.people.credentials("alex@demo.test")
        assert found is not None
        assert found.password_hash is not None
        (told, *_) = ports.audit.waiting(9)
        assert (told.act, told.by) == (Act.ADMINISTRATOR_CREATED, OPERATOR)

    def test_refuses_once_there_is_an_administrator_or_was_one(self, ports: FakePorts) -> None:
        create_first_administrator(ports, ALEX)
        with pytest.raises(AdministratorPresent):
            create_first_administrator(ports, SACHA)
        alex = person_of(ports, "alex@demo.test")
        ports.memory.people[alex.id] = replace(alex, roles=frozenset())
        with pytest.raises(AdministratorPresent):
            create_first_administrator(ports, ALEX)

    def test_refuses_where_the_administrator_came_another_way(self, ports: FakePorts) -> None:
        person = Person("00000000000000ad", "a@demo.test", "A", "B", frozenset({Role.ADMINISTRATOR}))
        ports.memory.people[person.id] = person
        with pytest.raises(AdministratorPresent):
            create_first_administrator(ports, ALEX)

    def test_refuses_what_is_no_address_and_roles_that_stay_apart(self, ports: FakePorts) -> None:
        with pytest.raises(MailNotValid):
            create_first_administrator(ports, replace(ALEX, email="alex"))
        apart = frozenset({Role.ADMINISTRATOR, Role.REGISTRAR, Role.ACCOUNTANT})
        with pytest.raises(RolesNotCompatible):
            create_first_administrator(ports, replace(ALEX, roles=apart))
        assert ports.memory.people == {}


class TestSchoolOfTwo:
    @pytest.fixture
    def school(self, ports: FakePorts) -> FakePorts:
        create_first_administrator(ports, ALEX, SACHA)
        return ports

    def test_one_proposes_a_third_and_the_other_approves(self, school: FakePorts) -> None:
        alex, sacha = person_of(school, "alex@demo.test"), person_of(school, "sacha@demo.test")
        report = check_staff(school, FILE, alex)
        assert (report.new, report.changed, report.unchanged, report.missing) == (1, 0, 1, 1)
        import_staff(school, FILE, alex)
        noa = person_of(school, "noa@demo.test")
        assert (noa.roles, noa.review_on is None) == (frozenset(), False)
        (change,) = school.role_changes.waiting()
        with pytest.raises(Forbidden):
            change_roles(school, change.id, is_approved=True, by=alex)
        change_roles(school, change.id, is_approved=True, by=sacha)
        assert person_of(school, "noa@demo.test").roles == {Role.ACCOUNTANT}
        assert acts(school)[-2:] == [Act.ROLES_PROPOSED, Act.ROLES_CHANGED]

    def test_staff_come_before_any_campaign(self, school: FakePorts) -> None:
        school.campaigns.change(UNLOADED)
        import_staff(school, FILE, person_of(school, "alex@demo.test"))
        assert len(school.role_changes.waiting()) == 1
        assert person_of(school, "noa@demo.test").review_on == MANUAL_DAY.date().replace(year=2023)

    def test_same_file_again_proposes_nothing_twice(self, school: FakePorts) -> None:
        alex = person_of(school, "alex@demo.test")
        import_staff(school, FILE, alex)
        assert check_staff(school, FILE, alex).unchanged == 2
        import_staff(school, FILE, alex)
        assert len(school.role_changes.waiting()) == 1

    def test_other_roles_of_somebody_known_are_proposed(self, school: FakePorts) -> None:
        alex, sacha = person_of(school, "alex@demo.test"), person_of(school, "sacha@demo.test")
        file = FILE.replace(b"accountant auditor", b"auditor")
        assert check_staff(school, file, alex).changed == 1
        import_staff(school, file, alex)
        assert {each.person_id for each in school.role_changes.waiting()} >= {sacha.id}
        assert person_of(school, "sacha@demo.test").roles == SACHA.roles

    def test_ones_own_roles_and_mistakes_are_refused(self, school: FakePorts) -> None:
        alex = person_of(school, "alex@demo.test")
        own = b"email;nom;prenom;roles\nalex@demo.test;A;B;administrator auditor\n"
        assert [each.mistake.cause for each in check_staff(school, own, alex).errors] == ["own_line"]
        bad = FILE.replace(b"comptable", b"king")
        assert [each.line for each in check_staff(school, bad, alex).errors] == [2]
        same = b"email;nom;prenom;roles\nalex@demo.test;A;B;administrator registrar\n"
        assert check_staff(school, same, alex).unchanged == 1

    def test_nobody_but_an_administrator_imports_staff(self, school: FakePorts) -> None:
        with pytest.raises(Forbidden):
            check_staff(school, FILE, person_of(school, "sacha@demo.test"))
        with pytest.raises(NotFound):
            school.people.person("nobody")
