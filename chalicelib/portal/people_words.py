"""Labels of roles and of login methods."""

from chalicelib.domain.people import Role
from chalicelib.domain.sessions import Method

_ROLES = {
    Role.STUDENT: "Étudiant",
    Role.REGISTRAR: "Scolarité",
    Role.ACCOUNTANT: "Comptabilité",
    Role.ADMINISTRATOR: "Administration",
    Role.AUDITOR: "Audit",
}
_METHODS = {
    Method.PASSWORD: "par mot de passe",
    Method.CAS: "par le serveur d'authentification central",
}


def role_word(role: Role) -> str:
    return _ROLES[role]


def method_word(method: Method) -> str:
    return _METHODS[method]
