"""The demo's people: as they are written, as the CAS server knows them, and as people are told of them."""

from datetime import date

PASSWORD = "quittance-demo"
ACCOUNTS = (
    ("student@demo.test", "Chris TESTCD, first year at Isima"),
    ("prepa@demo.test", "Alix TESTPREPA, Prépa INP: situations 01 and 02 alone"),
    ("polytech@demo.test", "Camille TESTGC, third year at Polytech"),
    ("double@demo.test", "Noa TESTDOUBLE, two registrations: Isima and Polytech"),
    ("registrar@demo.test", "registrar"),
    ("accountant@demo.test", "accountant"),
    ("accountant2@demo.test", "accountant, the second person"),
    ("admin@demo.test", "administrator"),
    ("auditor@demo.test", "auditor"),
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
