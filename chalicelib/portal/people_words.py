"""Labels of roles and of login methods."""

from chalicelib.domain.languages import Language
from chalicelib.domain.people import Role
from chalicelib.domain.sessions import Method
from chalicelib.portal.texts import marked, said

_ROLES = {
    Role.STUDENT: marked("Étudiant"),
    Role.REGISTRAR: marked("Scolarité"),
    Role.ACCOUNTANT: marked("Comptabilité"),
    Role.ADMINISTRATOR: marked("Administration"),
    Role.AUDITOR: marked("Audit"),
}
_METHODS = {
    Method.PASSWORD: marked("par mot de passe"),
    Method.CAS: marked("par le serveur d'authentification central"),
}


def role_word(role: Role, language: Language = Language.FR) -> str:
    return said(_ROLES[role], language)


def method_word(method: Method, language: Language = Language.FR) -> str:
    return said(_METHODS[method], language)
