"""The demo's people: as they are written, as the CAS server knows them, and as people are told of them."""

from datetime import date

PASSWORD = "quittance-demo"
ACCOUNTS = (
    ("student@demo.test", "Chris TESTCD, Ingénieur Isima 1re année"),
    ("prepa@demo.test", "élève de la Prépa INP"),
    ("polytech@demo.test", "Ingénieur Polytech Génie Civil 3e année"),
    ("double@demo.test", "Noa TESTDOUBLE, deux inscriptions : Isima et Polytech"),
    ("registrar@demo.test", "scolarité"),
    ("accountant@demo.test", "comptabilité"),
    ("accountant2@demo.test", "comptabilité, seconde personne"),
    ("admin@demo.test", "administration"),
    ("auditor@demo.test", "contrôle"),
)
STUDENTS = (
    ("student@demo.test", "Chris", "TESTCD", date(2000, 1, 1), ("I2223_Y1_1A",)),
    ("prepa@demo.test", "Alix", "TESTPREPA", date(2004, 5, 17), ("C2223_Y1_1A",)),
    ("polytech@demo.test", "Camille", "TESTGC", date(2001, 9, 3), ("P2223_Y3_3A",)),
    ("double@demo.test", "Noa", "TESTDOUBLE", date(2002, 2, 2), ("I2223_Y1_1A", "P2223_Y3_3A")),
)
STAFF = (
    ("registrar@demo.test", "Scolarité", "registrar"),
    ("accountant@demo.test", "Comptabilité", "accountant"),
    ("accountant2@demo.test", "Comptabilité bis", "accountant"),
    ("admin@demo.test", "Administration", "administrator"),
    ("auditor@demo.test", "Audit", "auditor"),
)
CAS_USERS = (
    *((email, f"{first} {last}") for email, first, last, *_ in STUDENTS),
    *((email, desk) for email, desk, _ in STAFF),
)
