"""The comment and the mails on the page of a file, and the ticks on the requests for a plan."""

import re
from dataclasses import replace

from chalicelib.domain.lists.comments import Written
from chalicelib.domain.outbox import Topic, given_up
from chalicelib.domain.people import Role
from chalicelib.portal.outbox_words import sent_word
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.lists.comment_registration import comment_registration
from chalicelib.usecases.passwords.request_link import request_link
from tests.unit.portal.conftest import Browser, Page, colleague, ticked, without_spaces

FILE = "/staff/registrations/0000000000000001-1"
TYPED = {"text": "Rappeler la famille", "follow_up_on": "2022-07-01"}


def test_comment_is_written_on_the_page_and_found_by_its_day(registrar: Browser) -> None:
    done = registrar.send(registrar.get(FILE), f"{FILE}/comment", **TYPED)
    said = without_spaces(done.text)
    assert "Le commentaire est enregistré." in said
    assert "À revoir le 01/07/2022" in said
    assert Page(done).form(f"{FILE}/comment").fields["seen_version"] == "1"
    assert "TESTCD" not in registrar.get("/staff/registrations?anomaly=follow_up").text
    registrar.ports.move(days=10)
    assert "À revoir" in registrar.log_in("registrar@demo.test").text
    listed = without_spaces(registrar.get("/staff/registrations?q=famille").text)
    assert "TESTCD Chris" in listed
    assert "→ commentaire : Rappeler la famille" in listed


def test_student_sees_nothing_of_it(registrar: Browser) -> None:
    registrar.send(registrar.get(FILE), f"{FILE}/comment", **TYPED)
    registrar.acts_as("student")
    for path in ("/", "/dossier", "/account", "/security"):
        assert "Rappeler" not in registrar.get(path).text


def test_lost_race_shows_both_texts(registrar: Browser) -> None:
    shown = registrar.get(FILE)
    other = colleague(registrar.ports, Role.ACCOUNTANT)
    comment_registration(registrar.ports, "0000000000000001-1", Written("Chèque promis", None, 0), other)
    refused = registrar.send(shown, f"{FILE}/comment", **TYPED)
    assert refused.status_code == 409
    assert "Quelqu'un vient d'écrire un autre commentaire" in without_spaces(refused.text)
    assert "Chèque promis" in refused.text
    assert Page(refused).form(f"{FILE}/comment").fields["follow_up_on"] == "2022-07-01"
    assert "Rappeler la famille</textarea>" in refused.text


def test_impossible_day_is_no_fault_of_ours(registrar: Browser) -> None:
    assert (
        registrar.send(registrar.get(FILE), f"{FILE}/comment", text="x", follow_up_on="hier").status_code
        == 422
    )


def test_requests_are_ticked_confirmed_and_each_has_its_result(student: Browser) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    queue = student.get("/staff/plan-requests")
    said = without_spaces(queue.text)
    assert "✓ le montant est bien ce qui est dû" in said
    assert "! la scolarité n'a pas encore validé la situation" in said
    assert 'form="many"' in queue.text
    asked = student.send(queue, "/staff/plan-requests/decisions", id=ticked(queue), decision="approve")
    assert "Accepter une demande ?" in without_spaces(asked.text)
    assert "TESTCD Chris" in asked.text
    done = student.send(asked, "/staff/plan-requests/decisions", decision="approve")
    assert "1 sur 1 : c'est fait" in without_spaces(done.text)


def test_file_shows_the_mails_that_left_and_those_given_up(student: Browser) -> None:
    student.declares("01")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    student.decides("refuse", "Dossier incomplet.")
    assert "Aucun depuis que le portail les note" in without_spaces(student.get(FILE).text)
    (entry,) = [each for each in student.ports.memory.entries.values() if each.topic == "plan_refused"]
    deliver_outbox(student.ports, entry.id)
    student.ports.outbox.add(given_up(replace(entry, id="other", tries=8), "ClientError", student.ports.at))
    shown = without_spaces(student.get(FILE).text)
    assert "Échéancier refusé, 24/06/2022 à 10:00, à s…@demo.test" in re.sub("<[^>]+>", "", shown)
    assert "abandonné le 24/06/2022 à 10:00 après 8 essais" in shown


def test_mail_to_nobody_leaves_no_record(student: Browser) -> None:
    request_link(student.ports, "nobody@demo.test", Topic.PASSWORD_RESET, "127.0.0.1")
    request_link(student.ports, "student@demo.test", Topic.PASSWORD_RESET, "127.0.0.1")
    for entry in tuple(student.ports.memory.entries.values()):
        deliver_outbox(student.ports, entry.id)
    (kept,) = student.ports.memory.mails.values()
    assert (kept.person_id, kept.topic, sent_word(kept.topic)) == (
        "0000000000000001",
        "password_reset",
        "Lien de nouveau mot de passe",
    )
    assert sent_word("topic_of_tomorrow") == "topic_of_tomorrow"


def test_last_act_is_taken_back_on_the_page(student: Browser) -> None:
    student.acts_as("accountant")
    blocked = student.send(student.get(FILE), f"{FILE}/block", reason="à vérifier")
    said = without_spaces(blocked.text)
    assert "Dossier bloqué, 24/06/2022 à 10:00 : rien ne l'a suivi." in said
    assert "Annuler (encore 10 min)" in said
    done = student.send(blocked, f"{FILE}/undo")
    assert "L'acte est annulé." in without_spaces(done.text)
    assert "Annuler (encore" not in done.text
    again = student.send(blocked, f"{FILE}/undo")
    assert again.status_code == 409
    assert "Il n'y a plus rien à annuler ici" in without_spaces(again.text)


def test_registrar_is_not_offered_what_accounting_did(student: Browser) -> None:
    student.acts_as("accountant")
    student.send(student.get(FILE), f"{FILE}/block", reason="à vérifier")
    student.acts_as("registrar")
    assert "Annuler (encore" not in student.get(FILE).text
