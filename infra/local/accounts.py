"""The demo's accounts, as the terminal and the control page name them."""

PASSWORD = "quittance-demo"
ACCOUNTS = (
    ("student@demo.test", "Chris TESTCD, Ingénieur Isima 1re année"),
    ("prepa@demo.test", "élève de la Prépa INP"),
    ("polytech@demo.test", "Ingénieur Polytech Génie Civil 3e année"),
    ("double@demo.test", "Noa TESTDOUBLE, deux inscriptions : Isima et Polytech"),
    ("registrar@demo.test", "scolarité"),
    ("accountant@demo.test", "comptabilité (et accountant2@demo.test)"),
    ("admin@demo.test", "administration"),
    ("auditor@demo.test", "contrôle"),
)
