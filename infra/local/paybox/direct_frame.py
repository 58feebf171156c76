"""A direct call before anything is done: who sends it, whether it reads well, whether its number is new.

An answered error changes nothing, so its NUMQUESTION stays free. Once a call has been processed, accepted or
refused by the authorisation centre, the same question asked again that day (Paris) answers 00039, another one
under its number 00005.
"""

import re
import sqlite3
from collections.abc import Mapping
from datetime import date

from infra.local.paybox.merchants import Merchant, find_merchant
from infra.local.paybox.signature import Fields, is_readable, is_signed

PADDED = {"VERSION": 5, "TYPE": 5, "NUMQUESTION": 10}
LAST_NUMQUESTION = 2_147_483_647
LONGEST_REFERENCE = 250
WITH_CARD = ("00001", "00003", "00004", "00056", "00057")
WITH_SUBSCRIBER = ("00051", "00053", "00054")
ON_ORIGINAL = ("00002", "00005", "00013", "00014", "00052", "00055")
WITHOUT_AMOUNT = ("00017", "00058")
WITHOUT_CURRENCY = (*WITHOUT_AMOUNT, "00011")
WITH_REFERENCE = ("00001", "00003", "00004", "00011", "00051", "00053", "00054")
CURRENCIES = ("978", "840")
"""Euro and US dollar: the test site was seen to take both."""
TYPES = {*WITH_CARD, *WITH_SUBSCRIBER, *ON_ORIGINAL, "00011", "00017", "00058"}
ACTIVITIES = ("020", "021", "022", "023", "024", "027")
COMMENTS = {
    "00000": "Demande traitée avec succès",
    "00004": "PAYBOX : Numéro de porteur invalide",
    "00005": "PAYBOX : Numéro de question invalide",
    "00006": "PAYBOX : Accès refusé ou site/rang/clé invalide",
    "00007": "PAYBOX : Date invalide",
    "00008": "PAYBOX : Date de fin de validité invalide",
    "00009": "PAYBOX : Type d'opération invalide",
    "00010": "PAYBOX : Devise inconnue",
    "00011": "PAYBOX : Montant incorrect",
    "00012": "PAYBOX : Référence commande invalide",
    "00013": "PAYBOX : Version non supportée",
    "00014": "PAYBOX : Trame reçue incohérente",
    "00015": "PAYBOX : Transaction non trouvée",
    "00016": "PAYBOX : Abonné déjà existant",
    "00017": "PAYBOX : Abonné inexistant",
    "00018": "PAYBOX : Transaction non trouvée",
    "00021": "PAYBOX : Carte non autorisée",
    "00026": "PAYBOX : Activité incorrecte",
    "00039": "PAYBOX : Numéro de question déjà traité",
}
NUMBERS_MISSING = "Mandatory values missing keyword:13 Type:1"
TOO_LONG = "Some values exceed max length"
NO_HMAC, BAD_HMAC = "HMAC requis", "HMAC invalide"
WORDS = {*COMMENTS.values(), NUMBERS_MISSING, TOO_LONG, NO_HMAC, BAD_HMAC}
"""What COMMENTAIRE may hold; what else a refusal says is a hint of ours."""

Frame = Mapping[str, str]


class DirectRefused(Exception):
    """A call that is answered with a code and leaves no trace."""

    def __init__(self, code: str, comment: str = "") -> None:
        super().__init__(code, comment)
        self.code = code
        self.comment = comment


def comment_on(code: str) -> str:
    if code.startswith("001"):
        return "PAYBOX : Transaction refusée"
    return COMMENTS.get(code, "PAYBOX : Erreur")


def as_sent(received: Fields) -> dict[str, str]:
    """The fields by name; version, type and question number may come as plain integers."""
    frame = dict(received)
    for name, width in PADDED.items():
        if re.fullmatch("[0-9]+", frame.get(name, "")):
            frame[name] = frame[name].zfill(width)
    return frame


def check_frame(received: Fields) -> Merchant:
    """The merchant who sent a call that can be followed, or `DirectRefused`."""
    frame = as_sent(received)
    merchant = _authenticate(received, frame)
    if len(frame) != len(received) or not all(is_readable(name + value) for name, value in received):
        raise DirectRefused("00014")
    _check_kind(frame)
    _check_dates(frame)
    if frame["TYPE"] not in WITHOUT_AMOUNT and not _is_amount(frame.get("MONTANT", "")):
        raise DirectRefused("00011")
    if frame["TYPE"] not in WITHOUT_CURRENCY and frame.get("DEVISE") not in CURRENCIES:
        raise DirectRefused("00010")
    if len(frame.get("REFERENCE", "")) > LONGEST_REFERENCE:
        raise DirectRefused("00012", TOO_LONG)
    if not frame.get("REFERENCE") and frame["TYPE"] in WITH_REFERENCE:
        raise DirectRefused("00012")
    _check_subjects(frame)
    return merchant


def _authenticate(received: Fields, frame: Frame) -> Merchant:
    """By HMAC over the sent order, by CLE, or by both; then both must be right."""
    rank = frame.get("RANG", "")
    merchant = find_merchant(frame.get("SITE", ""), rank, frame.get("IDENTIFIANT"))
    if merchant is None:
        raise DirectRefused("00006")
    if not ("HMAC" in frame or "CLE" in frame):
        raise DirectRefused("00006", NO_HMAC)
    if "CLE" in frame and frame["CLE"] != merchant.cle:
        raise DirectRefused("00006")
    message = [(name, value) for name, value in received if name != "HMAC"]
    algorithm = frame.get("HASH", "SHA512")
    if "HMAC" in frame and not is_signed(
        message, frame["HMAC"], key_hex=merchant.hmac_key_hex, algorithm=algorithm
    ):
        raise DirectRefused("00006", BAD_HMAC)
    return merchant


def _check_kind(frame: Frame) -> None:
    kind = frame.get("TYPE", "")
    if kind not in TYPES:
        raise DirectRefused("00009")
    if frame.get("VERSION") not in ("00103", "00104"):
        raise DirectRefused("00013")
    if frame["VERSION"] == "00103" and kind >= "00051" and kind != "00055":
        raise DirectRefused("00013")
    number = frame.get("NUMQUESTION", "")
    if not re.fullmatch(r"[0-9]{10}", number) or not 1 <= int(number) <= LAST_NUMQUESTION:
        raise DirectRefused("00005")
    if frame.get("ACTIVITE") and frame["ACTIVITE"] not in ACTIVITIES:
        raise DirectRefused("00026")


def _check_dates(frame: Frame) -> None:
    """Any 8 or 14 digits: a padded Unix time was taken, so the gateway does not read them as a date."""
    if not re.fullmatch(r"[0-9]{8}|[0-9]{14}", frame.get("DATEQ", "")):
        raise DirectRefused("00007")


def _check_subjects(frame: Frame) -> None:
    kind = frame["TYPE"]
    if kind in (*WITH_CARD, *WITH_SUBSCRIBER):
        if not re.fullmatch(r"[A-Za-z0-9]{1,19}", frame.get("PORTEUR", "")):
            raise DirectRefused("00004")
        if not re.fullmatch(r"(0[1-9]|1[0-2])[0-9]{2}", frame.get("DATEVAL", "")):
            raise DirectRefused("00008")
    if kind in ("00056", "00057", "00058", *WITH_SUBSCRIBER) and not frame.get("REFABONNE"):
        raise DirectRefused("00017")
    needed = ("NUMTRANS", "NUMAPPEL") if kind in ON_ORIGINAL else ("NUMTRANS",) if kind == "00017" else ()
    if not all(re.fullmatch(r"[0-9]{1,10}", frame.get(name, "")) for name in needed):
        raise DirectRefused("00014", NUMBERS_MISSING)


def _is_amount(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,10}", text) is not None and int(text) > 0


def spend_question(db: sqlite3.Connection, site: str, today: date, frame: Frame) -> None:
    """Takes the call's NUMQUESTION for the day, or says why it cannot be had."""
    names = ("TYPE", "REFERENCE", "MONTANT", "NUMTRANS", "REFABONNE")
    question = "|".join(frame.get(name, "") for name in names)
    key = (site, today.isoformat(), int(frame["NUMQUESTION"]))
    row = db.execute(
        "SELECT question FROM questions WHERE site = ? AND day = ? AND number = ?", key
    ).fetchone()
    if row:
        raise DirectRefused("00039" if row["question"] == question else "00005")
    db.execute("INSERT INTO questions VALUES (?, ?, ?, ?)", (*key, question))
