"""The lines of registrations in memory: each is projected when it is read."""

from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.lists.lines import LineBook, RegistrationLine, line_of
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.storage import Memory


class MemoryRegistrationLines:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def of_campaign(self, campaign_id: str) -> LineBook:
        found = [each for each in self._m.registrations_by_id.values() if each.campaign_id == campaign_id]
        return LineBook(tuple(self.line(each.id) for each in found))

    def line(self, registration_id: str) -> RegistrationLine:
        if registration_id not in self._m.registrations_by_id:
            raise NotFound
        person_id = person_of(registration_id)
        account = MemoryAccounts(self._m).account(person_id)
        identities = (each for each in self._m.identities.values() if each.person_id == person_id)
        named = tuple((each.provider, each.shown) for each in identities if each.provider != "cas")
        return line_of(account, account.registration(registration_id), named)

    def heal(self, _campaign_id: str) -> int:
        """Nothing is ever outdated."""
        return 0
