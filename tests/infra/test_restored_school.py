"""A rehearsal: the deployed school's table is lost, restored under a new name, plugged in, and goes on.

The local AWS keeps backups and restores them, as of the moment of the backup; it has no continuous recovery:
`restore-table-to-point-in-time` is not rehearsed. What CloudFormation does about a table that is gone,
and what IAM says of the restored one, AWS alone can show.
"""

from pathlib import Path

import boto3
import httpx

from chalicelib.campaigns.reader import shipped_text
from chalicelib.domain.brakes.brake import Brake
from infra.deploy import local
from tests.infra.deployed import CHOSEN, Deployed, is_booked, until
from tests.infra.test_deployed_school import (
    ALEX,
    FIRST,
    IN_PARTS,
    NOA,
    ONCE,
    PARTS,
    TOTAL,
    captures,
    first_connection,
    load_campaign,
    paid_up_to,
    pay_once,
    school,  # noqa: F401 - a fixture
    staff_are_imported,
    two_people_begin,
)
from tests.journeys.conftest import ACCEPTED, CHALLENGED
from tests.journeys.conftest import _closed_clients as closed_clients  # noqa: F401 - a fixture
from tests.journeys.test_imports_over_http import PROGRAMMES, counts, file_of, row, send

LATER = "fictif2@demo.test"


def test_lost_table_is_restored_plugged_in_and_nothing_is_taken_twice_or_lost(
    school: Deployed,  # noqa: F811 - the fixture
    built: Path,
    tmp_path: Path,
) -> None:
    opens(school)
    own = boto3.client("cloudformation").describe_stacks(StackName=local.STACK)["Stacks"][0]["Outputs"]
    table = {each["OutputKey"]: each["OutputValue"] for each in own}["Table"]
    backup = backed_up(table)
    while_nobody_backs_up(school)
    assert captures(school) == [PARTS[0], TOTAL, PARTS[1]]
    brakes(school, "apply")
    assert closed(school)

    boto3.client("dynamodb").delete_table(TableName=table)
    assert login(school) >= 500
    restored = f"{table}-restored"
    boto3.client("dynamodb").restore_table_from_backup(TargetTableName=restored, BackupArn=backup)
    school.says("the table is lost, and restored under another name")
    assert school.run("restored")[0] == 1
    told = school.deploys(built, RestoredTable=restored)
    changed = {line.split()[1] for line in told.splitlines() if line.startswith("  ")}
    assert any(each.startswith("APIHandlerVersion") for each in changed), told
    assert "Table" not in changed
    assert login(school) == 201
    school.says("the restored table is plugged in by the deploy command")

    the_trail_is_short_and_says_so(school)
    assert lacking(school) == [-TOTAL, -PARTS[1]]
    follow(school, tmp_path)
    brakes(school, "apply")
    assert closed(school)
    assert school.invokes("PlanDebits")["is_stopped"]
    everything_is_there_once(school)
    life_goes_on(school)
    school.operator.moves_the_clock_to(
        "2022-08-11T09:00:00+02:00"
    )  # a day's entries are numbered on the next
    assert lacking(school) == []
    green_but_for_what_was_lost(school)


def opens(school: Deployed) -> None:  # noqa: F811 - the same
    two_people_begin(school)
    load_campaign(school, FIRST, shipped_text(FIRST))
    staff_are_imported(school)
    data = file_of(*(row(rank, programme=PROGRAMMES[rank % 3]) for rank in range(3)))
    assert counts(send(school.logs_in(ALEX), "students", data))[0] == 3
    for email in (ONCE, IN_PARTS, LATER):
        first_connection(school, email)
        school.student(email).declares("01").raise_for_status()
    student = school.student(IN_PARTS)
    student.asks_for("paybox-3").raise_for_status()
    decision = f"/staff/plan-requests/{student.registration['id']}/decision"
    school.logs_in(NOA).post(decision, json={"decision": "approve"}).raise_for_status()
    is_booked(student, student.pays(CHALLENGED, rank=1))
    school.invokes("SealAudit")
    school.says("a school with a plan that has begun")


def login(school: Deployed) -> int:  # noqa: F811 - the same
    """Return the status of a log-in; the page of it may be served without the table."""
    given = {"email": LATER, "password": CHOSEN}
    return httpx.post(f"{school.stack.portal}/api/v1/auth/sessions", json=given, timeout=30).status_code


def brakes(school: Deployed, act: str) -> None:  # noqa: F811 - the same
    """Put the three brakes on, or release them."""
    for what in Brake:
        words = ["--sentence", "Le portail rouvre cet après-midi."] if act == "apply" else []
        code, told = school.run("brakes", what, "--reason", "restore", *words, act=act)
        assert code == 0, told


def closed(school: Deployed) -> bool:  # noqa: F811 - the same
    """Return True once students read the sentence: a warm function knows it within seconds."""
    api = school.student(LATER).api
    return until(lambda: api.get("/invoices").status_code == 503, "a closed portal")


def backed_up(table: str) -> str:
    backup = boto3.client("dynamodb").create_backup(TableName=table, BackupName="evening")
    return str(backup["BackupDetails"]["BackupArn"])


def while_nobody_backs_up(school: Deployed) -> None:  # noqa: F811 - the same
    """A payment, an invoice, a debit, and the trail's heads of the days."""
    school.operator.moves_the_clock_to("2022-06-25T09:00:00+02:00")
    pay_once(school.student(ONCE), school)
    school.invokes("SealAudit")
    school.operator.moves_the_clock_to("2022-07-10T09:00:00+02:00")
    school.invokes("SealAudit")
    assert school.invokes("PlanDebits")["due"] == 1
    paid_up_to(school, 0, 2)
    school.operator.moves_the_clock_to("2022-07-11T09:00:00+02:00")
    school.student(LATER)  # its log-in is nothing that is sealed
    school.invokes("SealAudit")
    school.says("a payment and a debit that no backup has")


def the_trail_is_short_and_says_so(school: Deployed) -> None:  # noqa: F811 - the same
    code, told = school.run("audit", act="verify")
    assert code == 1, told
    assert told.startswith("Tampered, or restored: Record "), told
    assert "If the table was restored from a backup, say so" in told


def lacking(school: Deployed) -> list[int]:  # noqa: F811 - the same
    """Let accounting compare the gateway's file with the books; return what the books have not, in cents."""
    school.invokes("NumberJournal")
    answer = school.logs_in(NOA).post(
        "/staff/gateway-exports", content=exported(school), headers={"Content-Type": "text/csv"}
    )
    assert answer.is_success, answer.text
    found = answer.json()["run"]["findings"]
    return sorted(each["cents"] for each in found if each["kind"] == "line_not_booked")


def exported(school: Deployed) -> bytes:  # noqa: F811 - the same
    return httpx.get(f"{school.stack.paybox}/backoffice/Export_transactions.csv", timeout=30).content


def follow(school: Deployed, folder: Path) -> None:  # noqa: F811 - the same
    file = folder / "Export_transactions.csv"
    file.write_bytes(exported(school))
    code, told = school.run("restored", "--reason", "disk", "--export", str(file))
    assert code == 0, told
    assert "invoices 9197 to 9197 were issued" in told
    assert "2 payments are asked about within minutes, 1 are known." in told
    again = school.run("restored", "--reason", "disk", "--export", str(file))[1]
    assert "told already" in again
    school.invokes("SealAudit")
    code, told = school.run("audit", act="verify")
    assert code == 3, told
    assert " sealed entr" in told
    assert " 0 sealed entries are missing" not in told
    school.says(told.splitlines()[-1])


def everything_is_there_once(school: Deployed) -> None:  # noqa: F811 - the same
    school.operator.moves_the_clock_to("2022-07-11T10:30:00+02:00")
    assert school.invokes("ReconcilePayments")["paid"] > 0
    assert school.invokes("ReconcileDebits")["settled"] == 1
    brakes(school, "release")
    assert captures(school) == [PARTS[0], TOTAL, PARTS[1]]
    once, parts = school.student(ONCE), school.student(IN_PARTS)
    assert [each["number"] for each in once.get("/invoices")["items"]] == [9198]
    assert once.get("/account")["totals"]["balance_cents"] == 0
    assert parts.instalment_states() == ["paid", "paid", "due"]
    school.says("what was paid between backup and loss is booked, once")


def life_goes_on(school: Deployed) -> None:  # noqa: F811 - the same
    later = school.student(LATER)
    is_booked(later, later.pays(ACCEPTED))
    school.operator.moves_the_clock_to("2022-08-10T09:00:00+02:00")
    assert school.invokes("PlanDebits")["due"] == 1
    paid_up_to(school, 0, 3)
    assert captures(school) == [PARTS[0], TOTAL, PARTS[1], TOTAL, PARTS[2]]
    school.says("a payment and a debit more, each taken once")


def green_but_for_what_was_lost(school: Deployed) -> None:  # noqa: F811 - the same
    school.invokes("SealAudit")
    code, told = school.run("audit", act="verify")
    assert code == 3, told
    code, told = school.run("doctor")
    assert (code, " 0 WRONG" in told) == (0, True), told
