"""The sources of evidence, in memory."""

from dataclasses import dataclass, field

from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown, GrantFound, GrantNotFound


@dataclass
class FakeCvec:
    """`accident` is raised by each question while it is set; `asked` has the questions."""

    attestations: dict[str, CvecAttestation] = field(default_factory=dict)
    accident: Exception | None = None
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    def attestation(self, code: str, birth_name: str, campaign_year: int) -> CvecAttestation | CvecUnknown:
        self.asked.append((code, birth_name, campaign_year))
        if self.accident:
            raise self.accident
        return self.attestations.get(code, CvecUnknown())


@dataclass
class FakeGrants:
    """`accident` is raised by each question while it is set; `asked` has the questions."""

    holders: dict[str, GrantFound] = field(default_factory=dict)
    accident: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def grant(self, ine: str) -> GrantFound | GrantNotFound:
        self.asked.append(ine)
        if self.accident:
            raise self.accident
        return self.holders.get(ine, GrantNotFound())
