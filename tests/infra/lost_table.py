"""A rehearsal: the deployed school's table is lost, restored under a new name, plugged in, and goes on.

The local AWS keeps backups and restores them, as of the moment of the backup; it has no continuous recovery:
`restore-table-to-point-in-time` is not rehearsed. What CloudFormation does about a table that is gone,
and what IAM says of the restored one, AWS alone can show. test_deployed_school.py plays it.
"""

from pathlib import Path

import boto3
import httpx

from chalicelib.domain.brakes.brake import Brake
from infra.deploy import local
from tests.infra.deployed import CHOSEN, Deployed, is_booked, until
from tests.infra.school_steps import (
    IN_PARTS,
    LATER,
    NOA,
    ONCE,
    PARTS,
    TOTAL,
    captures,
    paid_up_to,
    pay_once,
)
from tests.journeys.conftest import ACCEPTED


def table_is_lost_and_restored(school: Deployed, built: Path, folder: Path) -> None:
    """Nothing is taken twice or lost; the trail says what is missing."""
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
    follow(school, folder)
    brakes(school, "apply")
    assert closed(school)
    assert school.invokes("PlanDebits")["is_stopped"]
    everything_is_there_once(school)
    life_goes_on(school)
    # The entries of a day are numbered on the next.
    school.operator.moves_the_clock_to("2022-08-11T09:00:00+02:00")
    assert lacking(school) == []
    green_but_for_what_was_lost(school)


def login(school: Deployed) -> int:
    """Return the status of a log-in; the page of it may be served without the table."""
    given = {"email": LATER, "password": CHOSEN}
    return httpx.post(f"{school.stack.portal}/api/v1/auth/sessions", json=given, timeout=30).status_code


def brakes(school: Deployed, act: str) -> None:
    """Put the three brakes on, or release them."""
    for what in Brake:
        words = ["--sentence", "Le portail rouvre cet après-midi."] if act == "apply" else []
        code, told = school.run("brakes", what, "--reason", "restore", *words, act=act)
        assert code == 0, told


def closed(school: Deployed) -> bool:
    """Return True once students read the sentence: a warm function knows it within seconds."""
    api = school.student(LATER).api
    return until(lambda: api.get("/invoices").status_code == 503, "a closed portal")


def opened(school: Deployed) -> bool:
    """Return True once students are let in again, which takes a warm function as long."""
    api = school.student(LATER).api
    return until(lambda: api.get("/invoices").status_code == 200, "an open portal")


def backed_up(table: str) -> str:
    backup = boto3.client("dynamodb").create_backup(TableName=table, BackupName="evening")
    return str(backup["BackupDetails"]["BackupArn"])


def while_nobody_backs_up(school: Deployed) -> None:
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


def the_trail_is_short_and_says_so(school: Deployed) -> None:
    code, told = school.run("audit", act="verify")
    assert code == 1, told
    assert told.startswith("Tampered, or restored: Record "), told
    assert "If the table was restored from a backup, say so" in told


def lacking(school: Deployed) -> list[int]:
    """Let accounting compare the gateway's file with the books; return what the books have not, in cents."""
    school.invokes("NumberJournal")
    answer = school.logs_in(NOA).post(
        "/staff/gateway-exports", content=exported(school), headers={"Content-Type": "text/csv"}
    )
    assert answer.is_success, answer.text
    found = answer.json()["run"]["findings"]
    return sorted(each["cents"] for each in found if each["kind"] == "line_not_booked")


def exported(school: Deployed) -> bytes:
    return httpx.get(f"{school.stack.paybox}/backoffice/Export_transactions.csv", timeout=30).content


def follow(school: Deployed, folder: Path) -> None:
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


def everything_is_there_once(school: Deployed) -> None:
    school.operator.moves_the_clock_to("2022-07-11T10:30:00+02:00")
    assert school.invokes("ReconcilePayments")["paid"] > 0
    assert school.invokes("ReconcileDebits")["settled"] == 1
    brakes(school, "release")
    assert opened(school)
    assert captures(school) == [PARTS[0], TOTAL, PARTS[1]]
    once, parts = school.student(ONCE), school.student(IN_PARTS)
    assert [each["number"] for each in once.get("/invoices")["items"]] == [9198]
    assert once.get("/account")["totals"]["balance_cents"] == 0
    assert parts.instalment_states() == ["paid", "paid", "due"]
    school.says("what was paid between backup and loss is booked, once")


def life_goes_on(school: Deployed) -> None:
    later = school.student(LATER)
    is_booked(later, later.pays(ACCEPTED))
    school.operator.moves_the_clock_to("2022-08-10T09:00:00+02:00")
    assert school.invokes("PlanDebits")["due"] == 1
    paid_up_to(school, 0, 3)
    assert captures(school) == [PARTS[0], TOTAL, PARTS[1], TOTAL, PARTS[2]]
    school.says("a payment and a debit more, each taken once")


def green_but_for_what_was_lost(school: Deployed) -> None:
    school.invokes("SealAudit")
    code, told = school.run("audit", act="verify")
    assert code == 3, told
    code, told = school.run("doctor.__main__")
    assert (code, " 0 WRONG" in told) == (0, True), told
